import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cliOnLab } from './cli-on-lab.ts';
import { freePort, listen, portOf } from './local-servers.ts';
import { environmentFor, runWithPipes, startInTerminal, type TerminalProgram } from './program.ts';

const cli = cliOnLab();
const servers: Server[] = [];
const running = new Set<TerminalProgram>();

afterEach(async () => {
  for (const program of running) {
    program.kill('SIGKILL');
    await program.ended;
  }
  for (const server of servers.splice(0)) server.close();
});

function start(args: string[]): TerminalProgram {
  const program = startInTerminal(cli.program, args, environmentFor(cli.lab), { cols: 300, rows: 30 });
  running.add(program);
  void program.ended.then(() => running.delete(program));
  return program;
}

function forwardArgs(...more: string[]): string[] {
  return ['forward', cli.online, '--endpoint-url', cli.lab.endpoint, ...more];
}

async function forward(
  ...more: string[]
): Promise<{ program: TerminalProgram; sessionId: string; at: string }> {
  const program = start(forwardArgs(...more));
  const shown = await program.waitFor(/session \S+: listening on \S+ for/);
  const [, sessionId = '', at = ''] = /session (\S+): listening on (\S+) for/.exec(shown) ?? [];
  return { program, sessionId, at };
}

/** What a web server answers at this end of a tunnel. */
async function get(options: { port: number } | { socketPath: string }, path = '/'): Promise<Buffer> {
  const request = httpRequest({ host: '127.0.0.1', path, agent: false, ...options });
  request.end();
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('forward', () => {
  it('says where it listens, carries connections, and Ctrl-C ends it at the service', async () => {
    const { program, sessionId, at } = await forward('--remote-port', String(cli.demoPort));
    const port = Number(at.replace('127.0.0.1:', ''));
    const pages = await Promise.all([1, 2, 3].map(() => get({ port }, '/bytes/300000')));
    expect(pages.map(({ length }) => length)).toEqual([300_000, 300_000, 300_000]);
    program.type('\u0003');
    expect(await program.ended).toBe(130);
    expect(await cli.statusOf(sessionId)).toMatch(/Terminat/);
    await expect(get({ port })).rejects.toThrow('ECONNREFUSED');
  });

  it('reaches another host by way of the node, from a socket of this user only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nodewharf-'));
    const socketPath = join(folder, 'tunnel.sock');
    const { program, at } = await forward(
      '--remote-port',
      String(cli.demoPort),
      '--remote-host',
      'localhost',
      '--local-socket',
      socketPath,
    );
    expect(at).toBe(socketPath);
    expect((await get({ socketPath })).toString()).toContain('through a tunnel');
    program.kill('SIGTERM');
    expect(await program.ended).toBe(143);
    await rm(folder, { recursive: true });
  });

  it('a port in use ends with 1 and names its owner, before a session is started', async () => {
    const server = await listen(servers, createServer());
    const { code, stderr } = await runWithPipes(
      cli.program,
      // Nothing answers there: the port is looked at first.
      [
        'forward',
        cli.online,
        '--endpoint-url',
        'http://127.0.0.1:9',
        '--remote-port',
        '80',
        '--local-port',
        String(portOf(server)),
      ],
      environmentFor(cli.lab),
    );
    expect(code).toBe(1);
    expect(stderr).toContain(`127.0.0.1:${portOf(server)} is in use`);
    if (process.platform === 'linux') expect(stderr).toContain(`process ${process.pid}`);
  });

  it('a connection that the node cannot make is told of, and the tunnel goes on', async () => {
    const port = await freePort();
    const { program, at } = await forward('--remote-port', String(port));
    await expect(get({ port: Number(at.replace('127.0.0.1:', '')) })).rejects.toThrow();
    await program.waitFor(/connection 1: .*could not connect/);
    program.type('\u0003');
    expect(await program.ended).toBe(130);
  });

  it('holds its connections through a cut', async () => {
    const { program, sessionId, at } = await forward('--remote-port', String(cli.demoPort));
    const port = Number(at.replace('127.0.0.1:', ''));
    await cli.addFault({ session: sessionId, kind: 'cut', every: 40, type: 'output_stream_data', count: 3 });
    expect((await get({ port }, '/bytes/400000')).length).toBe(400_000);
    program.type('\u0003');
    expect(await program.ended).toBe(130);
  });

  it('a session that the service no longer knows ends with 5', async () => {
    const { program, sessionId } = await forward('--remote-port', String(cli.demoPort));
    await cli.addFault({ session: sessionId, kind: 'refuse-resume', code: 'DoesNotExistException' });
    await cli.addFault({ session: sessionId, kind: 'cut', count: 1 });
    await program.waitFor(/no longer knows the session/);
    expect(await program.ended).toBe(5);
  });
});

describe('connect with a document for tunnels', () => {
  it('listens where its parameters say', async () => {
    const port = await freePort();
    const program = start(
      cli.args(
        cli.online,
        '--document-name',
        'AWS-StartPortForwardingSession',
        '--parameters',
        JSON.stringify({ portNumber: String(cli.demoPort), localPortNumber: String(port) }),
      ),
    );
    await program.waitFor(/listening on/);
    expect((await get({ port })).toString()).toContain('through a tunnel');
  });
});

describe('ssh-proxy', () => {
  const proxy = (port: number, input: Uint8Array) =>
    runWithPipes(
      cli.program,
      ['ssh-proxy', cli.online, String(port), '--endpoint-url', cli.lab.endpoint],
      environmentFor(cli.lab),
      input,
    );

  it('has nothing but the stream on its output, byte for byte both ways, and ends with it', async () => {
    const sent = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7 + (index >> 8)) % 256));
    const server = await listen(
      servers,
      createServer((socket) => {
        let got = 0;
        socket.write('SSH-2.0-test\r\n');
        socket.on('data', (bytes: Buffer) => {
          socket.write(bytes);
          got += bytes.length;
          if (got === sent.length) socket.end();
        });
      }),
    );
    const { code, stdoutBytes, stderr } = await proxy(portOf(server), sent);
    expect(stdoutBytes.equals(Buffer.concat([Buffer.from('SSH-2.0-test\r\n'), sent]))).toBe(true);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('where nothing listens it ends with 1 and says so on standard error', async () => {
    const { code, stdout, stderr } = await proxy(await freePort(), Buffer.alloc(0));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Unable to connect to specified port');
  });
});
