import type { Clock } from './system-clock.ts';

/** How often the clocks are looked at, in ms. */
const beatMs = 5000;
/** How much more than a beat must have passed, in ms. A busy process is late by less; a shorter sleep does no harm. */
const gapMs = 10_000;

/**
 * Calls `onWake` when this process or its computer has been asleep: a beat comes far too late by either clock. (The
 * monotonic clock stands still while a computer sleeps, the wall clock does not; a stopped process is late by both. A wall
 * clock that was set forward looks the same and only costs a probe.) The result ends it.
 */
export function detectWake(clock: Clock, onWake: () => void): () => void {
  let now = clock.now();
  let wallNow = clock.wallNow();
  let cancel = clock.setTimer(beat, beatMs);

  function beat(): void {
    const passedMs = Math.max(clock.now() - now, clock.wallNow() - wallNow);
    now = clock.now();
    wallNow = clock.wallNow();
    cancel = clock.setTimer(beat, beatMs);
    if (passedMs > beatMs + gapMs) onWake();
  }

  return () => cancel();
}
