/** The rates of the last minute, oldest first, for a small picture of them. */
export type RateHistory = readonly number[];

/** Samples kept: one a second. */
export const keptSamples = 60;

export const withSample = (history: RateHistory, bytesPerSecond: number): RateHistory =>
  [...history, bytesPerSecond].slice(-keptSamples);

/**
 * Points of an SVG polyline, `x,y x,y …`, newest at the right edge. The scale is the highest rate in sight, but at least
 * `floor`, so that a trickle does not look like a flood.
 */
export function sparkline(history: RateHistory, width: number, height: number, floor: number): string {
  const highest = Math.max(floor, ...history);
  const step = width / (keptSamples - 1);
  const first = keptSamples - history.length;
  return history
    .map((rate, at) => {
      const x = (first + at) * step;
      const y = height - (rate / highest) * height;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
