import { describe, expect, test } from 'vitest';
import type { StartedSession } from '../../src/aws/control-plane.ts';
import type { TunnelInput, TunnelStatus } from '../../src/shared/tunnels.ts';
import { SsmError } from '../../src/ssm/ssm-error.ts';
import { appError, held, turns } from './support/fake-service.ts';
import { Bench, places } from './support/registry-bench.ts';

const input: TunnelInput = {
  name: 'Orders database',
  profileId: 'p',
  target: 'i-1',
  nodeName: 'bastion',
  destination: { kind: 'remote-host', host: 'db.internal', port: 5432 },
  local: { host: '127.0.0.1', port: 0 },
};

async function saved(bench: Bench, change: Partial<TunnelInput> = {}): Promise<string> {
  return (await bench.tunnels.save(undefined, { ...input, ...change })).id;
}

/** A tunnel whose session is live; its id. */
async function live(bench: Bench): Promise<string> {
  const id = await saved(bench);
  bench.tunnels.start(id);
  await turns();
  portOf(bench).tell({ kind: 'live' });
  return id;
}

const portOf = (bench: Bench) => bench.service.ports.at(-1) as (typeof bench.service.ports)[number];
const statusOf = (bench: Bench): TunnelStatus => bench.tunnels.statuses()[0] as TunnelStatus;

/** One connection that has carried so much. */
const busy = (bytesUp: number, bytesDown: number) => ({
  variant: 'multiplexed' as const,
  connections: [{ id: 1, peer: '127.0.0.1:50000', openedAt: 1, bytesUp, bytesDown, waitingBytes: 0 }],
  totalConnections: 1,
  bytesUp,
  bytesDown,
  rttMs: 12,
});

describe.each(places)('a tunnel, with the bytes in %s', (place) => {
  test('is stopped until it is started, and there again after a restart of the app', async () => {
    const bench = new Bench(place);
    const id = await saved(bench);
    expect(bench.tunnels.statuses()).toMatchObject([{ tunnelId: id, state: { kind: 'stopped' } }]);
    expect(bench.tunnelStore.list()).toEqual([{ ...input, id }]);
  });

  test('listens before a session is begun, and asks for where it leads, in texts', async () => {
    const bench = new Bench(place);
    const listening = held<{ kind: 'tcp'; host: string; port: number }>();
    bench.service.listenAnswer = () => listening.promise;
    const id = await saved(bench);
    expect(bench.tunnels.start(id)).toMatchObject({ tunnelId: id, state: { kind: 'connecting' } });
    await turns();
    expect(bench.service.planes).toEqual([]);
    listening.resolve({ kind: 'tcp', host: '127.0.0.1', port: 49_152 });
    await turns();
    expect(bench.plane.requests).toEqual([
      {
        target: 'i-1',
        documentName: 'AWS-StartPortForwardingSessionToRemoteHost',
        sessionTypes: ['Port'],
        parameters: { portNumber: ['5432'], localPortNumber: ['49152'], host: ['db.internal'] },
      },
    ]);
    expect(statusOf(bench).listening).toEqual({ host: '127.0.0.1', port: 49_152 });
  });

  test('to a port of the node itself uses the document for that', async () => {
    const bench = new Bench(place);
    bench.tunnels.start(await saved(bench, { destination: { kind: 'node-port', port: 80 } }));
    await turns();
    expect(bench.plane.requests).toMatchObject([
      { documentName: 'AWS-StartPortForwardingSession', parameters: { portNumber: ['80'] } },
    ]);
  });

  test('whose port is taken says by whom, and no session was begun', async () => {
    const bench = new Bench(place);
    const message = '127.0.0.1:5432 is in use by postgres (process 4711).';
    bench.service.listenAnswer = () => Promise.reject(new SsmError('port-busy', message));
    bench.tunnels.start(await saved(bench));
    await turns();
    expect(statusOf(bench).state).toMatchObject({
      kind: 'ended',
      end: { kind: 'failed', error: { code: 'port-busy', message } },
    });
    expect(bench.service.planes).toEqual([]);
  });

  test('whose session cannot be started stops listening', async () => {
    const bench = new Bench(place);
    bench.service.nextPlane.startAnswer = () => Promise.reject(appError('target-not-connected'));
    bench.tunnels.start(await saved(bench));
    await turns();
    expect(statusOf(bench).state).toMatchObject({ end: { error: { code: 'target-not-connected' } } });
    expect([bench.listeningAtEnd, statusOf(bench).listening]).toEqual([[0], undefined]);
  });

  test('leaves an entry in history with both its ends', async () => {
    const bench = new Bench(place);
    const id = await live(bench);
    const key = statusOf(bench).session?.key ?? '';
    await bench.tunnels.stop(id);
    expect(bench.notes.lines).toEqual([
      `${key} started i-1`,
      `${key} {"localAddress":"127.0.0.1:49152"}`,
      `${key} {"region":"eu-west-1"}`,
      `${key} {"sessionId":"s-1"}`,
      `${key} {"owner":"arn:me"}`,
      `${key} ended ended-by-user`,
    ]);
    expect(bench.notes.entries).toMatchObject([{ kind: 'tunnel', remoteAddress: 'db.internal:5432' }]);
  });

  test('tells its figures twice a second at most, and nothing while nothing changes', async () => {
    const bench = new Bench(place);
    await live(bench);
    const told = (): number => bench.tunnelNews.length;
    bench.clock.advance(500);
    const before = told();
    bench.clock.advance(60_000);
    expect(told()).toBe(before);
    portOf(bench).figures = { ...portOf(bench).figures, ...busy(1000, 4000) };
    bench.clock.advance(499);
    expect(told()).toBe(before);
    bench.clock.advance(1);
    expect(told()).toBe(before + 1);
    expect(statusOf(bench)).toMatchObject({
      variant: 'multiplexed',
      openConnections: 1,
      connections: [{ peer: '127.0.0.1:50000', bytesUp: 1000, bytesDown: 4000 }],
      bytesUp: 1000,
      bytesDown: 4000,
      rttMs: 12,
    });
  });

  test('tells its speed over the last seconds, which comes to rest when nothing moves', async () => {
    const bench = new Bench(place);
    await live(bench);
    bench.clock.advance(5000);
    for (let step = 1; step <= 8; step += 1) {
      portOf(bench).figures = { ...portOf(bench).figures, ...busy(step * 500, step * 50_000) };
      bench.clock.advance(500);
    }
    expect(statusOf(bench)).toMatchObject({ upPerSecond: 1000, downPerSecond: 100_000 });
    bench.clock.advance(4000);
    expect(statusOf(bench)).toMatchObject({ upPerSecond: 0, downPerSecond: 0, bytesDown: 400_000 });
  });

  test('lists the newest of very many connections, and counts them all', async () => {
    const bench = new Bench(place);
    await live(bench);
    const [one] = busy(1, 1).connections;
    const connections = Array.from({ length: 300 }, (_none, id) => ({
      ...(one as NonNullable<typeof one>),
      id,
    }));
    portOf(bench).figures = { ...portOf(bench).figures, connections, totalConnections: 300 };
    bench.clock.advance(500);
    const { openConnections, connections: listed } = statusOf(bench);
    expect([openConnections, listed.length, listed[0]?.id]).toEqual([300, 100, 299]);
  });

  test('tells why a connection was refused at the far side, in a few words', async () => {
    const bench = new Bench(place);
    await live(bench);
    portOf(bench).options.onConnection?.({ kind: 'refused', id: 1, message: 'no '.repeat(1000), at: 7 });
    portOf(bench).figures = { ...portOf(bench).figures, refusedConnections: 1 };
    bench.clock.advance(500);
    const { lastRefusal, refusedConnections } = statusOf(bench);
    expect([refusedConnections, lastRefusal?.at, lastRefusal?.message.length]).toEqual([1, 7, 500]);
  });

  test('shows a lost connection with attempt and next try, and goes on listening', async () => {
    const bench = new Bench(place);
    await live(bench);
    portOf(bench).tell({ kind: 'reconnecting', attempt: 3, nextTryAt: 9000 });
    expect(statusOf(bench)).toMatchObject({
      state: { kind: 'reconnecting', attempt: 3, nextTryAt: 9000 },
      listening: { port: 49_152 },
    });
    expect([bench.service.listening, bench.lives.isAnyReconnecting()]).toEqual([1, true]);
    bench.lives.reconnectAll();
    expect(portOf(bench).reconnects).toBe(1);
  });

  test('that waits for a sign-in is helped by that of a shell of the same profile, and tries fresh credentials', async () => {
    const bench = new Bench(place);
    const id = await live(bench);
    const key = await bench.live();
    const error = new SsmError('unauthorised', 'Not any more.');
    portOf(bench).tell({ kind: 'needs-credentials', error });
    bench.channel.tell({ kind: 'needs-credentials', error });
    bench.lives.reconnectAll();
    expect([portOf(bench).reconnects, bench.channel.reconnects]).toEqual([0, 0]);
    bench.lives.reconnectNow(id);
    expect([portOf(bench).reconnects, bench.channel.reconnects, key]).toEqual([1, 1, key]);
    await portOf(bench).options.resume();
    expect(bench.service.planes.length).toBe(3);
  });

  test('is stopped at the service first, then here; its figures stay, and nothing listens', async () => {
    const bench = new Bench(place);
    const id = await live(bench);
    portOf(bench).figures = { ...portOf(bench).figures, ...busy(10, 20) };
    bench.clock.advance(500);
    const stopped = bench.tunnels.stop(id);
    expect(bench.tunnelNews.at(-1)).toMatchObject({ isStopping: true, state: { kind: 'live' } });
    await stopped;
    expect(statusOf(bench)).not.toHaveProperty('isStopping');
    expect(bench.plane.calls.at(-1)).toBe('terminate s-1');
    expect([bench.listeningAtEnd, bench.clock.pending]).toEqual([[0], 0]);
    expect(statusOf(bench)).toMatchObject({
      state: { kind: 'ended', end: { kind: 'ended-by-user' } },
      connections: [],
      openConnections: 0,
      bytesUp: 10,
      bytesDown: 20,
    });
  });

  test('stopped while it begins to listen begins no session, and does not listen', async () => {
    const bench = new Bench(place);
    const listening = held<{ kind: 'tcp'; host: string; port: number }>();
    bench.service.listenAnswer = () => listening.promise;
    const id = await saved(bench);
    bench.tunnels.start(id);
    const stopped = bench.tunnels.stop(id);
    await turns();
    listening.resolve({ kind: 'tcp', host: '127.0.0.1', port: 49_152 });
    await stopped;
    await turns();
    expect([bench.service.listening, bench.service.planes.length]).toEqual([0, 0]);
    expect(statusOf(bench).state).toMatchObject({ kind: 'ended', end: { kind: 'ended-by-user' } });
  });

  test('that the service closes has ended with its words, and nothing listens', async () => {
    const bench = new Bench(place);
    await live(bench);
    portOf(bench).tell({
      kind: 'ended',
      end: { kind: 'closed', message: 'Idle', isOutputIncomplete: false },
    });
    await turns();
    expect(statusOf(bench).state).toMatchObject({ end: { kind: 'closed', message: 'Idle' } });
    expect(bench.service.listening).toBe(0);
  });

  test('can be started again, as another session with figures of its own', async () => {
    const bench = new Bench(place);
    const id = await live(bench);
    portOf(bench).figures = { ...portOf(bench).figures, ...busy(10, 20) };
    bench.clock.advance(500);
    await bench.tunnels.stop(id);
    const first = statusOf(bench).session?.key;
    bench.tunnels.start(id);
    await turns();
    expect(bench.service.ports.length).toBe(2);
    expect(statusOf(bench)).toMatchObject({ state: { kind: 'connecting' }, bytesUp: 0 });
    expect(statusOf(bench).session?.key).not.toBe(first);
  });

  test('that runs is not started twice, and is stopped before it is removed', async () => {
    const bench = new Bench(place);
    const id = await live(bench);
    expect(() => bench.tunnels.start(id)).toThrow('The tunnel runs already.');
    await bench.tunnels.remove(id);
    expect([bench.plane.calls.at(-1), bench.service.listening, bench.tunnels.statuses()]).toEqual([
      'terminate s-1',
      0,
      [],
    ]);
  });

  test('ends with the app like every other session', async () => {
    const bench = new Bench(place);
    const id = await live(bench);
    expect([bench.lives.isAnyLive(), bench.tunnels.live().map(({ tunnelId }) => tunnelId)]).toEqual([
      true,
      [id],
    ]);
    await bench.lives.endAll(1000);
    expect([bench.plane.calls.at(-1), bench.service.listening, bench.lives.isAnyLive()]).toEqual([
      'terminate s-1',
      0,
      false,
    ]);
    expect(() => bench.tunnels.start(id)).toThrow('Nodewharf is quitting.');
  });
});

test('a tunnel in a thread that dies has failed, and can be started again', async () => {
  const bench = new Bench('a worker');
  const id = await live(bench);
  bench.workers[0]?.die();
  expect(statusOf(bench)).toMatchObject({ state: { kind: 'ended', end: { kind: 'failed' } } });
  bench.tunnels.start(id);
  await turns();
  portOf(bench).tell({ kind: 'live' });
  expect([bench.workers.length, statusOf(bench).state]).toEqual([2, { kind: 'live' }]);
});

test('a tunnel whose thread dies before its session has been begun has failed, and the session is ended', async () => {
  const bench = new Bench('a worker');
  const answer = held<StartedSession>();
  bench.service.nextPlane.startAnswer = () => answer.promise;
  bench.tunnels.start(await saved(bench));
  await turns();
  bench.workers[0]?.die();
  answer.resolve({ sessionId: 's-1', tokenValue: 't', streamUrl: 'wss://x', handshake: 'expected' });
  await turns();
  expect(statusOf(bench).state).toMatchObject({ end: { kind: 'failed', error: { code: 'internal' } } });
  expect([bench.service.ports, bench.plane.calls.at(-1), bench.plane.isClosed]).toEqual([
    [],
    'terminate s-1',
    true,
  ]);
});
