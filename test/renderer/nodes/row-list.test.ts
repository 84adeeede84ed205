import { describe, expect, test } from 'vitest';
import { type Group, groupNodes } from '../../../src/renderer/nodes/groups.ts';
import { NodeIndex } from '../../../src/renderer/nodes/node-index.ts';
import { parseQuery } from '../../../src/renderer/nodes/query.ts';
import { nodeKey, type Row, RowList, type RowListInputs } from '../../../src/renderer/nodes/row-list.ts';
import type { Inventory, InventoryHead, ManagedNode } from '../../../src/shared/inventory.ts';
import type { NodeGrouping, Profile } from '../../../src/shared/models.ts';
import { makeFleet } from '../support/fleet.ts';
import { failure, inventory, node, profile } from '../support/values.ts';

const acme = profile({ id: 'acme', name: 'Acme' });
const other = profile({ id: 'other', name: 'Other', environment: 'staging' });
const nodes = [
  node({ id: 'i-1', name: 'web-10' }),
  node({ id: 'i-2', name: 'db-1', tags: [['Role', 'Database']] }),
  node({ id: 'i-3', name: 'web-9', tags: [['Role', 'web']] }),
];
const lists = [
  inventory('acme', nodes, { accountId: '111122223333' }),
  inventory('other', [node({ id: 'i-9', name: 'my-web' })]),
];

interface Asked {
  text?: string;
  folded?: string[];
  inventories?: Inventory[];
  by?: NodeGrouping;
  profiles?: Profile[];
  favourites?: string[];
  recents?: string[];
}

function rowsOf({
  text = '',
  folded = [],
  inventories = lists,
  by = 'place',
  profiles = [acme, other],
  favourites = [],
  recents = [],
}: Asked = {}): RowList {
  const index = new NodeIndex();
  index.apply(inventories.map(({ head, nodes: changed }) => ({ head, changed, removed: [] })));
  const heads = Object.fromEntries(inventories.map(({ head }) => [head.id, head]));
  return new RowList({
    index,
    grouped: groupNodes(by, index, profiles, heads),
    query: parseQuery(text),
    profiles,
    folded: new Set(folded),
    favourites: new Set(favourites),
    recents,
  } satisfies RowListInputs);
}

const titleOf = ({ heading }: Group): string => {
  switch (heading.kind) {
    case 'place':
      return [heading.profile.name, heading.isOneOfSeveral ? heading.head.region : '']
        .filter(Boolean)
        .join(' ');
    case 'environment':
      return heading.environment;
    case 'account':
      return heading.accountId ?? 'unknown';
    case 'tag':
      return heading.value ?? 'none';
    case 'cluster':
      return heading.cluster ?? 'no cluster';
    default:
      return heading.kind;
  }
};
const wordOf = (row: Row): string => {
  if (row.kind === 'note') return `note ${row.note}`;
  if (row.kind === 'node') return row.node.name;
  return `${titleOf(row.group)} ${row.shown}/${row.group.total}${row.isFolded ? ' folded' : ''}`;
};
const all = (rows: RowList): Row[] =>
  Array.from({ length: rows.length }, (_none, at) => {
    const row = rows.at(at);
    if (row === undefined || row.kind !== rows.kindAt(at)) throw new Error(`There is no row ${at}.`);
    return row;
  });
const words = (asked: Asked = {}): string[] => all(rowsOf(asked)).map(wordOf);
const changed = (change: Partial<InventoryHead>, its = nodes): Inventory[] => [
  inventory('acme', its, change),
  ...lists.slice(1),
];

describe('the rows of the node list', () => {
  test('are each list and its nodes, in the order in which people count', () => {
    expect(words()).toEqual(['Acme 3/3', 'db-1', 'web-9', 'web-10', 'Other 1/1', 'my-web']);
  });

  test('have what is in production first, and the lab after what is real', () => {
    const of = (environment: Profile['environment'], profile = acme): Profile => ({
      ...profile,
      environment,
    });
    expect(words({ profiles: [of('lab'), of('other', other)] })[0]).toBe('Other 1/1');
    expect(words({ profiles: [of('staging'), of('production', other)] })[0]).toBe('Other 1/1');
    expect(words({ profiles: [of('staging'), of('staging', other)] })[0]).toBe('Acme 3/3');
  });

  test('leave out the nodes of a folded group', () => {
    expect(words({ folded: ['place acme'] })).toEqual(['Acme 3/3 folded', 'Other 1/1', 'my-web']);
  });

  test('under a filter are the nearest first, look into folded groups and leave out empty ones', () => {
    expect(words({ text: 'web', folded: ['place acme'] })).toEqual([
      'Acme 2/3',
      'web-9',
      'web-10',
      'Other 1/1',
      'my-web',
    ]);
    expect(words({ text: 'db' })).toEqual(['Acme 1/3', 'db-1']);
    expect(words({ text: 'nothing like it' })).toEqual([]);
  });

  test.each([
    ['being read for the first time', { state: { kind: 'loading', found: 0 } as const }, ['note loading']],
    ['read and empty', { state: { kind: 'ready' } as const }, ['note empty']],
    ['failed', { state: { kind: 'failed', error: failure() } as const }, ['note failed']],
  ])('say so when a list is %s', (_name, change, note) => {
    const { head } = inventory('acme', [], change);
    const { fetchedAt: _fetchedAt, ...unread } = head;
    const list = { head: change.state.kind === 'loading' ? unread : head, nodes: [] };
    expect(words({ inventories: [list, ...lists.slice(1)] })).toEqual([
      'Acme 0/0',
      ...note,
      'Other 1/1',
      'my-web',
    ]);
  });

  test('say nothing below a list that nobody has asked for', () => {
    expect(words({ inventories: lists.slice(1) })).toEqual(['Acme 0/0', 'Other 1/1', 'my-web']);
  });

  test('keep stale nodes beside the failure, and while they are read again', () => {
    const failed = changed({ state: { kind: 'failed', error: failure() } });
    expect(words({ inventories: failed }).slice(0, 4)).toEqual(['Acme 3/3', 'note failed', 'db-1', 'web-9']);
    const loading = changed({ state: { kind: 'loading', found: 1 } });
    expect(words({ inventories: loading }).slice(0, 2)).toEqual(['Acme 3/3', 'db-1']);
  });

  test('are grouped by cluster, what is no container behind them', () => {
    const inCluster = (cluster: string, service: string): ManagedNode =>
      node({
        id: `ecs:${cluster}_t_${service}`,
        name: `${service}/app`,
        container: { cluster, service, family: service, taskId: 't', name: 'app', health: 'unknown' },
      });
    const its = [node(), inCluster('night', 'batch'), inCluster('Day', 'shop'), inCluster('Day', 'cart')];
    const inventories = [inventory('acme', its)];
    expect(words({ inventories, by: 'cluster' })).toEqual([
      'Day 2/2',
      'cart/app',
      'shop/app',
      'night 1/1',
      'batch/app',
      'no cluster 1/1',
      'web-1',
    ]);
    expect(words({ inventories, text: 'service:shop cluster:day kind:ecs' }).slice(1)).toEqual(['shop/app']);
  });

  test('are grouped by environment, account and tag', () => {
    expect(words({ by: 'environment' })).toEqual([
      'production 3/3',
      'db-1',
      'web-9',
      'web-10',
      'staging 1/1',
      'my-web',
    ]);
    expect(words({ by: 'account' })).toEqual([
      '111122223333 3/3',
      'db-1',
      'web-9',
      'web-10',
      'unknown 1/1',
      'my-web',
    ]);
    expect(words({ by: { tag: 'role' } })).toEqual([
      'Database 1/1',
      'db-1',
      'web 1/1',
      'web-9',
      'none 2/2',
      'my-web',
      'web-10',
    ]);
    expect(words({ by: { tag: 'role' }, text: 'web-9' })).toEqual(['web 1/1', 'web-9']);
  });

  test('say whose a node is where the group does not', () => {
    const shown = (by: NodeGrouping): boolean[] =>
      all(rowsOf({ by })).flatMap((row) => (row.kind === 'node' ? [row.showsPlace] : []));
    expect([new Set(shown('place')), new Set(shown('account'))]).toEqual([new Set([false]), new Set([true])]);
  });

  test('begin with the favourites, which stay in their groups as well', () => {
    const favourites = [nodeKey('other', 'i-9'), nodeKey('acme', 'i-3'), nodeKey('acme', 'gone')];
    expect(words({ favourites }).slice(0, 4)).toEqual(['favourites 2/2', 'my-web', 'web-9', 'Acme 3/3']);
    expect(words({ favourites, text: 'my' })).toEqual(['favourites 1/1', 'my-web', 'Other 1/1', 'my-web']);
    const ids = all(rowsOf({ favourites })).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('have recent nodes of their own in a long list only, the latest first', () => {
    const recents = [nodeKey('acme', 'i-3'), nodeKey('acme', 'i-2')];
    expect(words({ recents })[0]).toBe('Acme 3/3');
    const many = changed({}, [
      ...nodes,
      ...Array.from({ length: 20 }, (_none, at) => node({ id: `m-${at}`, name: `many-${at}` })),
    ]);
    expect(words({ recents, inventories: many }).slice(0, 3)).toEqual(['recent 2/2', 'web-9', 'db-1']);
  });

  test('are walked by arrow keys, which pass notes and stop at the ends', () => {
    const rows = rowsOf({ inventories: changed({ state: { kind: 'failed', error: failure() } }) });
    const ids = all(rows).map(({ id }) => id);
    const from = (id: string | undefined, by: number): string | undefined => rows.step(id, by)?.id;
    expect(from(undefined, 1)).toBe(ids[0]);
    expect(from(undefined, -1)).toBe(ids.at(-1));
    expect(from(ids[0], 1)).toBe(ids[2]);
    expect(from(ids[2], -1)).toBe(ids[0]);
    expect(from(ids[0], -1)).toBe(ids[0]);
    expect(from(ids[0], Number.POSITIVE_INFINITY)).toBe(ids.at(-1));
    expect(from(ids.at(-1), Number.NEGATIVE_INFINITY)).toBe(ids[0]);
    expect(rowsOf({ text: 'nothing like it' }).step(undefined, 1)).toBeUndefined();
  });

  test('are found again by their ids, in each group they stand in', () => {
    const favourites = [nodeKey('acme', 'i-3')];
    for (const asked of [{}, { favourites }, { favourites, by: { tag: 'Role' } as const }, { text: 'web' }]) {
      const rows = rowsOf(asked);
      expect(all(rows).map(({ id }) => rows.indexOf(id))).toEqual(all(rows).map((_row, at) => at));
      expect(rows.indexOf('node place acme acme gone')).toBe(-1);
    }
  });

  test('give Enter their best node, and the arrow to the left its group', () => {
    expect(rowsOf({ text: 'db' }).firstNode()?.node.name).toBe('db-1');
    expect(rowsOf({ text: 'nothing like it' }).firstNode()).toBeUndefined();
    const rows = rowsOf();
    const last = rows.at(rows.length - 1);
    expect(last === undefined ? undefined : rows.groupOf(last)?.group.id).toBe('place other');
  });

  test('mark the letters of the name that carry the match, and none for a match elsewhere', () => {
    const marks = (text: string): readonly number[] | undefined => rowsOf({ text }).firstNode()?.marks;
    expect([marks('web-9'), marks('wb9'), marks('database')]).toEqual([[0, 1, 2, 3, 4], [0, 2, 4], []]);
  });

  test('find one of 10,000 nodes, with its Region', () => {
    const { profiles, inventories } = makeFleet(10_000, 0);
    const rows = rowsOf({ profiles, inventories, text: 'data-db-9999' });
    expect(rows.found).toBeLessThanOrEqual(1);
    const one = rowsOf({ profiles, inventories, text: 'name:-9999' });
    expect([one.length, one.firstNode()?.region]).toEqual([2, expect.stringMatching(/^[a-z-]+\d$/)]);
  });
});
