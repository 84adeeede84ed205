import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankMembers } from '../../src/aws/members/pick-member.ts';
import { type MemberState, memberStateSchema, type QueryMember } from '../../src/shared/target-query.ts';

const member = (target: string, launchedAt: number, state: MemberState = 'online'): QueryMember => ({
  target,
  name: target,
  region: 'eu-west-1',
  state,
  launchedAt,
});

const none = { sessionsOn: () => 0 };
const targets = (members: readonly QueryMember[]): string[] => members.map(({ target }) => target);

test.each([
  ['only healthy ones', [member('i-1', 1, 'offline'), member('i-2', 2, 'terminated')], none, []],
  ['the latest launch', [member('i-1', 1), member('i-2', 2)], none, ['i-2', 'i-1']],
  ['the id where all else is equal', [member('i-2', 1), member('i-1', 1)], none, ['i-1', 'i-2']],
  [
    'the fewest sessions of our own before the latest launch',
    [member('i-1', 1), member('i-2', 2)],
    { sessionsOn: (target: string) => (target === 'i-2' ? 1 : 0) },
    ['i-1', 'i-2'],
  ],
  [
    'the one that has just ended last, however idle it is',
    [member('i-1', 1), member('i-2', 2)],
    { former: 'i-2', sessionsOn: (target: string) => (target === 'i-1' ? 5 : 0) },
    ['i-1', 'i-2'],
  ],
  [
    'the one that has just ended where it is the only one',
    [member('i-1', 1)],
    { ...none, former: 'i-1' },
    ['i-1'],
  ],
  [
    'the one that was offered before all others',
    [member('i-1', 1), member('i-2', 2)],
    { former: 'i-9', prefer: 'i-1', sessionsOn: (target: string) => (target === 'i-1' ? 9 : 0) },
    ['i-1', 'i-2'],
  ],
  [
    'none on which a session could not be started',
    [member('i-1', 1), member('i-2', 2)],
    { ...none, without: new Set(['i-2']) },
    ['i-1'],
  ],
])('picks %s', (_, members, options, expected) => {
  expect(targets(rankMembers(members, options))).toEqual(expected);
});

test('whatever the order they come in, the order they are picked in is the same, and holds all that are healthy', () => {
  const members = fc.uniqueArray(
    fc.record({
      target: fc.integer({ min: 0, max: 30 }).map((id) => `i-${id}`),
      name: fc.constant(''),
      region: fc.constant('eu-west-1'),
      state: fc.constantFrom(...memberStateSchema.options),
      launchedAt: fc.integer({ min: 0, max: 3 }),
    }),
    { selector: ({ target }) => target, maxLength: 12 },
  );
  fc.assert(
    fc.property(members, fc.integer({ min: 0, max: 30 }), fc.func(fc.nat(2)), (some, former, sessionsOn) => {
      const options = { former: `i-${former}`, sessionsOn };
      const ranked = rankMembers(some, options);
      expect(targets(rankMembers(some.toReversed(), options))).toEqual(targets(ranked));
      expect(new Set(targets(ranked))).toEqual(
        new Set(targets(some.filter(({ state }) => state === 'online'))),
      );
      const at = targets(ranked).indexOf(options.former);
      expect(at === -1 || at === ranked.length - 1).toBe(true);
    }),
  );
});
