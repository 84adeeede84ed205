import type { Clock } from './system-clock.ts';

export interface KeepaliveTimes {
  /** How long the gateway may be silent before it is pinged, in ms. */
  intervalMs: number;
  /** How long it may then go on being silent, in ms. */
  timeoutMs: number;
}

/** A gateway that has stalled is noticed within 45 s. The official agent pings every 54 s (protocol notes, section 2.2). */
export const defaultKeepalive: KeepaliveTimes = { intervalMs: 30_000, timeoutMs: 15_000 };

/** A probe's own patience, in ms: after a wake-up a person is waiting. */
const probeTimeoutMs = 3000;
/** A deadline that is this late, in ms, says that this process was stopped, and nothing about the gateway. */
const lateMs = 1000;

/**
 * Notices a gateway that no longer answers. Everything that arrives is a sign of life, not only pongs.
 *
 * While reading is paused by us nothing can arrive, so the deadline does not run (a person may scroll back for an hour).
 */
export class Keepalive {
  readonly #clock: Clock;
  readonly #times: KeepaliveTimes;
  readonly #ping: () => void;
  readonly #onStalled: () => void;
  #isReadingPaused = false;
  #heardAt: number;
  #state: { kind: 'idle' } | { kind: 'asked'; dueAt: number } = { kind: 'idle' };
  #cancelTimer: () => void = () => {};

  /** Begins at once; {@link stop} ends it. `onStalled` is called at most once. */
  constructor(clock: Clock, times: KeepaliveTimes, ping: () => void, onStalled: () => void) {
    this.#clock = clock;
    this.#times = times;
    this.#ping = ping;
    this.#onStalled = onStalled;
    this.#heardAt = clock.now();
    this.#wait(times.intervalMs);
  }

  /** Something arrived. Cheap: it moves no timer. */
  heard(): void {
    this.#heardAt = this.#clock.now();
    this.#state = { kind: 'idle' };
  }

  /** Asks now, and is not patient. */
  probe(): void {
    if (!this.#isReadingPaused) this.#ask(Math.min(probeTimeoutMs, this.#times.timeoutMs));
  }

  readingPaused(): void {
    this.#isReadingPaused = true;
  }

  /** The time of the pause does not count as silence. */
  readingResumed(): void {
    this.#isReadingPaused = false;
    this.heard();
    this.#wait(this.#times.intervalMs);
  }

  stop(): void {
    this.#cancelTimer();
  }

  #ask(patienceMs: number): void {
    this.#state = { kind: 'asked', dueAt: this.#clock.now() + patienceMs };
    this.#ping();
    this.#wait(patienceMs);
  }

  #wait(delayMs: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.setTimer(() => this.#look(), delayMs);
  }

  #look(): void {
    const now = this.#clock.now();
    if (this.#isReadingPaused) {
      this.#wait(this.#times.intervalMs);
    } else if (this.#state.kind === 'asked' && now < this.#state.dueAt) {
      this.#wait(this.#state.dueAt - now);
    } else if (this.#state.kind === 'asked') {
      if (now > this.#state.dueAt + lateMs) this.#ask(this.#times.timeoutMs);
      else this.#onStalled();
    } else if (now < this.#heardAt + this.#times.intervalMs) {
      this.#wait(this.#heardAt + this.#times.intervalMs - now);
    } else this.#ask(this.#times.timeoutMs);
  }
}
