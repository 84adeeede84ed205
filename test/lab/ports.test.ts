import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Pace } from '../../src/lab/agent/pace.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { encodeFlag, Flag } from '../../src/ssm/wire/flag.ts';
import { PayloadType } from '../../src/ssm/wire/payload-type.ts';
import { closedPort, TestServer } from './support/echo-server.ts';
import { MuxClient } from './support/mux-client.ts';
import { ScriptedClient } from './support/scripted-client.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function serve(server: Promise<TestServer>): Promise<TestServer> {
  const started = await server;
  endings.push(() => started.close());
  return started;
}

const forward = (port: string) => ({
  DocumentName: 'AWS-StartPortForwardingSession',
  Parameters: { portNumber: [port] },
});
const toHost = (host: string, port: string) => ({
  DocumentName: 'AWS-StartPortForwardingSessionToRemoteHost',
  Parameters: { portNumber: [port], host: [host] },
});
const ssh = (port: string) => ({ DocumentName: 'AWS-StartSSHSession', Parameters: { portNumber: [port] } });

async function open(lab: Lab, members: object, clientVersion?: string): Promise<ScriptedClient> {
  const client = await ScriptedClient.open(lab, members);
  endings.push(() => client.drop());
  await client.answerHandshake(clientVersion === undefined ? {} : { clientVersion });
  return client;
}

describe.each<{ pace: Pace; bytes: number }>([
  { pace: 'fast', bytes: 3_000_000 },
  { pace: 'agent', bytes: 200_000 },
])('a multiplexed port at pace $pace', ({ pace, bytes }) => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ pace });
  });
  afterAll(() => lab.close());

  test('shows its properties in the handshake, in the order of their names', async () => {
    const client = await open(lab, forward('8080'));
    expect(client.requestedActions()).toEqual([
      {
        ActionType: 'SessionType',
        ActionParameters: {
          SessionType: 'Port',
          Properties: { localPortNumber: '0', portNumber: '8080', type: 'LocalPortForwarding' },
        },
      },
    ]);
    expect(client.text(PayloadType.handshakeRequest)).toContain(
      '{"localPortNumber":"0","portNumber":"8080","type"',
    );
  });

  test('carries several connections at once, each byte to its own', async () => {
    const server = await serve(TestServer.echo());
    const mux = new MuxClient(await open(lab, forward(server.port)));
    const sent = [3, 5, 7].map((id) => ({ id, data: randomBytes(bytes / 3) }));
    for (const { id } of sent) mux.open(id);
    for (const { id, data } of sent) mux.write(id, data);
    for (const { id, data } of sent) {
      await mux.until(id, (state) => state.bytes.length >= data.length);
      expect(mux.stream(id).bytes.equals(data)).toBe(true);
    }
  });

  test('tells that the port refuses by a flag and closes that connection, and goes on', async () => {
    const client = await open(lab, forward(await closedPort()));
    const mux = new MuxClient(client);
    mux.open(3);
    mux.write(3, 'x');
    await mux.until(3, ({ isClosed }) => isClosed);
    expect(client.delivered.slice(2).map(({ payloadType }) => payloadType)).toEqual([
      PayloadType.flag,
      PayloadType.output,
    ]);
    expect(client.delivered[2]?.payload.toString('hex')).toBe('00000003');
    mux.open(5);
    await mux.until(5, ({ isClosed }) => isClosed);
  });

  test('closes the connection at the server when the client closes it, what was sent before delivered', async () => {
    const received: Buffer[] = [];
    let isEnded = false;
    const server = await serve(
      TestServer.start((socket) => {
        socket.on('data', (data) => received.push(data));
        socket.on('end', () => {
          isEnded = true;
        });
      }),
    );
    const mux = new MuxClient(await open(lab, forward(server.port)));
    mux.open(3);
    mux.write(3, 'last words');
    mux.close(3);
    await mux.until(3, ({ isClosed }) => isClosed);
    await expect.poll(() => [Buffer.concat(received).toString(), isEnded]).toEqual(['last words', true]);
  });

  test('closes the connection at the client when the server closes it, what it sent before delivered', async () => {
    const server = await serve(TestServer.start((socket) => socket.end('bye')));
    const mux = new MuxClient(await open(lab, forward(server.port)));
    mux.open(3);
    await mux.until(3, ({ isClosed }) => isClosed);
    expect(mux.stream(3).bytes.toString()).toBe('bye');
  });

  test('ends with the TerminateSession flag', async () => {
    const client = await open(lab, forward('1'));
    const number = client.send(PayloadType.flag, encodeFlag(Flag.terminateSession));
    await client.closed();
    expect([client.acknowledged.includes(number), client.channelClosed?.['Output']]).toEqual([true, '']);
  });

  test('fails at bytes that are no frames', async () => {
    const client = await open(lab, forward('1'));
    client.type(Buffer.alloc(8, 0xff));
    await client.closed();
    expect(client.channelClosed?.['Output']).toContain('The multiplexed connection has failed');
  });

  test('reaches a remote host that was resolved at the start', async () => {
    const server = await serve(TestServer.echo());
    const mux = new MuxClient(await open(lab, toHost('localhost', server.port)));
    mux.open(3);
    mux.write(3, 'hi');
    await mux.until(3, (state) => state.bytes.toString() === 'hi');
  });
});

describe('a port session', () => {
  let lab: Lab;
  let old: Lab;
  beforeAll(async () => {
    lab = await startLab({ pace: 'fast' });
    old = await startLab({ pace: 'fast', agentVersion: '2.3.1205.0' });
  });
  afterAll(() => Promise.all([lab.close(), old.close()]));

  test.each(['169.254.169.254', 'fd00:ec2::254', '::ffff:169.254.169.253'])(
    'to %s is forbidden',
    async (host) => {
      const client = await open(lab, toHost(host, '80'));
      await client.closed();
      expect(client.channelClosed?.['Output']).toBe(`Forwarding to IP address ${host} is forbidden.`);
    },
  );

  test('to a name that does not exist fails at each connection, not at the start', async () => {
    const client = await open(lab, toHost('no-such-host.invalid', '80'));
    const mux = new MuxClient(client);
    mux.open(3);
    await mux.until(3, ({ isClosed }) => isClosed);
    expect(client.has(PayloadType.flag)).toBe(true);
  });

  test('has one connection at a time where the client is too old for more', async () => {
    const server = await serve(TestServer.echo());
    const client = await open(lab, forward(server.port), '1.1.69');
    client.type('plain');
    await client.until(() => client.text() === 'plain');
  });

  describe('at an agent that knows one connection at a time', () => {
    test('passes bytes both ways without frames', async () => {
      const server = await serve(TestServer.echo());
      const client = await open(old, forward(server.port));
      client.type('hello one');
      await client.until(() => client.text() === 'hello one');
    });

    test('connects again with the next bytes after DisconnectToPort', async () => {
      const server = await serve(TestServer.echo());
      const client = await open(old, forward(server.port));
      client.type('one');
      await client.until(() => client.text() === 'one');
      client.send(PayloadType.flag, encodeFlag(Flag.disconnectToPort));
      client.type('-two');
      await client.until(() => client.text() === 'one-two');
      expect(server.sockets.length).toBe(2);
    });

    test('connects again with the next bytes after the server has closed, and the client is not told', async () => {
      const server = await serve(
        TestServer.start((socket) => socket.once('data', (data) => socket.end(data))),
      );
      const client = await open(old, forward(server.port));
      client.type('one');
      await client.until(() => client.text() === 'one');
      await expect.poll(() => server.sockets[0]?.destroyed).toBe(true);
      expect(client.isClosed).toBe(false);
      client.type('-two');
      await client.until(() => client.text() === 'one-two');
    });

    test('fails when it cannot connect again', async () => {
      const server = await TestServer.echo();
      const client = await open(old, forward(server.port));
      client.type('one');
      await client.until(() => client.text() === 'one');
      client.send(PayloadType.flag, encodeFlag(Flag.disconnectToPort));
      await server.close();
      client.type('two');
      await client.closed();
      expect(client.channelClosed?.['Output']).toMatch(
        /^Unable to connect to specified port: dial tcp .*: connect: connection refused$/,
      );
    });

    test('fails at the start when the port refuses, with the agent’s sentence', async () => {
      const client = await open(old, forward(await closedPort()));
      await client.closed();
      expect(client.channelClosed?.['Output']).toMatch(/^Unable to connect to specified port: dial tcp/);
    });

    test('sends what the server says first, before anything is asked of it', async () => {
      const server = await serve(TestServer.start((socket) => socket.write('welcome')));
      const client = await open(old, forward(server.port));
      await client.until(() => client.text() === 'welcome');
    });

    test('ends with the TerminateSession flag, and before 2.3.756.0 takes no notice of it', async () => {
      const server = await serve(TestServer.echo());
      const client = await open(old, forward(server.port));
      client.send(PayloadType.flag, encodeFlag(Flag.terminateSession));
      await client.closed();
      const older = await startLab({ pace: 'fast', agentVersion: '2.3.750.0' });
      endings.push(() => older.close());
      const other = await open(older, forward(server.port));
      other.send(PayloadType.flag, encodeFlag(Flag.terminateSession));
      other.type('still here');
      await other.until(() => other.text() === 'still here');
    });
  });

  describe('for SSH', () => {
    test('joins the client to the port, and ends when the server closes', async () => {
      const server = await serve(
        TestServer.start((socket) => {
          socket.write('SSH-2.0-test\r\n');
          socket.once('data', (data) => socket.end(data));
        }),
      );
      const client = await open(lab, ssh(server.port));
      await client.until(() => client.text() === 'SSH-2.0-test\r\n');
      client.type('\n');
      await client.closed();
      expect(client.text()).toBe('SSH-2.0-test\r\n\n');
      expect(client.channelClosed?.['Output']).toBe('');
    });

    test('ends when the client disconnects', async () => {
      const server = await serve(TestServer.echo());
      const client = await open(lab, ssh(server.port));
      client.send(PayloadType.flag, encodeFlag(Flag.disconnectToPort));
      await client.closed();
    });
  });

  test('stops reading everything once 4 MiB wait for a connection that takes nothing, and goes on when it does', async () => {
    const mebibyte = 1024 * 1024;
    const received: number[] = [];
    const server = await serve(TestServer.start((socket) => socket.pause()));
    const echo = await serve(TestServer.echo());
    const client = await open(lab, forward(server.port));
    const mux = new MuxClient(client);
    mux.open(3);
    mux.write(3, randomBytes(12 * mebibyte));
    // Everything that the reader took before it stopped has been acknowledged by the time this one's neighbour answers.
    const neighbour = new MuxClient(await open(lab, forward(echo.port)));
    neighbour.open(3);
    neighbour.write(3, 'x');
    await neighbour.until(3, (state) => state.bytes.length === 1);
    const taken = client.acknowledged.length * 1024;
    expect(taken).toBeGreaterThan(4 * mebibyte);
    expect(taken).toBeLessThan(12 * mebibyte);
    const [socket] = server.sockets;
    socket?.on('data', (data) => received.push(data.length));
    socket?.resume();
    await client.until(() => client.acknowledged.length * 1024 > 12 * mebibyte);
  });
});
