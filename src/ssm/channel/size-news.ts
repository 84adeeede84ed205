import type { TerminalSize } from '../wire/size.ts';

/**
 * When the size is said again in a session that has not printed anything, in ms after the first open (protocol notes,
 * section 6.2): the agent acknowledges and forgets what comes before it has decided about a handshake.
 */
const sizeRepeatMs = 2000;

/** What the agent is told of the terminal's size: first, on each change, and again where it may have missed it. */
export class SizeNews {
  #size: TerminalSize | undefined;
  #isDue = false;
  /** When to say it again unless output comes first; undefined before the first open and once done. */
  #repeatAt: number | undefined;
  #hasOpened = false;
  #isAgentReady = false;

  get isDue(): boolean {
    return this.#isDue && this.#size !== undefined;
  }

  get repeatAt(): number | undefined {
    return this.#repeatAt;
  }

  /** A connection is open; only the first matters. */
  opened(now: number): void {
    if (this.#hasOpened) return;
    this.#hasOpened = true;
    if (this.#size !== undefined) this.#repeatAt = now + sizeRepeatMs;
  }

  /** Whether that is news. */
  resized({ cols, rows }: TerminalSize, now: number): boolean {
    if (this.#size?.cols === cols && this.#size.rows === rows) return false;
    this.#size = { cols, rows };
    this.#isDue = true;
    if (this.#hasOpened && !this.#isAgentReady) this.#repeatAt ??= now + sizeRepeatMs;
    return true;
  }

  /** The agent throws nothing away any more: the size that it may have missed is due again. Whether that is news. */
  agentIsReady(): boolean {
    if (this.#isAgentReady) return false;
    this.#isAgentReady = true;
    this.#repeatAt = undefined;
    this.#isDue = this.#size !== undefined;
    return this.#isDue;
  }

  /** Whether it has become due again. */
  timer(now: number): boolean {
    if (this.#repeatAt === undefined || now < this.#repeatAt) return false;
    this.#repeatAt = undefined;
    this.#isDue = true;
    return true;
  }

  /** The size if it is due, which it then no longer is. */
  take(): TerminalSize | undefined {
    if (!this.#isDue) return undefined;
    this.#isDue = false;
    return this.#size;
  }
}
