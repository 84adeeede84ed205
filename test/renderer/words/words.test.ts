import { describe, expect, test } from 'vitest';
import { whereWords } from '../../../src/renderer/words/environments.ts';
import { errorReport, errorWords } from '../../../src/renderer/words/errors.ts';
import { byteSize, count, roundTrip } from '../../../src/renderer/words/numbers.ts';
import { remoteText } from '../../../src/renderer/words/remote-text.ts';
import { endWords } from '../../../src/renderer/words/states.ts';
import { age, duration, isSameDay, timeLeft } from '../../../src/renderer/words/time.ts';
import { failure } from '../support/values.ts';

describe('words', () => {
  test('for sizes, counts and times', () => {
    expect([0, 812, 1_000, 48_211, 999_600, 2_100_000].map(byteSize)).toEqual([
      '0 B',
      '812 B',
      '1.0 kB',
      '48 kB',
      '1.0 MB',
      '2.1 MB',
    ]);
    expect([0, 999, 59_001, 3_599_000, 3_600_000, 41_999_000].map(timeLeft)).toEqual([
      '0:00',
      '0:01',
      '1:00',
      '59:59',
      '1 h',
      '11 h 39 min',
    ]);
    expect([1.24, 9.96, 120.4].map(roundTrip)).toEqual(['1.2 ms', '10 ms', '120 ms']);
    expect([count(1, 'line'), count(2, 'line')]).toEqual(['1 line', '2 lines']);
  });

  test('for an error in a running text say everything once', () => {
    const error = failure({ code: 'target-not-connected', hint: 'Try again.' });
    expect([
      errorWords({ ...error, message: 'The node is not connected to Systems Manager. It is i-1.' }),
      errorWords({ ...error, message: 'Its agent was last heard on Monday.' }),
    ]).toEqual([
      { lead: 'The node is not connected to Systems Manager.', rest: 'It is i-1. Try again.' },
      { lead: 'The node is not connected.', rest: 'Its agent was last heard on Monday. Try again.' },
    ]);
  });

  test('for ages and durations', () => {
    const ages = [10_000, 60_000, 3 * 3_600_000, 26 * 3_600_000, 72 * 3_600_000].map((ago) => age(0, ago));
    expect(ages).toEqual(['just now', '1 min', '3 h', '26 h', '3 d']);
    expect([900, 200_000, 3_600_000, 3_900_000].map(duration)).toEqual([
      '1 s',
      '3 min 20 s',
      '1 h',
      '1 h 5 min',
    ]);
  });

  test('for days are those of the clock, not of 24 hours', () => {
    const noon = new Date(2026, 2, 3, 12).getTime();
    expect([
      isSameDay(noon, new Date(2026, 2, 3, 0, 1).getTime()),
      isSameDay(noon, noon + 13 * 3_600_000),
    ]).toEqual([true, false]);
  });

  test('for a place name the environment once', () => {
    expect(whereWords('Acme production', 'production', 'eu-west-1')).toBe('Acme production, eu-west-1');
    expect(whereWords('Acme', 'staging', '')).toBe('Acme, Staging');
  });

  test('of a service or a node cannot turn, hide or flood what stands around them', () => {
    expect(remoteText('a\u202eb\u0007c\u200bd\n')).toBe('a b c d');
    expect(remoteText('x'.repeat(1_000)).length).toBe(300);
    expect(endWords({ kind: 'closed', message: '\u001b[31mbye\r\n' })).toEqual({
      title: 'The session was closed',
      detail: '[31mbye',
    });
  });

  test('of an error report hold all that a ticket needs', () => {
    const report = errorReport(
      failure({
        aws: { name: 'AccessDeniedException', operation: 'StartSession', requestId: 'r-1', httpStatus: 400 },
      }),
    );
    expect(report).toBe(
      [
        'Access denied',
        'Attempted: Read the managed nodes',
        'What happened: It is not allowed.',
        'Next step: Ask for it.',
        'Code: access-denied',
        'AWS: AccessDeniedException, StartSession, HTTP 400, request r-1',
      ].join('\n'),
    );
  });
});
