/** Smoothed round-trip time and the timeout that follows from it, milliseconds (protocol notes, section 4.4). */
export interface RoundTrip {
  smoothed: number;
  variation: number;
  timeout: number;
}

export const initialRoundTrip: RoundTrip = { smoothed: 100, variation: 0, timeout: 200 };

const smoothedWeight = 1 / 8;
const variationWeight = 1 / 4;
/** The variation counts for at least this much, so that a perfectly steady link does not time out at once. */
const clockGranularity = 10;
const maxTimeout = 1000;

/** The estimate after one more sample. Samples of resent messages count too: the official agent has no Karn rule. */
export function withSample(before: RoundTrip, sample: number): RoundTrip {
  const variation =
    (1 - variationWeight) * before.variation + variationWeight * Math.abs(before.smoothed - sample);
  const smoothed = (1 - smoothedWeight) * before.smoothed + smoothedWeight * sample;
  const timeout = Math.min(smoothed + Math.max(clockGranularity, 4 * variation), maxTimeout);
  return { smoothed, variation, timeout };
}
