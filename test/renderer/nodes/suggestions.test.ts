import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NodeIndex } from '../../../src/renderer/nodes/node-index.ts';
import { parseQuery } from '../../../src/renderer/nodes/query.ts';
import { suggest } from '../../../src/renderer/nodes/suggestions.ts';
import { inventory, node, profile } from '../support/values.ts';

const profiles = [
  profile({ id: 'acme', name: 'Acme prod' }),
  profile({ id: 'beta', name: 'Beta', environment: 'staging' }),
];
const index = new NodeIndex();
index.apply(
  [
    inventory('acme', [
      node({
        id: 'i-1',
        tags: [
          ['Role', 'web'],
          ['Cost centre', 'R&D'],
        ],
      }),
      node({ id: 'i-2', tags: [['Role', 'web']] }),
      node({
        id: 'i-3',
        online: false,
        tags: [
          ['Role', 'worker'],
          ['team', 'a b'],
        ],
      }),
    ]),
    inventory('beta', [node({ id: 'i-4', platform: 'windows' })]),
  ].map(({ head, nodes }) => ({ head, changed: nodes, removed: [] })),
);

const offered = (text: string, caret = text.length): string[] =>
  suggest(text, caret, index, profiles).items.map(({ label, count }) =>
    count === undefined ? label : `${label} ${count}`,
  );

describe('suggestions while typing', () => {
  test.each([
    ['st', ['state:']],
    ['web -pl', ['platform:']],
    ['state:', ['online 3', 'offline 1']],
    ['state:o', ['online 3', 'offline 1']],
    ['-state:off', ['offline 1']],
    ['env:', ['production 3', 'staging 1']],
    ['env:production,', ['production 3', 'staging 1']],
    ['profile:pro', ['Acme prod 3']],
    ['platform:', ['linux 3', 'windows 1']],
    ['tag:', ['Role 3', 'Cost centre 1', 'team 1']],
    ['tag:r', ['Role 3']],
    ['tag:role=', ['web 2', 'worker 1']],
    ['tag:ROLE=wo', ['worker 1']],
    ['tag:"cost centre"=', ['R&D 1']],
    ['tag:role=web,', ['web 2', 'worker 1']],
  ])('%j offers %j', (text, expected) => {
    expect(offered(text)).toEqual(expected);
  });

  test.each(['', 'web ', '"st', 'state:online', 'tag:role=worker', 'foo:', 'name:w', 'zz'])(
    '%j offers nothing',
    (text) => {
      expect(offered(text)).toEqual([]);
    },
  );

  test('offers nothing in the middle of a word, and goes on at the caret', () => {
    expect(offered('state:on web', 3)).toEqual([]);
    expect(suggest('state:of web', 8, index, profiles).items).toEqual([
      { label: 'offline', count: 1, text: 'state:offline web', caret: 13 },
    ]);
  });

  test('writes what it offers so that it is read as it was meant', () => {
    expect(suggest('tag:cost', 8, index, profiles).items[0]?.text).toBe('tag:"Cost centre"=');
    expect(suggest('tag:team=', 9, index, profiles).items[0]?.text).toBe('tag:team="a b"');
    expect(suggest('profile:acme', 12, index, profiles).items[0]?.text).toBe('profile:"Acme prod"');
  });

  test('whatever is typed, what is offered is a query without a problem of its own', () => {
    const piece = fc.constantFrom(
      'tag:',
      'role',
      '=',
      ',',
      '"',
      ' ',
      'state:',
      'on',
      '-',
      'cost',
      'env:',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        const before = parseQuery(text).problems.length;
        for (const item of suggest(text, text.length, index, profiles).items) {
          expect(item.text.slice(0, item.caret)).toBe(item.text);
          expect(parseQuery(item.text).problems.length).toBeLessThanOrEqual(before);
        }
      }),
    );
  });
});
