import { expect, test } from 'vitest';
import type { TargetQuery } from '../../src/shared/target-query.ts';
import { eventually, type LabBench, labBench, urlOf } from './support/lab-bench.ts';

const relay = 'i-0a1b2c3d4e5f60006';
const fleet: TargetQuery = { kind: 'auto-scaling-group', group: 'lab-fleet' };
const size = { cols: 80, rows: 24 };

const post = async ({ lab }: LabBench, path: string, body: object): Promise<void> => {
  const answer = await fetch(`${lab.control}${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
};
const decide = (bench: LabBench, decision: string, more: object = {}) =>
  post(bench, '/approvals', { accessRequestId: 'all', decision, ...more });

async function guarded(): Promise<LabBench> {
  const bench = await labBench();
  await post(bench, '/approvals', { node: bench.target });
  return bench;
}

const inState = (bench: LabBench, key: string, kind: string) =>
  eventually(() => expect(bench.session(key).state.kind).toBe(kind));

/** A shell that was asked for and approved. */
async function approvedShell(bench: LabBench): Promise<string> {
  const { profileId, target } = bench;
  const { key } = bench.sessions.start({ profileId, target, ...size });
  await inState(bench, key, 'needs-approval');
  await bench.lives.askForAccess(key, 'disk full');
  await inState(bench, key, 'awaiting-approval');
  await decide(bench, 'approve');
  await inState(bench, key, 'live');
  return key;
}

test('a shell is started, cut and resumed with the keys of its approval', async () => {
  const bench = await guarded();
  const key = await approvedShell(bench);
  const page = bench.attach(key);
  bench.type(key, page, 'KEPT=here\r');
  await post(bench, '/cut', {});
  bench.type(key, page, 'echo still-$KEPT\r');
  await eventually(() => expect(page.text).toContain('still-here'));
  expect(bench.session(key).approval?.until).toBeGreaterThan(Date.now() + 3_500_000);
});

test('one whose approval is over when it is cut asks anew, and is the same shell then', async () => {
  const bench = await guarded();
  const key = await approvedShell(bench);
  const page = bench.attach(key);
  bench.type(key, page, 'KEPT=here; echo ready\r');
  await eventually(() => expect(page.text).toContain('\nready'));
  await decide(bench, 'expire');
  await post(bench, '/cut', {});
  await inState(bench, key, 'needs-approval');
  expect(bench.session(key).state).toMatchObject({ error: { code: 'approval-needed' } });
  await bench.lives.askForAccess(key, 'still at it');
  await inState(bench, key, 'awaiting-approval');
  await decide(bench, 'approve');
  await inState(bench, key, 'live');
  bench.type(key, page, 'echo still-$KEPT\r');
  await eventually(() => expect(page.text).toContain('still-here'));
});

test('one whose approval is over is ended with the profile’s own keys', async () => {
  const bench = await guarded();
  const key = await approvedShell(bench);
  await decide(bench, 'expire');
  await bench.sessions.end(key);
  expect(bench.session(key).warning).toBeUndefined();
  const { sessions } = (await (await fetch(`${bench.lab.control}/sessions`)).json()) as {
    sessions: { id: string; status: string }[];
  };
  expect(sessions.find(({ id }) => id === bench.session(key).sessionId)?.status).toBe('Terminated');
});

test('a tunnel and a command go through with the approval that a shell has got', async () => {
  const bench = await guarded();
  await approvedShell(bench);
  const { profileId, target } = bench;
  const run = bench.commands.run({ profileId, target, command: 'echo done' });
  await eventually(() => expect(bench.command(run.key).exitCode).toBe(0));
  const { id } = await bench.tunnels.save(undefined, {
    name: 'web page',
    profileId,
    target,
    destination: { kind: 'node-port', port: bench.lab.nodes[0]?.demoPort ?? 0 },
    local: { host: '127.0.0.1', port: 0 },
  });
  bench.tunnels.start(id);
  await eventually(() => expect(bench.tunnel(id).state.kind).toBe('live'));
  const { listening, approval } = bench.tunnel(id);
  expect(approval?.requestId).toMatch(/^oi-/);
  expect(listening && (await fetch(urlOf(listening))).status).toBe(200);
  expect(bench.states.filter((state) => state === 'needs-approval')).toHaveLength(1);
});

test('an approval is for the member that the query picked, and the session begins there', async () => {
  const bench = await labBench();
  await post(bench, '/approvals', { node: relay });
  const { profileId } = bench;
  const { key } = bench.sessions.start({ profileId, targetQuery: fleet, ...size });
  await inState(bench, key, 'needs-approval');
  expect(bench.session(key).target).toBe(relay);
  await bench.lives.askForAccess(key, 'disk full');
  await inState(bench, key, 'awaiting-approval');
  await decide(bench, 'approve');
  await inState(bench, key, 'live');
  expect(bench.session(key).target).toBe(relay);
});
