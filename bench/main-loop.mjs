import { latency, round } from './statistics.mjs';

/**
 * How long the main process keeps things waiting: its event-loop delay, sampled inside it by Node's own histogram, and
 * the time a call from the page to main takes. Both decide whether the bytes may stay in the main process
 * (docs/decisions/0002-where-the-bytes-run.md).
 */

/** The histogram's timer period, milliseconds; the delay reported is what came on top of it. */
const resolutionMs = 1;

/** @param {import('playwright').ElectronApplication} app */
export async function startLoopDelay(app) {
  await app.evaluate((_electron, resolution) => {
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
    globalThis.nodewharfLoopDelay = monitorEventLoopDelay({ resolution });
    globalThis.nodewharfLoopDelay.enable();
  }, resolutionMs);
}

/** Ends what {@link startLoopDelay} began; milliseconds. */
export async function stopLoopDelay(app) {
  const nanoseconds = await app.evaluate(() => {
    const histogram = globalThis.nodewharfLoopDelay;
    histogram.disable();
    return {
      p50: histogram.percentile(50),
      p99: histogram.percentile(99),
      max: histogram.max,
      samples: histogram.count,
    };
  });
  const onTop = (value) => round(Math.max(0, value / 1e6 - resolutionMs), 2);
  return {
    p50: onTop(nanoseconds.p50),
    p99: onTop(nanoseconds.p99),
    max: onTop(nanoseconds.max),
    samples: nanoseconds.samples,
  };
}

/** Round trips of the cheapest call the contract has, one after another, milliseconds. */
export async function callLatency(page, key, count) {
  const times = await page.evaluate(
    async ({ key: session, count: calls }) => {
      const found = [];
      for (let call = 0; call < calls; call += 1) {
        const started = performance.now();
        await window.nodewharf.readStats({ key: session });
        found.push(performance.now() - started);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return found;
    },
    { key, count },
  );
  return latency(times);
}
