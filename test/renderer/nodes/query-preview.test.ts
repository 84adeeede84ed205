import { expect, test } from 'vitest';
import { NodeIndex } from '../../../src/renderer/nodes/node-index.ts';
import { knownTagKeys, knownTagValues, previewQuery } from '../../../src/renderer/nodes/query-preview.ts';
import { previewWords } from '../../../src/renderer/words/queries.ts';
import type { TargetQuery } from '../../../src/shared/target-query.ts';
import { inventory, node } from '../support/values.ts';

const web = (id: string, name: string, online: boolean) =>
  node({
    id,
    name,
    online,
    tags: [
      ['Name', name],
      ['Role', 'web'],
    ],
  });

const index = new NodeIndex();
index.apply(
  [
    inventory('acme', [
      web('i-1', 'web-1', false),
      web('i-2', 'web-2', true),
      web('i-3', 'web-3', true),
      web('i-4', 'web-4', true),
      node({ id: 'i-5', name: 'db-1', tags: [['Role', 'db']] }),
    ]),
    inventory('bare', [node({ id: 'i-6', name: 'x' })]),
  ].map(({ head, nodes }) => ({ head, changed: nodes, removed: [] })),
);

const words = (profileId: string | undefined, query: TargetQuery): string =>
  previewWords(previewQuery(index, profileId, query));
const role = (value: string): TargetQuery => ({ kind: 'tags', tags: [{ key: 'Role', value }] });

test('a query is tried on the list at hand, those online named first', () => {
  expect(words('acme', role('web'))).toBe('Matches 4 nodes, 3 online: web-2, web-3, web-4 and 1 more');
  expect(words('acme', { kind: 'name', pattern: 'web-1' })).toBe('Matches 1 node, none online: web-1');
  expect(words('acme', role('we'))).toContain('Matches none of the 5 nodes listed.');
});

test('where there is nothing to try it on, that is said', () => {
  expect(words(undefined, role('web'))).toContain('no node list of this profile');
  expect(words('bare', role('web'))).toContain('The tags of these nodes are not known here');
});

test('keys and values are suggested by how many nodes have them; those of other profiles where this has none', () => {
  expect(knownTagKeys(index, 'acme', '')).toEqual([
    { value: 'Role', count: 5 },
    { value: 'Name', count: 4 },
  ]);
  expect(knownTagValues(index, undefined, 'Role', '')).toEqual([
    { value: 'web', count: 4 },
    { value: 'db', count: 1 },
  ]);
  expect(knownTagValues(index, 'acme', 'Role', 'WE')).toEqual([{ value: 'web', count: 4 }]);
  expect(knownTagValues(index, 'acme', 'Role', 'web')).toEqual([]);
});
