import { expect, test } from 'vitest';
import { MemberTries } from '../../src/aws/members/member-tries.ts';
import { AppError, type ErrorCode } from '../../src/shared/errors.ts';

const failed = (code: ErrorCode, message: string): AppError =>
  new AppError({ code, attempted: 'Start a session', message, hint: '', retryable: false });

test('three members that are not connected end it, each asked for without those before', async () => {
  const asked: string[][] = [];
  const tries = new MemberTries((without) => Promise.resolve(asked.push([...without])));
  const away = failed('target-not-connected', 'away');
  const goOn: boolean[] = [];
  for (const target of ['i-1', 'i-2', 'i-3']) {
    await tries.next();
    goOn.push(tries.mayGoOn(target, away));
  }
  expect(goOn).toEqual([true, true, false]);
  expect(asked).toEqual([[], ['i-1'], ['i-1', 'i-2']]);
});

test('any other failure, and the same member once more, end it at once', () => {
  const tries = new MemberTries(() => Promise.resolve('i-1'));
  expect(tries.mayGoOn('i-1', failed('access-denied', 'no'))).toBe(false);
  expect(tries.mayGoOn('i-1', failed('target-not-connected', 'away'))).toBe(true);
  expect(tries.mayGoOn('i-1', failed('target-not-connected', 'away'))).toBe(false);
});

test('when nobody else is healthy, what the last one said is told; what keeps the search itself from answering is not hidden', async () => {
  let answer = failed('no-healthy-member', 'nobody');
  const tries = new MemberTries<string>(() => Promise.reject(answer));
  await expect(tries.next()).rejects.toThrow('nobody');
  tries.mayGoOn('i-1', failed('target-not-connected', 'away'));
  await expect(tries.next()).rejects.toThrow('away');
  answer = failed('endpoint-unreachable', 'no network');
  await expect(tries.next()).rejects.toThrow('no network');
});
