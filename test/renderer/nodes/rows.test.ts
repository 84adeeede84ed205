import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../../src/renderer/nodes/filter.ts';
import { firstNode, listRows, type Row, stepRow } from '../../../src/renderer/nodes/rows.ts';
import { failure, inventory, node, profile } from '../support/values.ts';

const acme = profile({ id: 'acme', name: 'Acme' });
const other = profile({ id: 'other', name: 'Other' });
const nodes = [
  node({ id: 'i-1', name: 'web-1' }),
  node({ id: 'i-2', name: 'db-1' }),
  node({ id: 'i-3', name: 'web' }),
];
const inventories = {
  acme: inventory('acme', nodes),
  other: inventory('other', [node({ id: 'i-9', name: 'web-9' })]),
};

const short = (rows: readonly Row[]): string[] =>
  rows.map((row) => {
    if (row.kind === 'group')
      return `${row.profile.id} ${row.shown}/${row.total}${row.folded ? ' folded' : ''}`;
    return row.kind === 'node' ? row.node.name : `note ${row.note}`;
  });
const rows = (text = '', folded: string[] = [], known: typeof inventories = inventories): readonly Row[] =>
  listRows([acme, other], known, parseQuery(text), folded);

describe('the rows of the node list', () => {
  test('are each profile and its nodes in the order of the service', () => {
    expect(short(rows())).toEqual(['acme 3/3', 'web-1', 'db-1', 'web', 'other 1/1', 'web-9']);
  });

  test('leave out the nodes of a folded profile', () => {
    expect(short(rows('', ['acme']))).toEqual(['acme 3/3 folded', 'other 1/1', 'web-9']);
  });

  test('under a filter are the best first, look into folded profiles and leave out empty ones', () => {
    expect(short(rows('web', ['acme']))).toEqual(['acme 2/3', 'web-1', 'web', 'other 1/1', 'web-9']);
    expect(short(rows('db', ['acme']))).toEqual(['acme 1/3', 'db-1']);
  });

  test.each([
    ['never read', { nodes: [], state: { kind: 'idle' } as const }, 'never-loaded'],
    ['being read for the first time', { nodes: [], state: { kind: 'loading' } as const }, 'loading'],
    ['read and empty', { nodes: [], fetchedAt: 5, state: { kind: 'ready' } as const }, 'empty'],
    ['failed', { nodes: [], state: { kind: 'failed', error: failure() } as const }, 'failed'],
  ])('say so when a profile is %s', (_name, state, note) => {
    const known = { ...inventories, acme: { profileId: 'acme', ...state } };
    expect(short(rows('', [], known)).slice(0, 2)).toEqual(['acme 0/0', `note ${note}`]);
  });

  test('keep stale nodes beside the failure, and while they are read again', () => {
    const failed = inventory('acme', nodes, { state: { kind: 'failed', error: failure() } });
    expect(short(rows('', [], { ...inventories, acme: failed }))).toEqual([
      'acme 3/3',
      'note failed',
      'web-1',
      'db-1',
      'web',
      'other 1/1',
      'web-9',
    ]);
    const loading = inventory('acme', nodes, { state: { kind: 'loading' } });
    expect(short(rows('', ['other'], { ...inventories, acme: loading }))).toContain('db-1');
  });

  test('are walked by arrow keys, which pass notes and stop at the ends', () => {
    const failed = inventory('acme', nodes, { state: { kind: 'failed', error: failure() } });
    const walked = rows('', [], { ...inventories, acme: failed });
    const ids = walked.map(({ id }) => id);
    expect(stepRow(walked, undefined, 1)?.id).toBe(ids[0]);
    expect(stepRow(walked, ids[0], 1)?.id).toBe(ids[2]);
    expect(stepRow(walked, ids[2], -1)?.id).toBe(ids[0]);
    expect(stepRow(walked, ids[0], -1)?.id).toBe(ids[0]);
    expect(stepRow(walked, ids[0], Number.POSITIVE_INFINITY)?.id).toBe(ids.at(-1));
    expect(stepRow([], undefined, 1)).toBeUndefined();
  });

  test('give Enter their best node', () => {
    expect(firstNode(rows('db'))?.node.name).toBe('db-1');
    expect(firstNode(rows('nothing like it'))).toBeUndefined();
  });

  test('find one of 10,000 nodes', () => {
    const many = Array.from({ length: 10_000 }, (_none, at) => node({ id: `i-${at}`, name: `web-${at}` }));
    const found = listRows([acme], { acme: inventory('acme', many) }, parseQuery('web-9999'), []);
    expect(short(found)).toEqual(['acme 1/10000', 'web-9999']);
  });
});
