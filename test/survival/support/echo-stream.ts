import { fillPattern } from '../../../chaos/pattern.ts';
import { StreamJudge } from '../../../chaos/stream-judge.ts';

/**
 * A stream that goes to a far end and comes back from it: what is right at the end of the way back was right on the way
 * there.
 */
export class EchoStream {
  readonly #id: number;
  readonly #judge: StreamJudge;
  readonly #write: (bytes: Uint8Array) => void;
  #sent = 0;
  #waiting: { bytes: number; resolve: () => void }[] = [];

  constructor(id: number, write: (bytes: Uint8Array) => void) {
    this.#id = id;
    this.#judge = new StreamJudge(id);
    this.#write = write;
  }

  /** Sends the next `length` bytes. */
  send(length: number): void {
    const bytes = new Uint8Array(length);
    fillPattern(bytes, this.#id, this.#sent);
    this.#sent += length;
    this.#write(bytes);
  }

  take(bytes: Uint8Array): void {
    this.#judge.take(bytes);
    this.#waiting = this.#waiting.filter(({ bytes: wanted, resolve }) => {
      if (this.#judge.received < wanted) return true;
      resolve();
      return false;
    });
  }

  get received(): number {
    return this.#judge.received;
  }

  /** Resolves when so many bytes have come back; all that have been sent where absent. */
  async returned(bytes: number = this.#sent): Promise<void> {
    if (this.#judge.received >= bytes) return;
    await new Promise<void>((resolve) => this.#waiting.push({ bytes, resolve }));
  }

  /** What is wrong with what has come back; all zero when nothing is. */
  damage(): { lost: number; repeated: number; reordered: number; foreign: number } {
    const { lostBytes, repeatedBytes, reorderedBytes, foreignBytes } = this.#judge.judge(this.#sent);
    return { lost: lostBytes, repeated: repeatedBytes, reordered: reorderedBytes, foreign: foreignBytes };
  }
}

export const undamaged = { lost: 0, repeated: 0, reordered: 0, foreign: 0 };
