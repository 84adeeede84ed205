import { expect, it } from 'vitest';
import { initialRtt, type RttEstimate, withSample, withTimeout } from '../../../src/ssm/channel/rtt.ts';

it('V4: follows the official series of samples', () => {
  const estimates: RttEstimate[] = [];
  for (const sample of [140, 140, 50, 2000, 100])
    estimates.push(withSample(estimates.at(-1) ?? initialRtt, sample));
  const rows = estimates.map(({ variationMs, smoothedMs, timeoutMs }) => [
    variationMs,
    smoothedMs,
    timeoutMs,
  ]);
  const expected = [
    [10, 105, 145],
    [16.25, 109.375, 174.375],
    [27.03125, 101.953125, 210.078125],
    [494.785, 339.209, 1000],
    [430.891, 309.308, 1000],
  ];
  const rounded = rows.map((row) => row.map((value) => Number(value.toFixed(3))));
  expect(rounded).toEqual(expected.map((row) => row.map((value) => Number(value.toFixed(3)))));
});

it('starts with the official constants', () => {
  expect(initialRtt).toEqual({ smoothedMs: 100, variationMs: 0, timeoutMs: 200 });
});

it('doubles the timeout up to a second while nothing is measured, and measures anew from the next sample', () => {
  const once = withTimeout(initialRtt);
  const often = withTimeout(withTimeout(withTimeout(once)));
  expect([once.timeoutMs, often.timeoutMs, withSample(often, 100).timeoutMs]).toEqual([400, 1000, 110]);
});
