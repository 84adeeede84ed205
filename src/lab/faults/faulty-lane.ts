import type { Verdict } from './session-faults.ts';

/**
 * One direction of a connection, through which frames pass late, twice, in another order or not at all. With nothing
 * held it passes frames on at once and keeps nothing.
 */
export class FaultyLane {
  readonly #deliver: (frame: Uint8Array) => void;
  #queue: { frame: Uint8Array; dueAt: number }[] = [];
  #queuedBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #overtaken: { frame: Uint8Array; timer: NodeJS.Timeout } | undefined;
  #stall: { timer: NodeJS.Timeout | undefined } | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(deliver: (frame: Uint8Array) => void) {
    this.#deliver = deliver;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  get isStalled(): boolean {
    return this.#stall !== undefined;
  }

  /** `verdict` is absent when no fault looks at frames. */
  pass(frame: Uint8Array, verdict: Verdict | undefined, now: number): void {
    if (verdict?.lose) return;
    if (verdict?.reorderMs !== undefined && !this.#overtaken) {
      const timer = setTimeout(() => this.#releaseOvertaken(), verdict.reorderMs);
      this.#overtaken = { frame, timer };
      return;
    }
    for (let copies = 0; copies <= (verdict?.repeats ?? 0); copies += 1)
      this.#enqueue(frame, now + (verdict?.delayMs ?? 0), now);
    this.#releaseOvertaken();
  }

  /** Nothing passes from now on; for `ms`, or until the lane is dropped. */
  stall(ms: number | undefined): void {
    clearTimeout(this.#stall?.timer);
    const timer = ms === undefined ? undefined : setTimeout(() => this.#endStall(), ms);
    this.#stall = { timer };
  }

  /** Calls `then` once everything on the way has been delivered: now, later, or with the lane dropped never. */
  whenEmpty(then: () => void): void {
    this.#onEmpty = then;
    this.#tellIfEmpty();
  }

  #tellIfEmpty(): void {
    if (this.#queue.length > 0 || this.#overtaken) return;
    const then = this.#onEmpty;
    this.#onEmpty = undefined;
    then?.();
  }

  /** The connection is gone, and with it what was still on the way. */
  drop(): void {
    this.#onEmpty = undefined;
    clearTimeout(this.#timer);
    clearTimeout(this.#overtaken?.timer);
    clearTimeout(this.#stall?.timer);
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#overtaken = undefined;
    this.#stall = { timer: undefined };
  }

  #enqueue(frame: Uint8Array, dueAt: number, now: number): void {
    if (this.#queue.length === 0 && !this.#stall && dueAt <= now) {
      this.#deliver(frame);
      return;
    }
    this.#queue.push({ frame, dueAt });
    this.#queuedBytes += frame.length;
    this.#flush();
  }

  #flush(): void {
    if (this.#stall || this.#timer) return;
    const now = performance.now();
    let head = this.#queue[0];
    while (head && head.dueAt <= now) {
      this.#queue.shift();
      this.#queuedBytes -= head.frame.length;
      this.#deliver(head.frame);
      head = this.#queue[0];
    }
    this.#tellIfEmpty();
    if (head) {
      this.#timer = setTimeout(
        () => {
          this.#timer = undefined;
          this.#flush();
        },
        Math.ceil(head.dueAt - now),
      );
    }
  }

  #endStall(): void {
    this.#stall = undefined;
    this.#flush();
  }

  #releaseOvertaken(): void {
    const overtaken = this.#overtaken;
    if (!overtaken) return;
    this.#overtaken = undefined;
    clearTimeout(overtaken.timer);
    this.#enqueue(overtaken.frame, 0, 0);
    this.#tellIfEmpty();
  }
}
