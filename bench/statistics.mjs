/** Plain descriptive statistics; every figure the benches print goes through these. */

/**
 * The `q` quantile (0 to 1) by nearest rank, so that a p99 is a value that was really measured.
 * @param {readonly number[]} values
 * @param {number} q
 */
export function quantile(values, q) {
  if (values.length === 0) throw new Error('No measurement to take a quantile of.');
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))];
}

/** @param {readonly number[]} values */
export function median(values) {
  if (values.length === 0) throw new Error('No measurement to take a median of.');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median with the smallest and the largest value, which is the whole truth for the handful of runs a bench makes. */
export function spread(values, digits = 2) {
  return {
    median: round(median(values), digits),
    min: round(Math.min(...values), digits),
    max: round(Math.max(...values), digits),
    runs: values.length,
  };
}

/** What a latency distribution is reported as, milliseconds. */
export function latency(values) {
  return {
    p50: round(quantile(values, 0.5), 2),
    p90: round(quantile(values, 0.9), 2),
    p99: round(quantile(values, 0.99), 2),
    max: round(Math.max(...values), 2),
    samples: values.length,
  };
}

export function round(value, digits = 2) {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
