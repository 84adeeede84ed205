import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { InstanceFacts } from '../../src/aws/instances.ts';
import { Inventories } from '../../src/main/inventory/inventories.ts';
import { InventoryCache } from '../../src/main/inventory/inventory-cache.ts';
import type { InventoryChange, InventoryHead, ManagedNode } from '../../src/shared/inventory.ts';
import type { Profile } from '../../src/shared/models.ts';
import { appError, FakeService, held, turns } from './support/fake-service.ts';
import { HandClock } from './support/hand-clock.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const profile: Profile = {
  id: 'p',
  name: 'Production',
  environment: 'production',
  credentials: { kind: 'shared-profile', profileName: 'acme' },
  region: 'eu-west-1',
  builtIn: false,
};
const twoRegions: Profile = { ...profile, moreRegions: ['eu-west-1', 'us-east-1'] };

function node(id: string, change: Partial<ManagedNode> = {}): ManagedNode {
  return {
    id,
    name: id,
    platform: 'linux',
    platformName: '',
    online: true,
    agentVersion: '',
    ipAddress: '',
    ...change,
  };
}

class Bench {
  readonly service = new FakeService();
  readonly told: InventoryChange[][] = [];
  readonly clock = new HandClock();
  readonly folder: string;
  readonly cache: InventoryCache;
  readonly inventories: Inventories;
  profiles: Profile[] = [profile];
  mayReadUnasked = true;

  constructor(folder = temporaryFolder()) {
    this.folder = folder;
    this.cache = new InventoryCache(folder);
    this.inventories = new Inventories({
      cache: this.cache,
      connect: this.service.connect,
      profiles: () => this.profiles,
      mayReadUnasked: () => Promise.resolve(this.mayReadUnasked),
      tell: (changes) => this.told.push(changes),
      now: () => this.clock.now(),
      setTimer: (run, delayMs) => this.clock.setTimer(run, delayMs),
      random: () => 0.5,
    });
  }

  head(asked: Profile = profile): InventoryHead {
    const [first] = this.inventories.get(asked);
    if (first === undefined) throw new Error('A profile has a place.');
    return first.head;
  }

  ids(asked: Profile = profile): string[] {
    return this.inventories.get(asked).flatMap(({ nodes }) => nodes.map(({ id }) => id));
  }

  /** Until nothing happens any more without the clock. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 60; turn += 1) await turns();
    await this.cache.settled();
  }

  async refreshed(asked: Profile = profile): Promise<InventoryHead> {
    this.inventories.refresh(asked);
    await this.settled();
    return this.head(asked);
  }

  /** The screen that has heard all that was told. */
  get screen(): { heads: Map<string, InventoryHead>; nodes: Map<string, ManagedNode> } {
    const heads = new Map<string, InventoryHead>();
    const nodes = new Map<string, ManagedNode>();
    for (const { head, changed, removed } of this.told.flat()) {
      heads.set(head.id, head);
      for (const id of removed) nodes.delete(id);
      for (const each of changed) nodes.set(each.id, each);
    }
    return { heads, nodes };
  }
}

test('nothing is known of a profile that was never asked', () => {
  expect(new Bench().inventories.get(profile)).toEqual([
    {
      head: { id: 'p eu-west-1', profileId: 'p', region: 'eu-west-1', nodeCount: 0, state: { kind: 'idle' } },
      nodes: [],
    },
  ]);
});

test('a profile has one list a Region, and one where the AWS settings name the Region', () => {
  const bench = new Bench();
  const ids = (asked: Profile): string[] => bench.inventories.get(asked).map(({ head }) => head.id);
  expect(ids(twoRegions)).toEqual(['p eu-west-1', 'p us-east-1']);
  const { region: _region, ...plain } = profile;
  expect(ids(plain)).toEqual(['p']);
});

test('the first nodes are told as they arrive, what follows at most four times a second', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [[node('mi-a')], [node('mi-b')], [node('mi-c')]];
  expect(bench.inventories.refresh(profile).map(({ state }) => state)).toEqual([
    { kind: 'loading', found: 0 },
  ]);
  await bench.settled();
  const lines = (): string[] =>
    bench.told.flat().map(({ head, changed }) => [head.state.kind, ...changed.map(({ id }) => id)].join(' '));
  expect(lines()).toEqual(['loading', 'loading mi-a']);
  bench.clock.advance(250);
  expect(lines()).toEqual(['loading', 'loading mi-a', 'ready mi-b mi-c']);
  expect(bench.service.planes.map(({ isClosed }) => isClosed)).toEqual([true]);
});

test('a fleet comes in pieces that the page can take', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = Array.from({ length: 30 }, (_none, page) =>
    Array.from({ length: 100 }, (_one, at) => node(`mi-${page}-${at}`)),
  );
  await bench.refreshed();
  bench.clock.advance(1000);
  expect(Math.max(...bench.told.map((changes) => changes.flatMap(({ changed }) => changed).length))).toBe(
    1000,
  );
  expect(bench.screen.nodes.size).toBe(3000);
});

test('nodes seen before stay in sight until the new list is complete', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [[node('mi-a'), node('mi-gone')]];
  await bench.refreshed();
  bench.clock.advance(250);
  const rest = held<void>();
  const plane = bench.service.nextPlane;
  plane.pages = [[node('mi-new')], [node('mi-a')]];
  const listNodes = plane.listNodes.bind(plane);
  plane.listNodes = async function* (from) {
    if (from !== undefined) await rest.promise;
    yield* listNodes(from);
  };
  bench.inventories.refresh(profile);
  await bench.settled();
  expect(bench.ids()).toEqual(['mi-a', 'mi-gone', 'mi-new']);
  rest.resolve();
  await bench.settled();
  expect(bench.ids()).toEqual(['mi-a', 'mi-new']);
  bench.clock.advance(250);
  expect([...bench.screen.nodes.keys()]).toEqual(['mi-a', 'mi-new']);
});

test('what has not changed is not told again, a later ping of a node that is online included', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [
    [node('mi-a', { lastPingAt: 1 }), node('mi-b', { online: false, lastPingAt: 1 })],
  ];
  await bench.refreshed();
  bench.clock.advance(250);
  bench.told.length = 0;
  bench.service.nextPlane.pages = [
    [node('mi-a', { lastPingAt: 2 }), node('mi-b', { online: false, lastPingAt: 2 })],
  ];
  await bench.refreshed();
  bench.clock.advance(250);
  expect(bench.told.flat().flatMap(({ changed }) => changed.map(({ id }) => id))).toEqual(['mi-b']);
});

test('two refreshes at once are one', async () => {
  const bench = new Bench();
  bench.inventories.refresh(profile);
  await bench.refreshed();
  expect(bench.service.planes.length).toBe(1);
});

test('four lists are read at once, and the others when it is their turn', async () => {
  const bench = new Bench();
  const many: Profile = {
    ...profile,
    moreRegions: ['a', 'b', 'c', 'd', 'e'].map((letter) => `eu-${letter}-1`),
  };
  const gate = held<void>();
  bench.service.eachPlane = (plane) => {
    plane.listNodes = async function* () {
      await gate.promise;
      yield { nodes: [] };
    };
  };
  bench.inventories.refresh(many);
  await bench.settled();
  expect(bench.service.planes.length).toBe(4);
  gate.resolve();
  await bench.settled();
  expect(bench.service.planes.length).toBe(6);
});

test('a failed refresh keeps the nodes and says why; the next one tries again', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [[node('mi-a')]];
  const { fetchedAt } = await bench.refreshed();
  bench.service.nextPlane.listNodes = () => {
    throw appError('access-denied');
  };
  expect(await bench.refreshed()).toEqual({
    id: 'p eu-west-1',
    profileId: 'p',
    region: 'eu-west-1',
    nodeCount: 1,
    fetchedAt,
    state: { kind: 'failed', error: appError('access-denied').data },
  });
  expect(bench.ids()).toEqual(['mi-a']);
  expect((await bench.refreshed()).state.kind).toBe('ready');
});

test('a service that asks to slow down is waited for, and the list goes on where it was', async () => {
  const bench = new Bench();
  const plane = bench.service.nextPlane;
  plane.pages = [[node('mi-a')], [node('mi-b')]];
  const asked: (string | undefined)[] = [];
  const listNodes = plane.listNodes.bind(plane);
  plane.listNodes = (from) => {
    asked.push(from);
    if (from === '1' && asked.filter((one) => one === '1').length <= 2) throw appError('throttled');
    return listNodes(from);
  };
  bench.inventories.refresh(profile);
  await bench.settled();
  expect(bench.head().state).toEqual({ kind: 'loading', found: 1, waitsUntil: 1000 });
  bench.clock.advance(1000);
  await bench.settled();
  expect(bench.head().state).toEqual({ kind: 'loading', found: 1, waitsUntil: 3000 });
  bench.clock.advance(2000);
  await bench.settled();
  expect(asked).toEqual([undefined, '1', '1', '1']);
  expect([bench.head().state.kind, ...bench.ids()]).toEqual(['ready', 'mi-a', 'mi-b']);
});

test('a service that asks to slow down for ever is told as such', async () => {
  const bench = new Bench();
  bench.service.nextPlane.listNodes = () => {
    throw appError('throttled');
  };
  bench.inventories.refresh(profile);
  for (let minute = 0; minute < 10; minute += 1) {
    await bench.settled();
    bench.clock.advance(60_000);
  }
  await bench.settled();
  expect(bench.head().state).toMatchObject({ kind: 'failed', error: { code: 'throttled' } });
});

const facts: InstanceFacts[] = [
  {
    id: 'i-1',
    tags: [
      ['Role', 'web'],
      ['Name', 'web-1'],
    ],
    state: 'running',
    launchedAt: 5,
    privateIp: '10.0.0.9',
    accountId: '123456789012',
  },
];

test('instances get their names and tags from EC2, which is not asked for machines registered by hand', async () => {
  const bench = new Bench();
  const plane = bench.service.nextPlane;
  plane.pages = [[node('i-1', { name: 'ip-10-0-0-1' }), node('mi-2')]];
  plane.instances = () => Promise.resolve(facts);
  const { accountId, gaps } = await bench.refreshed();
  expect({ accountId, gaps, calls: plane.calls }).toEqual({
    accountId: '123456789012',
    gaps: undefined,
    calls: ['describe i-1', 'tags of hybrid nodes'],
  });
  expect(bench.inventories.get(profile)[0]?.nodes).toEqual([
    node('i-1', {
      name: 'web-1',
      hostName: 'ip-10-0-0-1',
      ipAddress: '10.0.0.9',
      tags: [
        ['Role', 'web'],
        ['Name', 'web-1'],
      ],
      instanceState: 'running',
      launchedAt: 5,
    }),
    node('mi-2', { tags: [] }),
  ]);
});

test('a name of EC2 stays while the list is read again, and for as long as EC2 may not be asked', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [[node('i-1', { name: 'ip-10-0-0-1' })]];
  bench.service.nextPlane.instances = () => Promise.resolve(facts);
  await bench.refreshed();
  bench.service.nextPlane.pages = [[node('i-1', { name: 'ip-10-0-0-1', online: false })]];
  bench.service.nextPlane.instances = () => Promise.reject(appError('access-denied'));
  const { state, gaps } = await bench.refreshed();
  expect([state.kind, gaps?.map(({ part, error }) => `${part} ${error.code}`)]).toEqual([
    'ready',
    ['names access-denied'],
  ]);
  expect(bench.inventories.get(profile)[0]?.nodes).toMatchObject([
    {
      name: 'web-1',
      hostName: 'ip-10-0-0-1',
      online: false,
      tags: [
        ['Role', 'web'],
        ['Name', 'web-1'],
      ],
    },
  ]);
  bench.service.nextPlane.pages = [[node('i-1')]];
  bench.service.nextPlane.instances = () => Promise.resolve(facts);
  expect((await bench.refreshed()).gaps).toBeUndefined();
});

test('after a restart the first nodes are there with the age of the list, the others soon after', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [Array.from({ length: 130 }, (_none, at) => node(`mi-${130 - at}`))];
  const { fetchedAt } = await bench.refreshed();
  const again = new Bench(bench.folder);
  expect(again.head()).toEqual({
    id: 'p eu-west-1',
    profileId: 'p',
    region: 'eu-west-1',
    nodeCount: 130,
    fetchedAt,
    state: { kind: 'idle' },
  });
  expect(again.ids().slice(0, 3)).toEqual(['mi-1', 'mi-2', 'mi-3']);
  expect(again.ids().length).toBe(50);
  again.mayReadUnasked = false;
  again.inventories.keepFresh();
  // The file is read in the system's own time.
  await expect.poll(() => again.ids().length).toBe(130);
  again.clock.advance(500);
  expect(again.screen.nodes.size).toBe(80);
  again.inventories.end();
});

test('a list is read again when it is old, without a question to anybody', async () => {
  const bench = new Bench();
  await bench.refreshed();
  bench.inventories.keepFresh();
  await bench.settled();
  expect(bench.service.planes.length).toBe(1);
  bench.clock.advance(5 * 60_000);
  await bench.settled();
  expect(bench.service.planes.length).toBe(2);
  bench.mayReadUnasked = false;
  bench.clock.advance(5 * 60_000);
  await bench.settled();
  expect(bench.service.planes.length).toBe(2);
  bench.inventories.end();
});

test('a list that fails is asked for less and less often', async () => {
  const bench = new Bench();
  await bench.refreshed();
  const triesUntil = async (minutes: number): Promise<number> => {
    for (let passed = 0; passed < minutes; passed += 1) {
      bench.service.nextPlane.listNodes = () => {
        throw appError('service-unavailable');
      };
      bench.clock.advance(60_000);
      await bench.settled();
    }
    return bench.service.planes.length - 1;
  };
  bench.inventories.keepFresh();
  expect([await triesUntil(6), await triesUntil(10), await triesUntil(20)]).toEqual([1, 2, 3]);
  bench.inventories.end();
});

test('a list that was never read waits for a person', async () => {
  const bench = new Bench();
  bench.inventories.keepFresh();
  bench.clock.advance(60 * 60_000);
  await bench.settled();
  expect(bench.service.planes.length).toBe(0);
  bench.inventories.end();
});

test('a profile that points elsewhere now does not show the nodes of the old place', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [[node('mi-a')]];
  await bench.refreshed();
  const moved: Profile = { ...profile, network: { endpoints: { ssm: 'https://vpce.example' } } };
  expect(bench.ids(moved)).toEqual([]);
  expect(new Bench(bench.folder).ids(moved)).toEqual([]);
});

test('the page hears of the other place when a profile is saved that points there, and else nothing', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [[node('mi-a')]];
  await bench.refreshed();
  bench.clock.advance(250);
  bench.told.length = 0;
  bench.inventories.profileSaved({ ...profile, name: 'Renamed' });
  expect(bench.told).toEqual([]);
  bench.inventories.profileSaved({ ...profile, network: { endpoints: { ssm: 'https://vpce.example' } } });
  bench.clock.advance(250);
  expect(bench.told.flat()).toMatchObject([{ head: { id: 'p eu-west-1', nodeCount: 0 }, removed: ['mi-a'] }]);
});

test('a Region that a profile lists no more is forgotten, with its file', async () => {
  const bench = new Bench();
  await bench.refreshed(twoRegions);
  expect(readdirSync(bench.folder).toSorted()).toEqual(['p%20eu-west-1.jsonl', 'p%20us-east-1.jsonl']);
  bench.inventories.profileSaved(profile);
  await bench.cache.settled();
  expect(readdirSync(bench.folder)).toEqual(['p%20eu-west-1.jsonl']);
});

test('a refresh of a profile that was removed meanwhile is given up, not heard and not kept', async () => {
  const bench = new Bench();
  const plane = bench.service.nextPlane;
  plane.pages = [[node('mi-a')], [node('mi-b')]];
  bench.inventories.refresh(profile);
  await bench.inventories.forget('p');
  const told = bench.told.length;
  await bench.settled();
  bench.clock.advance(1000);
  expect([bench.told.length - told, readdirSync(bench.folder)]).toEqual([0, []]);
});

test('a list that nobody wants any more lets go of what it asks, also while a program is asked for credentials', async () => {
  const bench = new Bench();
  const plane = bench.service.nextPlane;
  let asked = 0;
  // oxlint-disable-next-line require-yield -- it waits for ever
  plane.listNodes = async function* () {
    asked += 1;
    await new Promise(() => {});
  };
  bench.inventories.refresh(profile);
  await bench.settled();
  expect([asked, plane.isClosed]).toEqual([1, false]);
  await bench.inventories.forget('p');
  expect(plane.isClosed).toBe(true);
});

test.each(['', '{', '{"version":3}\n', '{"version":2,"source":"x","fetchedAt":1,"nodeCount":1}\n[{}]\n'])(
  'a cache file that holds %j counts as absent',
  (text) => {
    const bench = new Bench();
    writeFileSync(join(bench.folder, 'p%20eu-west-1.jsonl'), text);
    expect(bench.inventories.get(profile)).toMatchObject([{ head: { nodeCount: 0 }, nodes: [] }]);
  },
);

test('an id from an edited file does not lead out of the folder', async () => {
  const bench = new Bench();
  await bench.refreshed({ ...profile, id: '../../evil' });
  expect(readdirSync(bench.folder)).toEqual(['..%2F..%2Fevil%20eu-west-1.jsonl']);
});
