import { expect, it } from 'vitest';
import { retryDelayMs } from '../../../src/ssm/channel/resume-policy.ts';
import { seededRandom } from '../support/random.ts';

const schedule = (random: () => number): number[] =>
  [1, 2, 3, 4, 5, 6, 7, 8, 9, 1000].map((attempt) => Math.round(retryDelayMs(attempt, random)));

it('tries at once, then after 100 to 200 ms, doubling up to 5 s, jittered, for ever', () => {
  expect(schedule(() => 0)).toEqual([0, 100, 150, 300, 600, 1200, 2400, 3750, 3750, 3750]);
  expect(schedule(() => 1 - 1e-9)).toEqual([0, 200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000]);
});

it('keeps every pause within its bounds and never above 5 s', () => {
  const random = seededRandom(1);
  for (let count = 0; count < 1000; count += 1) {
    expect(retryDelayMs(2, random)).toBeGreaterThanOrEqual(100);
    expect(retryDelayMs(2, random)).toBeLessThan(200);
    expect(retryDelayMs(1000, random)).toBeLessThanOrEqual(5000);
    expect(retryDelayMs(1000, random)).toBeGreaterThanOrEqual(3750);
  }
});
