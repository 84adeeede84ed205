import type { Clock } from '../../../src/ssm/node/system-clock.ts';

/** A clock that a test moves, with the two ways in which time can pass without this process. */
export class ManualClock implements Clock {
  #now = 1_000_000;
  #wallNow = 1_000_000;
  #count = 0;
  readonly #timers = new Map<number, { at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#wallNow;
  }

  setTimer(callback: () => void, delayMs: number): () => void {
    this.#count += 1;
    const id = this.#count;
    this.#timers.set(id, { at: this.#now + Math.max(delayMs, 0), callback });
    return () => this.#timers.delete(id);
  }

  get timerCount(): number {
    return this.#timers.size;
  }

  /** Lets time pass as usual: each timer fires at its time. */
  pass(durationMs: number): void {
    const end = this.#now + durationMs;
    for (let next = this.#next(); next !== undefined && next.at <= end; next = this.#next()) {
      this.#move(Math.max(next.at - this.#now, 0));
      this.#fire(next);
    }
    this.#move(end - this.#now);
  }

  /** The process is stopped that long: timers that fell due fire afterwards, late, each once. */
  stop(durationMs: number): void {
    this.#move(durationMs);
    for (const due of [...this.#timers].filter(([, timer]) => timer.at <= this.#now))
      this.#fire({ id: due[0], ...due[1] });
  }

  /** The computer sleeps that long: the monotonic clock, and with it the timers, stand still. */
  sleep(durationMs: number): void {
    this.#wallNow += durationMs;
  }

  #move(durationMs: number): void {
    this.#now += durationMs;
    this.#wallNow += durationMs;
  }

  #next(): { id: number; at: number; callback: () => void } | undefined {
    let first: { id: number; at: number; callback: () => void } | undefined;
    for (const [id, timer] of this.#timers)
      if (first === undefined || timer.at < first.at) first = { id, ...timer };
    return first;
  }

  #fire({ id, callback }: { id: number; callback: () => void }): void {
    this.#timers.delete(id);
    callback();
  }
}
