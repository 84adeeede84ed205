import { randomInt } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import { tryWrite } from './pty-input.ts';

/**
 * Finds the end of a program's output in its terminal.
 *
 * Nothing else says where it is. When the last holder of the slave end closes it, libuv reports the end of file after
 * one more read and drops what the kernel still holds, so this process holds the slave open as well; and then no end
 * of file comes. So once the program has exited, we write a marker of our own to the slave. The terminal keeps its
 * order: when the marker arrives at the master, everything before it has arrived.
 *
 * The marker is digits only, which no output processing of a terminal (new lines, tabs, upper case) changes.
 */
export class EndMarker {
  readonly #marker: Buffer;
  #unwritten: Buffer;
  #slave: number | undefined;
  /** The end of what has arrived, as far as it could be the beginning of the marker. */
  #held: Buffer = Buffer.alloc(0);

  constructor(slavePath: string | undefined) {
    this.#slave = slavePath === undefined ? undefined : openSlave(slavePath);
    this.#marker = Buffer.from(Array.from({ length: 40 }, () => randomInt(10)).join(''));
    this.#unwritten = this.#marker;
  }

  /** False where there is no slave end to write to; the end must then be told by silence. */
  get isPossible(): boolean {
    return this.#slave !== undefined;
  }

  /** Writes what is missing of the marker; call again after the terminal has been read. True once it is written. */
  write(): boolean {
    if (this.#slave === undefined) return false;
    const written = tryWrite(this.#slave, this.#unwritten);
    if (written === 'broken') {
      this.close();
      return false;
    }
    this.#unwritten = this.#unwritten.subarray(written);
    return this.#unwritten.length === 0;
  }

  /** Passes output on up to the marker; `isEnd` once it has been seen. */
  filter(bytes: Uint8Array): { output: Uint8Array; isEnd: boolean } {
    const all =
      this.#held.length === 0
        ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
        : Buffer.concat([this.#held, bytes]);
    const at = all.indexOf(this.#marker);
    if (at >= 0) {
      this.#held = Buffer.alloc(0);
      return { output: all.subarray(0, at), isEnd: true };
    }
    const keep = this.#lengthOfBeginning(all);
    this.#held = Buffer.from(all.subarray(all.length - keep));
    return { output: all.subarray(0, all.length - keep), isEnd: false };
  }

  /** What was held back for the marker's sake, when it will not come after all. */
  takeHeld(): Uint8Array {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    return held;
  }

  close(): void {
    if (this.#slave !== undefined) closeSync(this.#slave);
    this.#slave = undefined;
  }

  #lengthOfBeginning(bytes: Buffer): number {
    for (let length = Math.min(this.#marker.length - 1, bytes.length); length > 0; length -= 1) {
      if (bytes.subarray(bytes.length - length).equals(this.#marker.subarray(0, length))) return length;
    }
    return 0;
  }
}

function openSlave(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}
