import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Profile } from '../../src/shared/models.ts';
import { appError } from './support/fake-service.ts';
import { InventoriesBench, node, profile, twoRegions } from './support/inventories-bench.ts';

test('after a restart the first nodes are there with the age of the list, the others soon after', async () => {
  const bench = new InventoriesBench();
  bench.service.nextPlane.pages = [Array.from({ length: 130 }, (_none, at) => node(`mi-${130 - at}`))];
  const { fetchedAt } = await bench.refreshed();
  const again = new InventoriesBench(bench.folder);
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
  const bench = new InventoriesBench();
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
  const bench = new InventoriesBench();
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
  const bench = new InventoriesBench();
  bench.inventories.keepFresh();
  bench.clock.advance(60 * 60_000);
  await bench.settled();
  expect(bench.service.planes.length).toBe(0);
  bench.inventories.end();
});

test('a profile that points elsewhere now does not show the nodes of the old place', async () => {
  const bench = new InventoriesBench();
  bench.service.nextPlane.pages = [[node('mi-a')]];
  await bench.refreshed();
  const moved: Profile = { ...profile, network: { endpoints: { ssm: 'https://vpce.example' } } };
  expect(bench.ids(moved)).toEqual([]);
  expect(new InventoriesBench(bench.folder).ids(moved)).toEqual([]);
});

test('the page hears of the other place when a profile is saved that points there, and else nothing', async () => {
  const bench = new InventoriesBench();
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
  const bench = new InventoriesBench();
  await bench.refreshed(twoRegions);
  expect(readdirSync(bench.folder).toSorted()).toEqual(['p%20eu-west-1.jsonl', 'p%20us-east-1.jsonl']);
  bench.inventories.profileSaved(profile);
  await bench.cache.settled();
  expect(readdirSync(bench.folder)).toEqual(['p%20eu-west-1.jsonl']);
});

test('a refresh of a profile that was removed meanwhile is given up, not heard and not kept', async () => {
  const bench = new InventoriesBench();
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
  const bench = new InventoriesBench();
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
    const bench = new InventoriesBench();
    writeFileSync(join(bench.folder, 'p%20eu-west-1.jsonl'), text);
    expect(bench.inventories.get(profile)).toMatchObject([{ head: { nodeCount: 0 }, nodes: [] }]);
  },
);

test('an id from an edited file does not lead out of the folder', async () => {
  const bench = new InventoriesBench();
  await bench.refreshed({ ...profile, id: '../../evil' });
  expect(readdirSync(bench.folder)).toEqual(['..%2F..%2Fevil%20eu-west-1.jsonl']);
});
