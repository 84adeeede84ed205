import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LostConnection } from '../../src/cli/session/lost-connection.ts';
import type { ChannelState } from '../../src/ssm/channel/channel-types.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What is told while a connection goes through these states, with times in ms between them. */
function told(...steps: (ChannelState['kind'] | number)[]): string[] {
  const words: string[] = [];
  const lost = new LostConnection({ lost: () => words.push('lost'), regained: () => words.push('regained') });
  for (const step of steps) {
    if (typeof step === 'number') vi.advanceTimersByTime(step);
    else lost.stateChanged(step);
  }
  return words;
}

it('tells of a lost connection only when it stays away', () => {
  expect(told('live', 'reconnecting', 1_400, 'live', 10_000)).toEqual([]);
  expect(told('live', 'reconnecting', 1_400, 'reconnecting', 200)).toEqual(['lost']);
});

it('tells of the return of what it has told lost, once', () => {
  expect(told('live', 'reconnecting', 2_000, 'reconnecting', 5_000, 'live', 'live')).toEqual([
    'lost',
    'regained',
  ]);
});

it('tells of the return after new credentials were asked for', () => {
  expect(
    told('live', 'reconnecting', 100, 'needs-credentials', 5_000, 'reconnecting', 5_000, 'live'),
  ).toEqual(['regained']);
});

it('says nothing more once the session has ended', () => {
  expect(told('live', 'reconnecting', 100, 'ended', 10_000)).toEqual([]);
});
