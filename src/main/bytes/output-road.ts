import { highWaterBytes, lowWaterBytes } from '../../shared/terminal-port.ts';
import { OutputRing } from './output-ring.ts';

/** A page that attaches again gets this much of what was printed before: some thousand lines. */
export const replayBytes = 256 * 1024;
/**
 * The largest chunk posted to the page. Half of what Chromium's message pipes carry in line (64 KiB): above that each
 * message takes shared memory of its own, which doubled main's CPU time per byte in a flood.
 */
export const chunkBytes = 32 * 1024;
/** How long output is gathered: a quarter of a frame. */
export const gatherMs = 4;

/** What the road asks of whoever owns it. */
export interface OutputEffects {
  /** Posts bytes to the attached page. */
  post(bytes: Uint8Array): void;
  /** Tells the page that what follows is not all that was printed. */
  postReplayCut(): void;
  pauseReading(): void;
  resumeReading(): void;
  /** Calls {@link OutputRoad.timerFired} after so many milliseconds; one timer at a time. */
  setTimer(delayMs: number): void;
}

/**
 * A session's output on its way to the page: gathered into chunks, held back when the page falls behind, and
 * remembered for a page that reloads. Knows no clock and no port; times are in milliseconds of one monotonic clock.
 *
 * What the page has not been sent waits in the ring, which is therefore also the bound on it: reading stops while at most
 * {@link replayBytes} wait, and what comes nevertheless (a gap of lost messages closes at once) is sent over the limit
 * rather than lost.
 */
export class OutputRoad {
  readonly #effects: OutputEffects;
  readonly #ring = new OutputRing(replayBytes);
  #isAttached = false;
  /** Places in the stream: everything before has been posted, has been reported as parsed. */
  #posted = 0;
  #consumed = 0;
  /** Up to here some page's terminal has parsed the output, and answered what it asks of a terminal. */
  #answered = 0;
  #postedAt = Number.NEGATIVE_INFINITY;
  /** The page has too much unparsed; nothing is posted until it is below low water. */
  #isHeldBack = false;
  #isReadingPaused = false;
  #isTimerSet = false;

  constructor(effects: OutputEffects) {
    this.#effects = effects;
  }

  /** A page listens from now on; it gets what the ring holds, seen before or not. */
  attach(now: number): void {
    this.#isAttached = true;
    this.#posted = this.#ring.start;
    this.#consumed = this.#posted;
    this.#isHeldBack = false;
    if (this.#posted > 0) this.#effects.postReplayCut();
    // A chunk of its own, so that its `consumed` says exactly when the replay is over.
    if (this.#answered > this.#posted) this.#post(this.#answered, now);
    this.#postWaiting(now);
    this.#steerReading();
  }

  /** The page has gone. Output waits in the ring, and reading stops before any of it would be forgotten unseen. */
  detach(): void {
    this.#answered = Math.max(this.#answered, this.#consumed);
    this.#isAttached = false;
    this.#posted = this.#ring.end;
    this.#consumed = this.#ring.end;
    this.#isHeldBack = false;
    this.#steerReading();
  }

  output(bytes: Uint8Array, now: number): void {
    // In pieces that fit into the ring however much of it waits.
    for (let at = 0; at < bytes.length; at += chunkBytes)
      this.#take(bytes.subarray(at, at + chunkBytes), now);
    this.#steerReading();
  }

  timerFired(now: number): void {
    this.#isTimerSet = false;
    if (this.#mayPost()) this.#postWaiting(now);
    this.#steerReading();
  }

  /** The page has parsed so many bytes. It may be wrong or lie: it cannot have parsed what it was not sent. */
  consumed(byteCount: number, now: number): void {
    this.#consumed = Math.min(this.#posted, this.#consumed + byteCount);
    if (this.#isHeldBack && this.#posted - this.#consumed < lowWaterBytes) {
      this.#isHeldBack = false;
      this.#postWaiting(now);
    }
    this.#steerReading();
  }

  /**
   * The page's terminal is still parsing output that a terminal has parsed before. What it says meanwhile repeats old
   * answers, for example of where the cursor is, which the shell would take for typing.
   */
  get isReplaying(): boolean {
    return this.#isAttached && this.#consumed < this.#answered;
  }

  /** The session has ended: nothing more comes, so what waits is sent now. */
  finish(now: number): void {
    if (this.#isAttached) this.#post(this.#ring.end, now);
  }

  /** The data channel is a new one, which reads. */
  channelReplaced(): void {
    this.#isReadingPaused = false;
    this.#steerReading();
  }

  #take(bytes: Uint8Array, now: number): void {
    if (this.#isAttached && this.#waiting + bytes.length > replayBytes) this.#post(this.#ring.end, now);
    this.#ring.append(bytes);
    if (!this.#mayPost()) return;
    const isIdle = now - this.#postedAt >= gatherMs;
    if (isIdle || this.#waiting >= chunkBytes) this.#postWaiting(now);
    else this.#armTimer(this.#postedAt + gatherMs - now);
  }

  get #waiting(): number {
    return this.#ring.end - this.#posted;
  }

  #mayPost(): boolean {
    return this.#isAttached && !this.#isHeldBack;
  }

  #postWaiting(now: number): void {
    while (this.#mayPost() && this.#waiting > 0)
      this.#post(Math.min(this.#ring.end, this.#posted + chunkBytes), now);
  }

  /** Posts up to `end` in chunks, whatever the water marks say. */
  #post(end: number, now: number): void {
    while (this.#posted < end) {
      const next = Math.min(end, this.#posted + chunkBytes);
      this.#effects.post(this.#ring.copy(this.#posted, next));
      this.#posted = next;
      this.#postedAt = now;
    }
    this.#isHeldBack = this.#posted - this.#consumed >= highWaterBytes;
  }

  #armTimer(delayMs: number): void {
    if (this.#isTimerSet) return;
    this.#isTimerSet = true;
    this.#effects.setTimer(delayMs);
  }

  /** Without a page, half of the ring may fill: what the driver still has in hand at a pause fits into the other half. */
  #steerReading(): void {
    const shouldPause = this.#isAttached ? this.#isHeldBack : this.#waiting >= replayBytes / 2;
    if (shouldPause === this.#isReadingPaused) return;
    this.#isReadingPaused = shouldPause;
    if (shouldPause) this.#effects.pauseReading();
    else this.#effects.resumeReading();
  }
}
