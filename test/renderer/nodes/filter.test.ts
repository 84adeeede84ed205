import { describe, expect, test } from 'vitest';
import { matchLetters, matchNode, parseQuery } from '../../../src/renderer/nodes/filter.ts';
import { node } from '../support/values.ts';

const web2 = node({
  id: 'i-0b77d1e5a0b3c11d0',
  name: 'web-2',
  ipAddress: '10.0.3.18',
  platform: 'linux',
  platformName: 'Debian GNU/Linux 12',
});
const fits = (text: string, change = {}): boolean =>
  matchNode({ ...web2, ...change }, 'production', parseQuery(text)) !== undefined;

describe('the node filter', () => {
  test('reads words and facets, and leaves unknown facets as words', () => {
    expect(parseQuery('  Web state:ON  foo:bar ')).toEqual({
      words: ['web', 'foo:bar'],
      facets: [{ name: 'state', value: 'on' }],
    });
  });

  test.each(['', 'web', 'WEB-2', 'wb2', 'w 2', '0b77', '10.0.3', 'debian', 'linux web'])(
    'finds web-2 by "%s"',
    (text) => {
      expect(fits(text)).toBe(true);
    },
  );

  test.each(['web-3', '2w', 'i0b77', 'windows', 'web nothing'])('does not find web-2 by "%s"', (text) => {
    expect(fits(text)).toBe(false);
  });

  test('compares facets from their beginning', () => {
    expect([
      fits('state:on'),
      fits('state:offline'),
      fits('env:prod'),
      fits('platform:win'),
      fits('ip:10.'),
    ]).toEqual([true, false, true, false, true]);
    expect(fits('state:off', { online: false })).toBe(true);
  });

  test('marks the letters of the name that carry the match', () => {
    expect(matchNode(web2, 'lab', parseQuery('w2'))?.marks).toEqual([0, 4]);
    expect(matchNode(web2, 'lab', parseQuery('eb'))?.marks).toEqual([1, 2]);
    expect(matchNode(web2, 'lab', parseQuery('0b77'))?.marks).toEqual([]);
  });

  test('prefers a whole word to its start elsewhere, and that to scattered letters', () => {
    const score = (text: string): number => matchLetters(text, 'web')?.score ?? Number.NaN;
    expect(score('web-1')).toBeGreaterThan(score('my-cobweb'));
    expect(score('my-cobweb')).toBeGreaterThan(score('windows-eu-backup'));
  });

  test('takes no sign of a pattern for more than a letter', () => {
    expect([fits('.*'), fits('('), fits('[')]).toEqual([false, false, false]);
  });
});
