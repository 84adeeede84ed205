import type { Clock } from '../../../src/ssm/node/system-clock.ts';

/** A clock on which time passes `factor` times as fast: ten minutes of an outage fit into a test. */
export function scaledClock(factor: number): Clock {
  const startedAt = Date.now();
  const startedPerformance = performance.now();
  const now = (): number => startedAt + (performance.now() - startedPerformance) * factor;
  return {
    now,
    wallNow: now,
    setTimer: (callback, delayMs) => {
      const timer = setTimeout(callback, Math.max(0, delayMs) / factor);
      return () => clearTimeout(timer);
    },
  };
}
