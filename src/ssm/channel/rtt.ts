/**
 * Round-trip estimate and retransmission timeout after Jacobson, with the constants of the official peers (protocol
 * notes, section 4.4). All values in milliseconds.
 */
export interface RttEstimate {
  readonly smoothedMs: number;
  readonly variationMs: number;
  /** How long a message may go unacknowledged before it is sent again. */
  readonly timeoutMs: number;
}

const smoothedWeight = 1 / 8;
const variationWeight = 1 / 4;
const clockGranularityMs = 10;
const maxTimeoutMs = 1000;

export const initialRtt: RttEstimate = { smoothedMs: 100, variationMs: 0, timeoutMs: 200 };

/** The mean of round trips, in ms, moved an eighth of the way to `sampleMs`. */
export const smoothed = (meanMs: number, sampleMs: number): number =>
  (1 - smoothedWeight) * meanMs + smoothedWeight * sampleMs;

/**
 * The estimate after an acknowledge that took `sampleMs`. Samples of messages that were sent more than once are not to
 * be given here: it is not known which of the sends was acknowledged (Karn; the official peers do count them, trap 17).
 */
export function withSample(rtt: RttEstimate, sampleMs: number): RttEstimate {
  const variationMs =
    (1 - variationWeight) * rtt.variationMs + variationWeight * Math.abs(rtt.smoothedMs - sampleMs);
  const smoothedMs = smoothed(rtt.smoothedMs, sampleMs);
  const timeoutMs = Math.min(smoothedMs + Math.max(clockGranularityMs, 4 * variationMs), maxTimeoutMs);
  return { smoothedMs, variationMs, timeoutMs };
}

/**
 * The estimate after a timeout: the timeout doubles until the next sample sets it anew.
 *
 * The official peers do not need this because they count the samples of resent messages. Where those are excluded, a path
 * that became slower than the timeout would otherwise have every message resent and never give a sample again.
 */
export function withTimeout(rtt: RttEstimate): RttEstimate {
  return { ...rtt, timeoutMs: Math.min(rtt.timeoutMs * 2, maxTimeoutMs) };
}
