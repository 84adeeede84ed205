import { expect, test } from 'vitest';
import type { TargetQuery } from '../../src/shared/target-query.ts';
import { eventually, type LabBench, labBench, urlOf } from './support/lab-bench.ts';

const web = 'i-0a1b2c3d4e5f60001';
const relay = 'i-0a1b2c3d4e5f60006';
const fleet: TargetQuery = { kind: 'auto-scaling-group', group: 'lab-fleet' };
const size = { cols: 80, rows: 24 };

const setNode = async ({ lab }: LabBench, body: object): Promise<void> => {
  const answer = await fetch(`${lab.control}/nodes`, { method: 'POST', body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
};

const live = (bench: LabBench, key: string) =>
  eventually(() => expect(bench.session(key).state.kind).toBe('live'));
const ended = (bench: LabBench, key: string) =>
  eventually(() => expect(bench.session(key).state.kind).toBe('ended'));

async function shell(bench: LabBench, targetQuery: TargetQuery): Promise<string> {
  const { key } = bench.sessions.start({ profileId: bench.profileId, targetQuery, ...size });
  await live(bench, key);
  return key;
}

test('a shell of a query is one on the latest healthy member, and says out of how many', async () => {
  const bench = await labBench();
  const key = await shell(bench, fleet);
  expect(bench.session(key)).toMatchObject({
    target: relay,
    nodeName: 'lab-relay',
    targetQuery: fleet,
    pickedOf: { healthy: 2, matched: 3 },
  });
  expect(bench.notes.lines.some((line) => line.includes(`"target":"${relay}","nodeName":"lab-relay"`))).toBe(
    true,
  );
});

test('the next session goes where fewer of our own are', async () => {
  const bench = await labBench();
  await shell(bench, fleet);
  const second = await shell(bench, fleet);
  expect(bench.session(second).target).toBe(web);
});

test('a shell whose node is terminated is offered a successor, and goes on there under the same key', async () => {
  const bench = await labBench();
  const key = await shell(bench, fleet);
  await setNode(bench, { id: relay, state: 'terminated' });
  await ended(bench, key);
  expect(await bench.sessions.findSuccessor(key)).toMatchObject({
    formerState: 'terminated',
    counts: { healthy: 1, matched: 2 },
    member: { target: web, name: 'lab-web' },
  });
  bench.sessions.restart(key, 80, 24, web);
  const page = bench.attach(key);
  await live(bench, key);
  expect(bench.session(key)).toMatchObject({ target: web, pickedOf: { healthy: 1, matched: 2 } });
  bench.type(key, page, 'echo $((6 * 7))-here\r');
  await eventually(() => expect(page.text).toContain('42-here'));
});

test('a restart goes to another member than the one that has just ended, though the service has not missed it yet', async () => {
  const bench = await labBench();
  const exact: TargetQuery = { kind: 'tags', tags: [{ key: 'Environment', value: 'development' }] };
  const key = await shell(bench, exact);
  expect(bench.session(key).target).toBe(relay);
  await bench.sessions.end(key);
  bench.sessions.restart(key, 80, 24);
  await live(bench, key);
  expect(bench.session(key).target).toBe(web);
});

test('a member that turns out not to be connected gives way to the next one', async () => {
  const bench = await labBench();
  const refusal = { operation: 'StartSession', code: 'TargetNotConnected', count: 1 };
  await fetch(`${bench.lab.control}/refuse`, { method: 'POST', body: JSON.stringify(refusal) });
  const key = await shell(bench, fleet);
  expect(bench.session(key).target).toBe(web);
});

test('members that are all not connected end the session with what the service said of the last one', async () => {
  const bench = await labBench();
  const refusal = { operation: 'StartSession', code: 'TargetNotConnected' };
  await fetch(`${bench.lab.control}/refuse`, { method: 'POST', body: JSON.stringify(refusal) });
  const { key } = bench.sessions.start({ profileId: bench.profileId, targetQuery: fleet, ...size });
  await ended(bench, key);
  expect(bench.session(key)).toMatchObject({
    target: web,
    state: { end: { error: { code: 'target-not-connected' } } },
  });
});

test('nobody to connect to ends the session with what was matched', async () => {
  const bench = await labBench();
  await setNode(bench, { id: web, state: 'offline' });
  await setNode(bench, { id: relay, state: 'terminated' });
  const { key } = bench.sessions.start({ profileId: bench.profileId, targetQuery: fleet, ...size });
  await ended(bench, key);
  expect(bench.session(key)).toMatchObject({
    target: '',
    nodeName: 'group lab-fleet',
    state: {
      end: {
        error: {
          code: 'no-healthy-member',
          message: '3 nodes match group lab-fleet, and none can be connected to: 2 offline, 1 terminated.',
        },
      },
    },
  });
});

test('a session of a node has no successor to look for', async () => {
  const bench = await labBench();
  const { target, profileId } = bench;
  const { key } = bench.sessions.start({ profileId, target, ...size });
  await expect(bench.sessions.findSuccessor(key)).rejects.toMatchObject({ data: { code: 'bad-request' } });
  await bench.sessions.end(key);
});

test('a tunnel of a query is led through another member at its next start', async () => {
  const bench = await labBench();
  const port = bench.lab.nodes[0]?.demoPort ?? 0;
  const { id } = await bench.tunnels.save(undefined, {
    name: 'web page',
    profileId: bench.profileId,
    targetQuery: fleet,
    destination: { kind: 'node-port', port },
    local: { host: '127.0.0.1', port: 0 },
  });
  const read = async (): Promise<number> => {
    bench.tunnels.start(id);
    await eventually(() => expect(bench.tunnel(id).state.kind).toBe('live'));
    const { listening } = bench.tunnel(id);
    return listening === undefined ? 0 : (await fetch(urlOf(listening))).status;
  };
  expect(await read()).toBe(200);
  expect(bench.tunnel(id)).toMatchObject({
    session: { target: relay },
    pickedOf: { healthy: 2, matched: 3 },
  });
  await setNode(bench, { id: relay, state: 'terminated' });
  await eventually(() => expect(bench.tunnel(id).state.kind).toBe('ended'));
  expect(await read()).toBe(200);
  expect(bench.tunnel(id).session?.target).toBe(web);
});

test('a command of a query runs on a healthy member', async () => {
  const bench = await labBench();
  const { key } = bench.commands.run({ profileId: bench.profileId, targetQuery: fleet, command: 'true' });
  await eventually(() => expect(bench.command(key).state.kind).toBe('ended'));
  expect(bench.command(key)).toMatchObject({ target: relay, state: { end: { kind: 'closed' } } });
});
