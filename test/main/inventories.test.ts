import { expect, test } from 'vitest';
import type { InstanceFacts } from '../../src/aws/instances.ts';
import type { Profile } from '../../src/shared/models.ts';
import { appError, held } from './support/fake-service.ts';
import { InventoriesBench, node, profile, twoRegions } from './support/inventories-bench.ts';

test('nothing is known of a profile that was never asked', () => {
  expect(new InventoriesBench().inventories.get(profile)).toEqual([
    {
      head: { id: 'p eu-west-1', profileId: 'p', region: 'eu-west-1', nodeCount: 0, state: { kind: 'idle' } },
      nodes: [],
    },
  ]);
});

test('a profile has one list a Region, and one where the AWS settings name the Region', () => {
  const bench = new InventoriesBench();
  const ids = (asked: Profile): string[] => bench.inventories.get(asked).map(({ head }) => head.id);
  expect(ids(twoRegions)).toEqual(['p eu-west-1', 'p us-east-1']);
  const { region: _region, ...plain } = profile;
  expect(ids(plain)).toEqual(['p']);
});

test('the first nodes are told as they arrive, what follows at most four times a second', async () => {
  const bench = new InventoriesBench();
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
  const bench = new InventoriesBench();
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
  const bench = new InventoriesBench();
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
  const bench = new InventoriesBench();
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
  const bench = new InventoriesBench();
  bench.inventories.refresh(profile);
  await bench.refreshed();
  expect(bench.service.planes.length).toBe(1);
});

test('four lists are read at once, and the others when it is their turn', async () => {
  const bench = new InventoriesBench();
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
  const bench = new InventoriesBench();
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
  const bench = new InventoriesBench();
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
  const bench = new InventoriesBench();
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
  const bench = new InventoriesBench();
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
  const bench = new InventoriesBench();
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
