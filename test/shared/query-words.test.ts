import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  exactText,
  patternMatcher,
  queryLabel,
  tagConditions,
  tagMatcher,
} from '../../src/shared/query-words.ts';
import { type TargetQuery, targetQuerySchema } from '../../src/shared/target-query.ts';

test.each([
  ['web-*', 'web-1', true],
  ['web-*', 'web-', true],
  ['web-*', 'Web-1', false],
  ['*-db-*', 'prod-db-7', true],
  ['web-?', 'web-1', true],
  ['web-?', 'web-', true],
  ['web-?', 'web-12', false],
  ['web', 'web-1', false],
  [String.raw`web-\*`, 'web-*', true],
  [String.raw`web-\*`, 'web-1', false],
  [String.raw`a\b`, String.raw`a\b`, true],
  ['', '', true],
  ['*', '', true],
])('the pattern %s and the text %s: %s', (pattern, text, fits) => {
  expect(patternMatcher(pattern)(text)).toBe(fits);
});

test('a pattern fits as the same regular expression does', () => {
  const letters = fc
    .array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 })
    .map((each) => each.join(''));
  const texts = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((each) => each.join(''));
  fc.assert(
    fc.property(letters, texts, (pattern, text) => {
      const slow = new RegExp(`^${pattern.replaceAll('?', '.?').replaceAll('*', '.*')}$`);
      return patternMatcher(pattern)(text) === slow.test(text);
    }),
  );
});

test('a text of many stars is answered at once', () => {
  expect(patternMatcher(`${'*a'.repeat(60)}b`)('a'.repeat(250))).toBe(false);
});

test.each([
  ['web', 'web'],
  [String.raw`web-\*`, 'web-*'],
  [String.raw`a\\b`, String.raw`a\b`],
  ['web-*', undefined],
  ['web-?', undefined],
])('the pattern %s stands for the text %s alone', (pattern, text) => {
  expect(exactText(pattern)).toBe(text);
});

test('the name of a group is taken as it is, whatever its letters', () => {
  const query = { kind: 'auto-scaling-group', group: 'what*ever' } as const;
  const fits = tagMatcher(tagConditions(query));
  const tags = (group: string): [string, string][] => [['aws:autoscaling:groupName', group]];
  expect([fits(tags('what*ever')), fits(tags('what-ever'))]).toEqual([true, false]);
});

test('all tags of a query have to match', () => {
  const fits = tagMatcher(
    tagConditions({
      kind: 'tags',
      tags: [
        { key: 'Role', value: 'web' },
        { key: 'Environment', value: 'prod*' },
      ],
    }),
  );
  expect(
    [
      [['Role', 'web']],
      [
        ['Environment', 'production'],
        ['Role', 'web'],
      ],
      [
        ['Environment', 'staging'],
        ['Role', 'web'],
      ],
    ].map((tags) => fits(tags as [string, string][])),
  ).toEqual([false, true, false]);
});

test('each kind of query is told in a line', () => {
  const queries: TargetQuery[] = [
    {
      kind: 'tags',
      tags: [
        { key: 'Role', value: 'web' },
        { key: 'Team', value: 'pay*' },
      ],
    },
    { kind: 'name', pattern: 'web-*' },
    { kind: 'auto-scaling-group', group: 'prod-web' },
    {
      kind: 'ecs-service',
      cluster: 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop',
      service: 'checkout',
      container: 'app',
    },
  ];
  expect(queries.map(queryLabel)).toEqual([
    'Role=web, Team=pay*',
    'name web-*',
    'group prod-web',
    'service shop/checkout/app',
  ]);
});

test('the same key twice is no query', () => {
  const tags = [
    { key: 'Role', value: 'web' },
    { key: 'Role', value: 'db' },
  ];
  expect(targetQuerySchema.safeParse({ kind: 'tags', tags }).success).toBe(false);
});
