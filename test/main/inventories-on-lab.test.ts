import { FakeMembers } from './support/fake-members.ts';
import { expect, onTestFinished, test } from 'vitest';
import { createControlPlane } from '../../src/aws/control-plane.ts';
import { startLab } from '../../src/lab/start-lab.ts';
import { monotonicClock } from '../../src/main/bytes/terminal-link.ts';
import { Inventories } from '../../src/main/inventory/inventories.ts';
import { InventoryCache } from '../../src/main/inventory/inventory-cache.ts';
import type { InventoryChange, ManagedNode } from '../../src/shared/inventory.ts';
import type { Profile } from '../../src/shared/models.ts';
import { FakeDoctor } from './support/fake-doctor.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const profile: Profile = {
  id: 'fleet',
  name: 'Fleet',
  environment: 'staging',
  credentials: { kind: 'environment' },
  region: 'eu-west-1',
  moreRegions: ['us-east-1'],
  builtIn: false,
};

/** Lists of a real lab through the real SDK, and the page that has heard all that was told. */
async function labLists() {
  const lab = await startLab({ pace: 'fast', nodes: 240, regions: ['eu-west-1', 'us-east-1'], ecs: true });
  onTestFinished(() => lab.close());
  const told: InventoryChange[] = [];
  const inventories = new Inventories({
    cache: new InventoryCache(temporaryFolder()),
    connect: ({ region = '' }) =>
      Promise.resolve({
        region,
        isStale: () => false,
        doctor: () => new FakeDoctor(),
        memberLookup: () => new FakeMembers(),
        lookUpCredentials: () => Promise.resolve(),
        controlPlane: createControlPlane({
          region,
          endpoint: lab.endpoint,
          ec2Endpoint: lab.endpoint,
          ecsEndpoint: lab.endpoint,
          taggingEndpoint: lab.endpoint,
          credentials: lab,
          maxAttempts: 1,
        }),
      }),
    profiles: () => [profile],
    mayReadUnasked: () => Promise.resolve(true),
    tell: (changes) => told.push(...changes),
    now: Date.now,
    setTimer: monotonicClock.setTimer,
    random: () => 0,
  });
  onTestFinished(() => inventories.end());
  const refuse = (operation: string, code: string, count: number): Promise<Response> =>
    fetch(`${lab.control}/refuse`, { method: 'POST', body: JSON.stringify({ operation, code, count }) });
  const page = (): Map<string, ManagedNode> => {
    const nodes = new Map<string, ManagedNode>();
    for (const { changed, removed } of told) {
      for (const id of removed) nodes.delete(id);
      for (const node of changed) nodes.set(node.id, node);
    }
    return nodes;
  };
  const heads = () => inventories.get(profile).map(({ head }) => head);
  const states = (): string[] => heads().map(({ state }) => state.kind);
  return { lab, inventories, refuse, page, heads, states, told };
}

const limit = { timeout: 20_000 };

test('the lists of two Regions arrive whole, each node and each container with its tags, and the page has them all', async () => {
  const { lab, inventories, page, heads, states } = await labLists();
  inventories.refresh(profile);
  await expect.poll(states, limit).toEqual(['ready', 'ready']);
  await expect
    .poll(() => [...page().values()].filter(({ tags }) => tags !== undefined).length, limit)
    .toBe(lab.nodes.length + lab.containers.length);
  expect(page().size).toBe(lab.nodes.length + lab.containers.length);
  expect(heads().map(({ accountId }) => accountId)).toEqual(['123456789012', '123456789012']);
  expect(inventories.inRegionOf(profile, lab.nodes[0]?.id ?? '').region).toBe('eu-west-1');
  expect(inventories.inRegionOf(profile, lab.nodes[7]?.id ?? '').region).toBe('us-east-1');
});

test('where EC2 is denied the list is whole, and says quietly what is missing', async () => {
  const { lab, inventories, refuse, page, heads, states } = await labLists();
  await refuse('DescribeInstances', 'UnauthorizedOperation', 99);
  inventories.refresh(profile);
  await expect.poll(states, limit).toEqual(['ready', 'ready']);
  await expect
    .poll(() => heads().map(({ gaps }) => gaps?.map(({ part }) => part).join()), limit)
    .toEqual(['names', 'names']);
  await expect.poll(() => page().size, limit).toBe(lab.nodes.length + lab.containers.length);
});

test('a service that asks to slow down in the middle of a list gets its pause, and the list is whole', async () => {
  const { lab, inventories, refuse, page, states, told } = await labLists();
  await refuse('DescribeInstanceInformation', 'ThrottlingException', 2);
  inventories.refresh(profile);
  await expect.poll(states, limit).toEqual(['ready', 'ready']);
  await expect.poll(() => page().size, limit).toBe(lab.nodes.length + lab.containers.length);
  const waits = told.filter(
    ({ head: { state } }) => state.kind === 'loading' && state.waitsUntil !== undefined,
  );
  expect(waits.length).toBeGreaterThan(0);
});

test('a refusal fails the list that met it, with the service’s own name for it', async () => {
  const { inventories, refuse, heads, states } = await labLists();
  await refuse('DescribeInstanceInformation', 'AccessDeniedException', 1);
  inventories.refresh(profile);
  await expect.poll(() => states().toSorted(), limit).toEqual(['failed', 'ready']);
  expect(heads().find(({ state }) => state.kind === 'failed')?.state).toMatchObject({
    error: { code: 'access-denied', aws: { name: 'AccessDeniedException' } },
  });
});

const gapsOf = ({ heads }: Awaited<ReturnType<typeof labLists>>): string[] =>
  heads().map(({ gaps = [] }) => gaps.map(({ part, error }) => `${part} ${error.code}`).join());

test('where ECS is denied it is asked once a list, the nodes are all there, and containers seen before are not', async () => {
  const bench = await labLists();
  const { lab, inventories, refuse, page, states } = bench;
  inventories.refresh(profile);
  await expect.poll(states, limit).toEqual(['ready', 'ready']);
  await expect.poll(() => page().size, limit).toBe(lab.nodes.length + lab.containers.length);
  // One answer for each of the two lists: a second question would be allowed.
  await refuse('ListClusters', 'AccessDeniedException', 2);
  inventories.refresh(profile);
  await expect
    .poll(() => gapsOf(bench), limit)
    .toEqual(['containers access-denied', 'containers access-denied']);
  await expect.poll(() => page().size, limit).toBe(lab.nodes.length);
  inventories.refresh(profile);
  await expect.poll(() => page().size, limit).toBe(lab.nodes.length + lab.containers.length);
  await expect.poll(() => gapsOf(bench), limit).toEqual(['', '']);
});

test('a cluster that cannot be read for now keeps its containers in sight', async () => {
  const bench = await labLists();
  const { lab, inventories, refuse, page } = bench;
  inventories.refresh(profile);
  await expect.poll(() => page().size, limit).toBe(lab.nodes.length + lab.containers.length);
  await refuse('DescribeTasks', 'ServerException', 1);
  inventories.refresh(profile);
  await expect.poll(() => gapsOf(bench).join(), limit).toContain('containers service-unavailable');
  expect(page().size).toBe(lab.nodes.length + lab.containers.length);
});

test('somebody who may not list nodes sees the containers', async () => {
  const { lab, inventories, refuse, page, states } = await labLists();
  await refuse('DescribeInstanceInformation', 'AccessDeniedException', 99);
  inventories.refresh(profile);
  await expect.poll(states, limit).toEqual(['failed', 'failed']);
  await expect
    .poll(() => [...page().keys()].toSorted(), limit)
    .toEqual(lab.containers.map(({ id }) => id).toSorted());
});

test('a profile without containers does not ask ECS, and loses those that it had', async () => {
  const { lab, inventories, refuse, page, heads } = await labLists();
  inventories.refresh(profile);
  await expect.poll(() => page().size, limit).toBe(lab.nodes.length + lab.containers.length);
  await refuse('ListClusters', 'AccessDeniedException', 99);
  const without: Profile = { ...profile, withoutContainers: true };
  inventories.refresh(without);
  await expect.poll(() => page().size, limit).toBe(lab.nodes.length);
  expect(heads().map(({ gaps }) => gaps)).toEqual([undefined, undefined]);
});

test('a task that has stopped leaves the list with its next refresh', async () => {
  const { lab, inventories, page } = await labLists();
  inventories.refresh(profile);
  await expect.poll(() => page().size, limit).toBe(lab.nodes.length + lab.containers.length);
  const [gone] = [...page().values()].filter(({ name }) => name === 'report/report');
  await fetch(`${lab.control}/tasks/stop`, {
    method: 'POST',
    body: JSON.stringify({ task: gone?.container?.taskId }),
  });
  inventories.refresh(profile);
  await expect.poll(() => page().has(gone?.id ?? ''), limit).toBe(false);
});

test('a hybrid node has its tags, and keeps them while the tagging API is denied', async () => {
  const bench = await labLists();
  const { lab, inventories, refuse, page } = bench;
  const [hybrid] = lab.nodes.filter(({ id }) => id.startsWith('mi-'));
  inventories.refresh(profile);
  await expect.poll(() => page().get(hybrid?.id ?? '')?.tags?.length ?? 0, limit).toBeGreaterThan(0);
  await refuse('GetResources', 'AccessDeniedException', 2);
  inventories.refresh(profile);
  await expect
    .poll(() => gapsOf(bench), limit)
    .toEqual(['hybrid-tags access-denied', 'hybrid-tags access-denied']);
  expect(page().get(hybrid?.id ?? '')?.tags?.length).toBeGreaterThan(0);
});

test('containers leave the list when their profile is saved without them', async () => {
  const { lab, inventories, page } = await labLists();
  inventories.refresh(profile);
  await expect.poll(() => page().size, limit).toBe(lab.nodes.length + lab.containers.length);
  inventories.profileSaved({ ...profile, withoutContainers: true });
  await expect.poll(() => page().size, limit).toBe(lab.nodes.length);
  expect([...page().values()].some(({ container }) => container !== undefined)).toBe(false);
});

test('containers are there again at once when their profile lists them again', async () => {
  const { lab, inventories, page } = await labLists();
  inventories.refresh({ ...profile, withoutContainers: true });
  await expect.poll(() => page().size, limit).toBe(lab.nodes.length);
  inventories.profileSaved(profile);
  await expect.poll(() => page().size, limit).toBe(lab.nodes.length + lab.containers.length);
});
