import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SessionTimers } from '../../src/lab/gateway/session-timers.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a session is idle when nothing has passed for the whole limit, not before', () => {
  const onLimit = vi.fn<(limit: string) => void>();
  const timers = new SessionTimers({ idleMs: 1000, maxMs: undefined }, onLimit);
  for (let round = 0; round < 5; round += 1) {
    vi.advanceTimersByTime(900);
    timers.onActivity();
  }
  vi.advanceTimersByTime(999);
  expect(onLimit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2);
  expect(onLimit.mock.calls).toEqual([['idle']]);
});

test('a session in use reaches its longest duration', () => {
  const onLimit = vi.fn<(limit: string) => void>();
  const timers = new SessionTimers({ idleMs: 1000, maxMs: 5000 }, onLimit);
  for (let round = 0; round < 10; round += 1) {
    vi.advanceTimersByTime(499);
    timers.onActivity();
  }
  expect(onLimit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(20);
  expect(onLimit.mock.calls).toEqual([['duration']]);
});

test('no limit strikes after the end', () => {
  const onLimit = vi.fn<(limit: string) => void>();
  new SessionTimers({ idleMs: 1000, maxMs: 2000 }, onLimit).stop();
  vi.advanceTimersByTime(10_000);
  expect(onLimit).not.toHaveBeenCalled();
});
