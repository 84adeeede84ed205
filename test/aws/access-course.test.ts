import { describe, expect, test } from 'vitest';
import { type AccessCourse, type AccessInput, begin, proceed } from '../../src/aws/access-course.ts';
import type { ErrorCode } from '../../src/shared/errors.ts';
import { appError } from '../main/support/fake-service.ts';

/** No jitter. */
const middle = 0.5;

const grant = {
  requestId: 'oi-0123456789ab',
  credentials: { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' },
  expiresAt: 3_600_000,
};
const pending: AccessInput = { kind: 'answered', status: { kind: 'pending' } };
const failed = (code: ErrorCode): AccessInput => ({ kind: 'failed', error: appError(code).data });

/** Plays inputs at the times they fall due. */
function play(inputs: readonly AccessInput[], random = middle): { course: AccessCourse; waits: number[] } {
  let now = 0;
  let course = begin(now);
  const waits: number[] = [];
  for (const input of inputs) {
    if (course.kind !== 'waiting') break;
    waits.push(Math.round(course.nextAt - now));
    now = course.nextAt;
    course = proceed(proceed(course, { kind: 'looked' }, now, random), input, now, random);
  }
  if (course.kind === 'waiting') waits.push(Math.round(course.nextAt - now));
  return { course, waits };
}

const looking = (): AccessCourse => proceed(begin(0), { kind: 'looked' }, 500, middle);

describe('the pace', () => {
  test('is quick at first, since a policy may approve at once, and slow in the end', () => {
    const { waits } = play(Array.from({ length: 12 }, () => pending));
    expect(waits).toEqual([
      500, 2000, 2800, 3920, 5488, 7683, 10_756, 15_059, 21_083, 29_516, 30_000, 30_000, 30_000,
    ]);
  });

  test('is up to a fifth quicker or slower, so that the requests of many do not meet', () => {
    expect(play([pending], 0).waits).toEqual([500, 1600]);
    expect(play([pending], 1).waits).toEqual([500, 2400]);
  });

  test('slows down while the service cannot be reached or asks to slow down, and tells why', () => {
    const { course, waits } = play([failed('endpoint-unreachable'), failed('throttled')]);
    expect(waits).toEqual([500, 2800, 5488]);
    expect(course).toMatchObject({ kind: 'waiting', failures: 2, trouble: { code: 'throttled' } });
    expect(play([failed('throttled'), pending]).course).not.toHaveProperty('trouble');
  });
});

describe('the end', () => {
  test('is an approval with its keys', () => {
    expect(play([pending, { kind: 'answered', status: { kind: 'approved', grant } }]).course).toEqual({
      kind: 'granted',
      grant,
    });
  });

  test.each(['rejected', 'revoked', 'expired'] as const)('is a refusal: %s', (why) => {
    expect(play([{ kind: 'answered', status: { kind: why } }]).course).toEqual({ kind: 'refused', why });
  });

  test.each(['not-found', 'access-denied', 'bad-request'] as const)(
    'is a service that will not tell its status: %s',
    (code) => {
      expect(play([failed(code)]).course).toMatchObject({ kind: 'lost', error: { code } });
    },
  );

  test('is final', () => {
    const ended: AccessCourse[] = [
      { kind: 'granted', grant },
      { kind: 'refused', why: 'rejected' },
      { kind: 'lost', error: appError('not-found').data },
    ];
    for (const course of ended) {
      for (const input of [
        pending,
        failed('internal'),
        { kind: 'wanted' } as const,
        { kind: 'looked' } as const,
      ])
        expect(proceed(course, input, 1, middle)).toBe(course);
    }
  });
});

describe('in between', () => {
  test.each(['sign-in-needed', 'credentials-expired', 'credentials-missing'] as const)(
    'a request waits for a person where credentials are gone (%s), and goes on after the sign-in',
    (code) => {
      const { course } = play([failed(code)]);
      expect(course).toMatchObject({ kind: 'barred', error: { code } });
      expect(proceed(course, { kind: 'wanted' }, 9000, middle)).toBe(course);
      expect(proceed(course, { kind: 'signed-in' }, 9000, middle)).toEqual({
        kind: 'waiting',
        looks: 1,
        failures: 0,
        nextAt: 9000,
      });
    },
  );

  test('waking up makes the next look due at once', () => {
    const { course } = play([pending, pending]);
    expect(proceed(course, { kind: 'wanted' }, 1000, middle)).toMatchObject({ nextAt: 1000 });
  });

  test('a look that is wanted during another one follows it at once', () => {
    const again = proceed(looking(), { kind: 'wanted' }, 600, middle);
    expect(proceed(again, pending, 700, middle)).toMatchObject({ kind: 'waiting', nextAt: 700 });
    const signedIn = proceed(looking(), { kind: 'signed-in' }, 600, middle);
    expect(proceed(signedIn, failed('sign-in-needed'), 700, middle)).toMatchObject({
      kind: 'waiting',
      nextAt: 700,
    });
  });

  test('an answer that nobody waits for changes nothing', () => {
    const course = begin(0);
    expect(proceed(course, pending, 1, middle)).toBe(course);
    expect(proceed(course, failed('internal'), 1, middle)).toBe(course);
  });
});
