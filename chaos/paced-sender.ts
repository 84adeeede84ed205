import { createHash } from 'node:crypto';
import { fillPattern } from './pattern.ts';

export interface SenderOptions {
  /** Of the stream. */
  id: number;
  /** On average, in bytes a second; what was held up is made up for within {@link longestArrearsMs}. */
  bytesPerSecond: number;
  /** Length of the stream; endless until {@link PacedSender.finish} where absent. */
  limit?: number;
  /** False asks for no more until {@link PacedSender.drained}. */
  write(bytes: Uint8Array): boolean;
  /** All of {@link limit} has been written. */
  onLimit?(): void;
}

const tickMs = 40;
const chunkBytes = 16 * 1024;
const longestArrearsMs = 3000;

/** Writes a stream at a steady pace, in a burst a tick, as far as it is taken. */
export class PacedSender {
  readonly #options: SenderOptions;
  readonly #hash = createHash('sha256');
  readonly #timer: NodeJS.Timeout;
  #sent = 0;
  #allowance = 0;
  #lookedAt = performance.now();
  #isWelcome = true;
  #isFinished = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  get sent(): number {
    return this.#sent;
  }

  drained(): void {
    this.#isWelcome = true;
    this.#pump();
  }

  /** Writes no more. @returns what has been written */
  finish(): { total: number; sha256: string } {
    this.#isFinished = true;
    clearInterval(this.#timer);
    return { total: this.#sent, sha256: this.#hash.copy().digest('hex') };
  }

  #tick(): void {
    const now = performance.now();
    const { bytesPerSecond } = this.#options;
    this.#allowance += (bytesPerSecond * (now - this.#lookedAt)) / 1000;
    this.#allowance = Math.min(this.#allowance, (bytesPerSecond * longestArrearsMs) / 1000);
    this.#lookedAt = now;
    this.#pump();
  }

  #pump(): void {
    const limit = this.#options.limit ?? Number.POSITIVE_INFINITY;
    while (this.#isWelcome && !this.#isFinished && this.#allowance >= 1 && this.#sent < limit) {
      // A buffer of its own: who takes it may keep it.
      const bytes = new Uint8Array(Math.floor(Math.min(this.#allowance, chunkBytes, limit - this.#sent)));
      fillPattern(bytes, this.#options.id, this.#sent);
      this.#hash.update(bytes);
      this.#sent += bytes.length;
      this.#allowance -= bytes.length;
      this.#isWelcome = this.#options.write(bytes);
      if (this.#sent === limit) this.#options.onLimit?.();
    }
  }
}
