import { AppError } from '../../shared/errors.ts';

/**
 * The service asks to slow down although the SDK has waited already: then the whole list waits, twice as long each time. At the
 * end somebody else uses up what the account may do, and the list says so.
 */
const firstWaitMs = 1_000;
const longestWaitMs = 30_000;
const mostWaits = 8;

export interface SlowDownOptions {
  wait(ms: number): Promise<void>;
  /** Told before each wait. */
  onWait(ms: number): void;
  /** 0 up to 1; spreads callers that were slowed down together. */
  random(): number;
}

/** Runs `step` until it succeeds; rejects as it does with anything but `throttled`. */
export async function withSlowDown<T>(step: () => Promise<T>, options: SlowDownOptions): Promise<T> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof AppError) || error.data.code !== 'throttled' || waits === mostWaits) throw error;
      const ms = Math.round(
        Math.min(longestWaitMs, firstWaitMs * 2 ** waits) * (0.75 + options.random() / 2),
      );
      options.onWait(ms);
      await options.wait(ms);
    }
  }
}
