/** A terminal that gets more than this within {@link windowMs} is being flooded: nobody reads what passes by. */
export const floodBytes = 128 * 1024;
export const windowMs = 100;
/** How long output of a flood is gathered before it is parsed and drawn: twenty pictures a second are enough of one. */
export const gatherMs = 50;

export interface FeedClock {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Runs once, after so many milliseconds. */
  later(run: () => void, delayMs: number): void;
}

/**
 * Output on its way into xterm. Where there is no GPU drawing costs far more than parsing, and xterm draws behind whatever
 * it has parsed, up to sixty times a second: in a flood that leaves no time to parse. So a flood is given in large
 * pieces a few times a second, and everything else at once.
 */
export class OutputFeed {
  readonly #write: (pieces: readonly Uint8Array[]) => void;
  readonly #clock: FeedClock;
  #held: Uint8Array[] = [];
  #windowStart = Number.NEGATIVE_INFINITY;
  #windowBytes = 0;
  #lastWindowBytes = 0;
  #writtenAt = Number.NEGATIVE_INFINITY;

  /** `write` gets at least one piece with each call. */
  constructor(write: (pieces: readonly Uint8Array[]) => void, clock: FeedClock) {
    this.#write = write;
    this.#clock = clock;
  }

  push(bytes: Uint8Array): void {
    const now = this.#clock.now();
    this.#count(bytes.length, now);
    if (this.#held.length > 0) {
      this.#held.push(bytes);
      return;
    }
    const waitMs = this.#writtenAt + gatherMs - now;
    if (this.#isFlood && waitMs > 0) {
      this.#held.push(bytes);
      this.#clock.later(() => this.#flush(), waitMs);
      return;
    }
    this.#writtenAt = now;
    this.#write([bytes]);
  }

  #flush(): void {
    this.#writtenAt = this.#clock.now();
    const pieces = this.#held;
    this.#held = [];
    this.#write(pieces);
  }

  #count(byteCount: number, now: number): void {
    const sinceStart = now - this.#windowStart;
    if (sinceStart >= windowMs) {
      this.#lastWindowBytes = sinceStart >= 2 * windowMs ? 0 : this.#windowBytes;
      this.#windowStart = now;
      this.#windowBytes = 0;
    }
    this.#windowBytes += byteCount;
  }

  get #isFlood(): boolean {
    return Math.max(this.#windowBytes, this.#lastWindowBytes) >= floodBytes;
  }
}
