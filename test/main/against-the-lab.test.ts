import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { TunnelInput } from '../../src/shared/tunnels.ts';
import { eventually, fault, type LabBench, labBench, urlOf } from './support/lab-bench.ts';

const decoder = new TextDecoder();

async function ran(bench: LabBench, command: string, documentName?: string) {
  const { target, profileId } = bench;
  const { key } = bench.commands.run({
    profileId,
    target,
    command,
    ...(documentName === undefined ? {} : { documentName }),
  });
  await eventually(() => expect(bench.command(key).state.kind).toBe('ended'));
  const { stdout, stderr } = await bench.commands.read(key, 0, 0);
  const { state, exitCode, streams, channel, warning } = bench.command(key);
  return {
    stdout: decoder.decode(stdout.bytes),
    stderr: decoder.decode(stderr.bytes),
    exitCode,
    streams,
    isEncrypted: channel?.isEncrypted,
    state,
    warning,
  };
}

describe('a command on a node of the lab', () => {
  test('shows stdout and stderr apart, and its exit code', async () => {
    const bench = await labBench();
    expect(await ran(bench, `sh -c 'echo out; echo err >&2; exit 7'`)).toMatchObject({
      stdout: 'out\n',
      stderr: 'err\n',
      exitCode: 7,
      streams: 'separate',
      isEncrypted: false,
      state: { kind: 'ended', end: { kind: 'closed' } },
    });
    expect(bench.notes.lines.some((line) => line.endsWith('{"exitCode":7}'))).toBe(true);
  });

  test('is encrypted where its document says so, and shows the same', async () => {
    const bench = await labBench();
    expect(await ran(bench, `sh -c 'echo out; echo err >&2; exit 7'`, 'Lab-EncryptedCommand')).toMatchObject({
      stdout: 'out\n',
      stderr: 'err\n',
      exitCode: 7,
      isEncrypted: true,
    });
  });

  test('of a document that starts a shell is refused before a session is begun', async () => {
    const bench = await labBench();
    const { state } = await ran(bench, 'true', 'SSM-SessionManagerRunShell');
    expect(state).toMatchObject({ end: { kind: 'failed', error: { code: 'document-not-session' } } });
  });

  test('that runs on is stopped by cancelling it', async () => {
    const bench = await labBench();
    const { target, profileId } = bench;
    const { key } = bench.commands.run({ profileId, target, command: `sh -c 'echo here; exec sleep 600'` });
    await eventually(() => expect(bench.command(key).stdout.total).toBe(5));
    bench.commands.cancel(key);
    await eventually(() => expect(bench.command(key).state.kind).toBe('ended'));
    expect(bench.command(key)).toMatchObject({ isCancelling: true, exitCode: -1 });
  });

  test('goes on over a connection that is cut', async () => {
    const bench = await labBench();
    const { target, profileId } = bench;
    // Long enough to be under way when the connection is cut.
    const command = `sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do echo line $i; sleep 0.05; done'`;
    const { key } = bench.commands.run({ profileId, target, command });
    await eventually(() => expect(bench.command(key).stdout.total).toBeGreaterThan(0));
    await fault(bench.lab, {
      session: bench.command(key).sessionId,
      kind: 'cut',
      direction: 'down',
      every: 1,
      count: 1,
    });
    await eventually(() => expect(bench.command(key).state.kind).toBe('ended'));
    const { stdout } = await bench.commands.read(key, 0, 0);
    const lines = Array.from({ length: 10 }, (_none, at) => `line ${at + 1}\n`);
    expect([decoder.decode(stdout.bytes), bench.command(key).exitCode]).toEqual([lines.join(''), 0]);
    expect(bench.states).toContain('reconnecting');
  });
});

describe('a shell on a node of the lab', () => {
  test.each([
    ['encrypted', 'Lab-EncryptedShell', {}, true],
    ['that runs one command', 'AWS-StartInteractiveCommand', { command: ['sh'] }, false],
  ])(
    '%s takes what is typed and shows what it prints',
    async (_name, documentName, parameters, isEncrypted) => {
      const bench = await labBench();
      const { target, profileId } = bench;
      const { key } = bench.sessions.start({
        profileId,
        target,
        documentName,
        parameters,
        cols: 80,
        rows: 24,
      });
      const page = bench.attach(key);
      bench.type(key, page, 'echo $((6 * 7))-here\r');
      await eventually(() => expect(page.text).toContain('42-here'));
      expect(bench.session(key)).toMatchObject({ state: { kind: 'live' }, channel: { isEncrypted } });
      await bench.sessions.end(key);
    },
  );

  test('whose key is not allowed says which right is missing', async () => {
    const bench = await labBench();
    const { target, profileId } = bench;
    const { key } = bench.sessions.start({
      profileId,
      target,
      documentName: 'Lab-KeyDenied',
      cols: 80,
      rows: 24,
    });
    await eventually(() => expect(bench.session(key).state.kind).toBe('ended'));
    expect(bench.session(key).state).toMatchObject({
      end: {
        kind: 'failed',
        error: { code: 'kms-denied', message: expect.stringContaining('kms:GenerateDataKey') as string },
      },
    });
  });
});

describe('a shell in a container of the lab', () => {
  const shell = async () => {
    const bench = await labBench();
    const target = bench.lab.containers.find(({ name }) => name === 'report/report')?.id ?? '';
    const { profileId } = bench;
    const { key } = bench.sessions.start({ profileId, target, reason: 'INC-7', cols: 80, rows: 24 });
    const page = bench.attach(key);
    bench.type(key, page, 'echo $AWS_EXECUTION_ENV-$((6 * 7))\r');
    await eventually(() => expect(page.text).toContain('AWS_ECS_FARGATE-42'));
    return { bench, target, key, page };
  };

  test('has the key of its cluster, its time-out and a word on the reason, and goes on over a cut', async () => {
    const { bench, key, page } = await shell();
    expect(bench.session(key)).toMatchObject({
      sessionId: expect.stringMatching(/^ecs-execute-command-/) as string,
      state: { kind: 'live' },
      channel: { isEncrypted: true, sessionType: 'InteractiveCommands' },
      warning: expect.stringContaining('takes no reason') as string,
    });
    await eventually(() => expect(bench.session(key).terms).toMatchObject({ idleMinutes: 20 }));
    await fault(bench.lab, {
      session: bench.session(key).sessionId,
      kind: 'cut',
      direction: 'down',
      count: 1,
    });
    await eventually(() => expect(bench.states).toContain('reconnecting'));
    bench.type(key, page, 'echo again-$((1 + 1))\r');
    await eventually(() => expect(page.text).toContain('again-2'));
  });

  test('ends with its task, and another start says that the task has ended', async () => {
    const { bench, target, key } = await shell();
    const body = JSON.stringify({ task: target.split('_').at(-2) });
    await fetch(`${bench.lab.control}/tasks/stop`, { method: 'POST', body });
    await eventually(() => expect(bench.session(key).state).toMatchObject({ end: { kind: 'closed' } }));
    bench.sessions.restart(key, 80, 24);
    await eventually(() =>
      expect(bench.session(key).state).toMatchObject({
        end: { kind: 'failed', error: { code: 'task-gone' } },
      }),
    );
  });
});

/** A web server of the node's own: what it is sent comes back, and a GET gives so many bytes. */
async function server(): Promise<number> {
  const listening = createServer((request, response) => {
    if (request.method === 'POST') request.pipe(response);
    else response.end(Buffer.alloc(Number(request.url?.slice(1)), 7));
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    listening.closeAllConnections();
    listening.close();
  });
  return (listening.address() as AddressInfo).port;
}

async function started(bench: LabBench, change: Partial<TunnelInput>): Promise<string> {
  const { id } = await bench.tunnels.save(undefined, {
    name: 'Web',
    profileId: bench.profileId,
    target: bench.target,
    destination: { kind: 'node-port', port: 1 },
    local: { host: '127.0.0.1', port: 0 },
    ...change,
  });
  bench.tunnels.start(id);
  return id;
}

const listening = (bench: LabBench, id: string) => bench.tunnel(id).listening ?? { host: '', port: 0 };

describe('a tunnel to a node of the lab', () => {
  test('carries what a program sends and is answered, and counts it', async () => {
    const bench = await labBench();
    const id = await started(bench, { destination: { kind: 'node-port', port: await server() } });
    await eventually(() => expect(bench.tunnel(id).state.kind).toBe('live'));
    const answer = await fetch(`${urlOf(listening(bench, id))}/300000`);
    expect((await answer.arrayBuffer()).byteLength).toBe(300_000);
    await eventually(() => expect(bench.tunnel(id).bytesDown).toBeGreaterThan(300_000));
    expect(bench.tunnel(id)).toMatchObject({
      variant: 'multiplexed',
      totalConnections: 1,
      refusedConnections: 0,
      channel: { sessionType: 'Port', isEncrypted: false },
    });
    expect(bench.tunnel(id).bytesUp).toBeGreaterThan(0);
    await bench.tunnels.stop(id);
    expect(bench.tunnel(id)).toMatchObject({ state: { end: { kind: 'ended-by-user' } }, connections: [] });
  });

  test('leads to another host by the document for that', async () => {
    const bench = await labBench();
    const destination = { kind: 'remote-host', host: 'localhost', port: await server() } as const;
    const id = await started(bench, { destination });
    await eventually(() => expect(bench.tunnel(id).state.kind).toBe('live'));
    const answer = await fetch(urlOf(listening(bench, id)), { method: 'POST', body: 'and back' });
    expect(await answer.text()).toBe('and back');
  });

  test('holds its connections over a cut, byte for byte', async () => {
    const bench = await labBench();
    const id = await started(bench, { destination: { kind: 'node-port', port: await server() } });
    await eventually(() => expect(bench.tunnel(id).state.kind).toBe('live'));
    const asked = fetch(`${urlOf(listening(bench, id))}/3000000`);
    await fault(bench.lab, {
      session: bench.tunnel(id).session?.sessionId,
      kind: 'cut',
      direction: 'down',
      every: 500,
      count: 2,
    });
    expect((await (await asked).arrayBuffer()).byteLength).toBe(3_000_000);
    await eventually(() =>
      expect(bench.tunnel(id)).toMatchObject({ state: { kind: 'live' }, totalConnections: 1 }),
    );
    expect(bench.states).toContain('reconnecting');
  });

  test('to a port where nobody listens says so, and goes on', async () => {
    const bench = await labBench();
    const id = await started(bench, { destination: { kind: 'node-port', port: 1 } });
    await eventually(() => expect(bench.tunnel(id).state.kind).toBe('live'));
    const socket = connect(listening(bench, id).port, '127.0.0.1');
    socket.on('error', () => {});
    onTestFinished(() => {
      socket.destroy();
    });
    await eventually(() => expect(bench.tunnel(id).refusedConnections).toBe(1));
    expect(bench.tunnel(id)).toMatchObject({
      state: { kind: 'live' },
      lastRefusal: { message: expect.any(String) as string },
    });
  });

  test('on a port that is taken says by whom, and begins no session', async () => {
    const bench = await labBench();
    const port = await server();
    const id = await started(bench, { local: { host: '127.0.0.1', port } });
    await eventually(() => expect(bench.tunnel(id).state.kind).toBe('ended'));
    expect(bench.tunnel(id).state).toMatchObject({
      end: { error: { code: 'port-busy', message: expect.stringContaining(String(port)) as string } },
    });
    expect(bench.tunnel(id).session).not.toHaveProperty('sessionId');
  });
});
