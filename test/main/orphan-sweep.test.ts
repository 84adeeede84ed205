import { FakeMembers } from './support/fake-members.ts';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Connect } from '../../src/main/connection.ts';
import { History } from '../../src/main/history/history.ts';
import { OrphanSweep } from '../../src/main/orphans/orphan-sweep.ts';
import type { HistoryEntry, Profile } from '../../src/shared/models.ts';
import type { Orphan } from '../../src/shared/orphans.ts';
import { appError, FakeControlPlane, turns } from './support/fake-service.ts';
import { profile } from './support/registry-bench.ts';
import { FakeDoctor } from './support/fake-doctor.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const lab: Profile = { ...profile, id: 'lab', credentials: { kind: 'lab' } };

/** The service of one start of the app, and what the page was told. */
class Start {
  readonly planes: FakeControlPlane[] = [];
  readonly asked: Profile[] = [];
  readonly told: string[][] = [];
  profiles = [profile, lab];
  needsNobody = true;
  prepare: (plane: FakeControlPlane) => void = () => {};
  readonly history: History;
  readonly sweep: OrphanSweep;

  constructor(path: string) {
    this.history = new History(path, () => 0);
    onTestFinished(() => this.history.close());
    const connect: Connect = (asked) => {
      this.asked.push(asked);
      const controlPlane = new FakeControlPlane();
      this.prepare(controlPlane);
      this.planes.push(controlPlane);
      return Promise.resolve({
        region: asked.region ?? '',
        controlPlane,
        doctor: () => new FakeDoctor(),
        memberLookup: () => new FakeMembers(),
        lookUpCredentials: () => Promise.resolve(),
        isStale: () => false,
      });
    };
    this.sweep = new OrphanSweep({
      unsettled: () => this.history.unsettled(),
      settle: (keys) => this.history.settle(keys),
      profiles: () => this.profiles,
      connect,
      needsNobody: () => Promise.resolve(this.needsNobody),
      onFound: (orphans) => this.told.push(idsOf(orphans)),
    });
  }

  get calls(): string[] {
    return this.planes.flatMap(({ calls }) => calls);
  }
}

const idsOf = (orphans: readonly Orphan[]): string[] => orphans.map(({ sessionId }) => sessionId);

const newPath = (): string => join(temporaryFolder(), 'history.sqlite');

const active =
  (...ids: string[]) =>
  (plane: FakeControlPlane) => {
    plane.active = ids.map((sessionId) => ({ sessionId, target: 'i-1' }));
  };

/** A run of the app that is killed over these sessions: what is on the disk afterwards. */
async function killed(
  path: string,
  sessions: Record<string, Partial<HistoryEntry>>,
  endedOnes: readonly string[] = [],
): Promise<void> {
  const history = new History(path, () => 0);
  for (const [sessionId, change] of Object.entries(sessions)) {
    const key = `key of ${sessionId}`;
    history.started({
      key,
      kind: 'shell',
      profileId: 'p',
      profileName: 'Production',
      environment: 'production',
      region: 'eu-west-1',
      target: 'i-1',
      nodeName: 'web-1',
      startedAt: 1000,
      ...change,
    });
    history.learned(key, { sessionId, owner: change.owner ?? 'arn:me' });
    if (endedOnes.includes(sessionId)) history.ended(key, { kind: 'ended-by-user' }, 2000);
  }
  await history.list({ limit: 1 });
  await history.close();
}

test('sessions that the app was killed over and that are still active are listed, and nothing is ended', async () => {
  const path = newPath();
  await killed(
    path,
    { old: { startedAt: 1 }, tunnel: { kind: 'tunnel', startedAt: 2 }, gone: {}, ended: {} },
    ['ended'],
  );
  const start = new Start(path);
  start.prepare = active('somebody-elses', 'old', 'tunnel', 'ended');
  await start.sweep.look();
  expect(start.told).toEqual([['tunnel', 'old']]);
  expect(start.calls).toEqual(['list active of arn:me']);
  expect(start.planes.every(({ isClosed }) => isClosed)).toBe(true);
});

test('those that the user chooses are ended, and the rest stays listed', async () => {
  const path = newPath();
  await killed(path, { a: {}, b: {} });
  const start = new Start(path);
  start.prepare = active('a', 'b');
  await start.sweep.look();
  expect(await start.sweep.end(['a'])).toEqual({ ended: ['a'], failed: [] });
  expect(start.calls.filter((call) => call.startsWith('terminate'))).toEqual(['terminate a']);
  expect([start.told.at(-1), idsOf(start.sweep.list())]).toEqual([['b'], ['b']]);
});

test('what was not listed is not ended, whoever asks', async () => {
  const path = newPath();
  await killed(path, { mine: {} });
  const start = new Start(path);
  start.prepare = active('mine', 'somebody-elses');
  expect(await start.sweep.end(['mine'])).toEqual({ ended: [], failed: [] });
  await start.sweep.look();
  expect(await start.sweep.end(['somebody-elses'])).toEqual({ ended: [], failed: [] });
  expect(start.calls).toEqual(['list active of arn:me']);
});

test('one that cannot be ended says why and stays listed', async () => {
  const path = newPath();
  await killed(path, { a: {} });
  const start = new Start(path);
  start.prepare = (plane) => {
    active('a')(plane);
    plane.terminateAnswer = () => Promise.reject(appError('access-denied'));
  };
  await start.sweep.look();
  expect(await start.sweep.end(['a'])).toMatchObject({
    ended: [],
    failed: [{ id: 'a', error: { code: 'access-denied' } }],
  });
  expect(idsOf(start.sweep.list())).toEqual(['a']);
});

test('undecided ones are listed again at the next start, decided ones never', async () => {
  const path = newPath();
  await killed(path, { a: {}, b: {}, gone: {} });
  const first = new Start(path);
  first.prepare = active('a', 'b');
  await first.sweep.look();
  await first.sweep.end(['a']);
  await first.history.close();

  const second = new Start(path);
  second.prepare = active('a', 'b', 'gone');
  await second.sweep.look();
  expect(second.told).toEqual([['b']]);
  second.sweep.keep();
  expect(second.told.at(-1)).toEqual([]);
  await second.history.close();

  const third = new Start(path);
  third.prepare = active('a', 'b', 'gone');
  await third.sweep.look();
  expect([third.told, third.calls]).toEqual([[], []]);
});

test('each caller and each Region is asked for its own sessions, where they were begun', async () => {
  const path = newPath();
  await killed(path, { a: {}, b: { owner: 'arn:you' }, c: { region: 'us-east-1' } });
  const start = new Start(path);
  start.prepare = active('a', 'b', 'c');
  await start.sweep.look();
  expect(start.calls.toSorted()).toEqual([
    'list active of arn:me',
    'list active of arn:me',
    'list active of arn:you',
  ]);
  expect(start.asked.map(({ region = '' }) => region).toSorted()).toEqual([
    'eu-west-1',
    'eu-west-1',
    'us-east-1',
  ]);
  expect(idsOf(start.sweep.list()).toSorted()).toEqual(['a', 'b', 'c']);
});

test('the lab is not started to ask for sessions that ended with it', async () => {
  const path = newPath();
  await killed(path, { a: { profileId: 'lab' } });
  const start = new Start(path);
  await start.sweep.look();
  await turns();
  expect([start.asked, start.told, await start.history.unsettled()]).toEqual([[], [], []]);
});

test('nobody is asked for a password or a code: such a profile is left for later', async () => {
  const path = newPath();
  await killed(path, { a: {} });
  const start = new Start(path);
  start.needsNobody = false;
  await start.sweep.look();
  expect([start.asked, (await start.history.unsettled()).length]).toEqual([[], 1]);
});

test('a service that cannot be reached, or a profile that is gone, leaves them for the next start', async () => {
  const path = newPath();
  await killed(path, { a: {}, b: { profileId: 'removed' } });
  const start = new Start(path);
  start.prepare = (plane) => {
    plane.listActiveSessions = () => {
      throw appError('endpoint-unreachable');
    };
  };
  await start.sweep.look();
  expect([start.told, (await start.history.unsettled()).length]).toEqual([[], 2]);
});

test('sessions of this run are never among them', async () => {
  const path = newPath();
  const start = new Start(path);
  start.history.started({
    key: 'k',
    kind: 'shell',
    profileId: 'p',
    profileName: 'Production',
    environment: 'production',
    region: 'eu-west-1',
    target: 'i-1',
    nodeName: 'web-1',
    startedAt: 1,
  });
  start.history.learned('k', { sessionId: 'live' });
  start.prepare = active('live');
  await start.sweep.look();
  expect([start.told, start.asked]).toEqual([[], []]);
});
