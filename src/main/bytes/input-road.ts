import { inputWindowBytes } from '../../shared/terminal-port.ts';

/**
 * What may wait in all, also from pages that have gone, in bytes. Nothing that was taken is ever dropped for this bound:
 * beyond it a page is refused. It takes as many reloads as there are windows in it, each with a full one, while the
 * channel takes nothing at all.
 */
export const waitingLimitBytes = 16 * inputWindowBytes;

/** What the road asks of whoever owns it. */
export interface InputEffects {
  /** Gives bytes to the data channel; false asks to wait. */
  write(bytes: Uint8Array): boolean;
  /** Tells the page that so many more bytes are on their way. */
  postAccepted(byteCount: number): void;
}

/**
 * What the page's terminal produced, on its way to the data channel. While the channel takes nothing, or is not open
 * yet, bytes wait here unaccepted, which stops the page at its window.
 */
export class InputRoad {
  readonly #effects: InputEffects;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #channel: 'awaited' | 'open' | 'full' | 'ended' = 'awaited';
  /** Given to the channel, not yet accepted towards the page, since the channel asked to wait. */
  #unaccepted = 0;
  /** Of all that is unaccepted or waits, the first so many bytes came from a page that has gone: nobody counts them. */
  #orphaned = 0;

  constructor(effects: InputEffects) {
    this.#effects = effects;
  }

  /**
   * @returns false when the page has ignored its window, or when too much waits from pages before it; nothing of this
   *   input was kept, and the caller should let go of the page's port
   */
  input(bytes: Uint8Array): boolean {
    if (this.#channel === 'ended') {
      this.#effects.postAccepted(bytes.length);
      return true;
    }
    const outstanding = this.#outstanding + bytes.length;
    if (outstanding - this.#orphaned > inputWindowBytes || outstanding > waitingLimitBytes) return false;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#move();
    return true;
  }

  /** A session is being started: what is typed from now on is meant for it. */
  awaitChannel(): void {
    this.#channel = 'awaited';
  }

  /** The channel takes input, for the first time or again. */
  open(): void {
    this.#channel = 'open';
    const taken = this.#unaccepted;
    this.#unaccepted = 0;
    this.#accept(taken);
    this.#move();
  }

  /**
   * The session has ended. What waits, and what is still typed, was meant for it: the next session must not find it and
   * run it as a command.
   */
  end(): void {
    this.#channel = 'ended';
    const dropped = this.#outstanding;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#unaccepted = 0;
    this.#accept(dropped);
  }

  /** The page has gone. What it had sent was typed by somebody, and still goes on. */
  pageGone(): void {
    this.#orphaned = this.#outstanding;
  }

  get #outstanding(): number {
    return this.#waitingBytes + this.#unaccepted;
  }

  #accept(byteCount: number): void {
    const unowed = Math.min(byteCount, this.#orphaned);
    this.#orphaned -= unowed;
    if (byteCount > unowed) this.#effects.postAccepted(byteCount - unowed);
  }

  #move(): void {
    let accepted = 0;
    while (this.#channel === 'open') {
      const bytes = this.#waiting.shift();
      if (bytes === undefined) break;
      this.#waitingBytes -= bytes.length;
      if (this.#effects.write(bytes)) {
        accepted += bytes.length;
      } else {
        this.#channel = 'full';
        this.#unaccepted += bytes.length;
      }
    }
    this.#accept(accepted);
  }
}
