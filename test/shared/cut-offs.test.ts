import { describe, expect, test } from 'vitest';
import { cutOffsOf } from '../../src/shared/cut-offs.ts';

const minute = 60_000;
const inMinutes = (...args: Parameters<typeof cutOffsOf>): string[] =>
  cutOffsOf(...args).map(
    ({ kind, at, warnFrom }) => `${kind} at ${at / minute}, told from ${warnFrom / minute}`,
  );

describe('the service ends a session', () => {
  test('so long after the last input or output, and so long after its start, the nearer one first', () => {
    const terms = { startedAt: 10 * minute, idleMinutes: 20, maxMinutes: 720 };
    expect(inMinutes(terms, 15 * minute)).toEqual([
      'idle at 35, told from 33',
      'duration at 730, told from 720',
    ]);
    expect(inMinutes(terms, 725 * minute)).toEqual([
      'duration at 730, told from 720',
      'idle at 745, told from 743',
    ]);
  });

  test('with a short limit is told in its last quarter', () => {
    expect(inMinutes({ startedAt: 0, idleMinutes: 1, maxMinutes: 8 })).toEqual([
      'idle at 1, told from 0.75',
      'duration at 8, told from 6',
    ]);
  });

  test('while its approval ends by itself, which is told five minutes before', () => {
    const approval = { requestId: 'oi-1', since: 10 * minute, until: 70 * minute };
    expect(inMinutes({ startedAt: 10 * minute, maxMinutes: 120 }, undefined, approval)).toEqual([
      'approval at 70, told from 65',
      'duration at 130, told from 120',
    ]);
  });

  test('at no time that is known, where nothing is known', () => {
    expect(cutOffsOf({ startedAt: 0 })).toEqual([]);
  });
});
