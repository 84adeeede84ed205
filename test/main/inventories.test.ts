import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Inventory, ManagedNode, Profile } from '../../src/shared/models.ts';
import { Inventories } from '../../src/main/inventory/inventories.ts';
import { InventoryCache } from '../../src/main/inventory/inventory-cache.ts';
import { appError, FakeService, turns } from './support/fake-service.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const profile: Profile = {
  id: 'p',
  name: 'Production',
  environment: 'production',
  credentials: { kind: 'shared-profile', profileName: 'acme' },
  region: 'eu-west-1',
  builtIn: false,
};

function node(id: string): ManagedNode {
  return { id, name: id, platform: 'linux', platformName: '', online: true, agentVersion: '', ipAddress: '' };
}

class Bench {
  readonly service = new FakeService();
  readonly published: Inventory[] = [];
  now = 1000;
  readonly folder: string;
  readonly cache: InventoryCache;
  readonly inventories: Inventories;

  constructor(folder = temporaryFolder()) {
    this.folder = folder;
    this.cache = new InventoryCache(folder);
    this.inventories = new Inventories({
      cache: this.cache,
      connect: this.service.connect,
      publish: (inventory) => this.published.push(inventory),
      // Every look at the clock finds it later than the limit between two news.
      now: () => (this.now += 1000),
    });
  }

  async refreshed(asked: Profile = profile): Promise<Inventory> {
    this.inventories.refresh(asked);
    while (this.inventories.get(asked).state.kind === 'loading') await turns();
    await this.cache.settled();
    return this.inventories.get(asked);
  }

  get lines(): string[] {
    return this.published.map(({ state, nodes }) => [state.kind, ...nodes.map(({ id }) => id)].join(' '));
  }
}

test('nothing is known of a profile that was never asked', () => {
  expect(new Bench().inventories.get(profile)).toEqual({
    profileId: 'p',
    nodes: [],
    state: { kind: 'idle' },
  });
});

test('a refresh answers at once, shows pages as they come and ends ready', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [[node('a')], [node('b')]];
  expect(bench.inventories.refresh(profile).state).toEqual({ kind: 'loading' });
  await bench.refreshed();
  expect(bench.lines).toEqual(['loading', 'loading a', 'loading a b', 'ready a b']);
  expect(bench.service.planes.map(({ isClosed }) => isClosed)).toEqual([true]);
});

test('nodes seen before stay in sight until the new list is complete', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [[node('a'), node('gone')]];
  await bench.refreshed();
  bench.published.length = 0;
  bench.service.nextPlane.pages = [[node('new')], [node('a')]];
  await bench.refreshed();
  expect(bench.lines).toEqual(['loading a gone', 'loading new a gone', 'loading new a gone', 'ready new a']);
});

test('two refreshes at once are one', async () => {
  const bench = new Bench();
  bench.inventories.refresh(profile);
  await bench.refreshed();
  expect(bench.service.planes.length).toBe(1);
});

test('a failed refresh keeps the nodes and says why; the next one tries again', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [[node('a')]];
  const { fetchedAt } = await bench.refreshed();
  bench.service.nextPlane.listNodes = () => {
    throw appError('access-denied');
  };
  expect(await bench.refreshed()).toEqual({
    profileId: 'p',
    nodes: [node('a')],
    fetchedAt,
    state: { kind: 'failed', error: appError('access-denied').data },
  });
  expect((await bench.refreshed()).state.kind).toBe('ready');
});

test('after a restart the list is there with its age, before anything is fetched', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [[node('a')]];
  const { fetchedAt } = await bench.refreshed();
  expect(new Bench(bench.folder).inventories.get(profile)).toEqual({
    profileId: 'p',
    nodes: [node('a')],
    fetchedAt,
    state: { kind: 'idle' },
  });
});

test('a profile that points elsewhere now does not show the nodes of the old place', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [[node('a')]];
  await bench.refreshed();
  const moved: Profile = { ...profile, region: 'us-east-1' };
  expect(bench.inventories.get(moved).nodes).toEqual([]);
  expect(new Bench(bench.folder).inventories.get(moved).nodes).toEqual([]);
});

test('the page hears of the other place when a profile is saved that points there, and else nothing', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [[node('a')]];
  await bench.refreshed();
  bench.published.length = 0;
  bench.inventories.profileSaved({ ...profile, name: 'Renamed' });
  expect(bench.lines).toEqual([]);
  bench.inventories.profileSaved({ ...profile, region: 'us-east-1' });
  expect(bench.lines).toEqual(['idle']);
});

test('a refresh of a profile that was removed meanwhile is not heard and not kept', async () => {
  const bench = new Bench();
  bench.service.nextPlane.pages = [[node('a')], [node('b')]];
  bench.inventories.refresh(profile);
  await bench.inventories.forget('p');
  const told = bench.published.length;
  while (!bench.service.planes.every(({ isClosed }) => isClosed)) await turns();
  await turns();
  await bench.cache.settled();
  expect([bench.published.length - told, readdirSync(bench.folder)]).toEqual([0, []]);
});

test.each(['', '{', '{"version":2}', '{"version":1,"place":"x","fetchedAt":1,"nodes":[{}]}'])(
  'a cache file that holds %j counts as absent',
  (text) => {
    const bench = new Bench();
    writeFileSync(join(bench.folder, 'p.json'), text);
    expect(bench.inventories.get(profile).nodes).toEqual([]);
  },
);

test('an id from an edited file does not lead out of the folder', async () => {
  const bench = new Bench();
  await bench.refreshed({ ...profile, id: '../../evil' });
  expect(readdirSync(bench.folder)).toEqual(['..%2F..%2Fevil.json']);
});
