/** Time as a driver needs it; tests may put their own in its place. */
export interface Clock {
  /** Ms since the epoch on a clock that never runs backwards and is not set, for the state machine. */
  now(): number;
  /** Ms since the epoch as the system has it; unlike {@link now} it goes on while the computer sleeps. */
  wallNow(): number;
  /** Calls `callback` once after `delayMs`; the result cancels it. */
  setTimer(callback: () => void, delayMs: number): () => void;
}

/** setTimeout takes 32 bits; a longer delay would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  wallNow: () => Date.now(),
  setTimer: (callback, delayMs) => {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), longestDelayMs));
    return () => clearTimeout(timer);
  },
};
