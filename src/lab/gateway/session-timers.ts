/** The limits that the service keeps (protocol notes, section 8.4), milliseconds. */
export interface SessionLimits {
  idleMs: number;
  /** Absent: no limit. */
  maxMs: number | undefined;
}

/** Calls `onLimit` once, when the session has been idle or alive for too long. */
export class SessionTimers {
  readonly #limits: SessionLimits;
  readonly #onLimit: (limit: 'idle' | 'duration') => void;
  #activeAt = performance.now();
  #idleTimer: NodeJS.Timeout;
  readonly #maxTimer: NodeJS.Timeout | undefined;

  constructor(limits: SessionLimits, onLimit: (limit: 'idle' | 'duration') => void) {
    this.#limits = limits;
    this.#onLimit = onLimit;
    this.#idleTimer = setTimeout(() => this.#checkIdle(), limits.idleMs);
    if (limits.maxMs !== undefined) this.#maxTimer = setTimeout(() => onLimit('duration'), limits.maxMs);
  }

  /** Stream data of either direction counts. Called for every frame, hence the time is only noted. */
  onActivity(): void {
    this.#activeAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#maxTimer);
  }

  #checkIdle(): void {
    const leftMs = this.#activeAt + this.#limits.idleMs - performance.now();
    if (leftMs <= 0) this.#onLimit('idle');
    else this.#idleTimer = setTimeout(() => this.#checkIdle(), Math.ceil(leftMs));
  }
}
