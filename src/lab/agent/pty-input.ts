import { writeSync } from 'node:fs';

/** Waits between tries while the terminal takes no more bytes, milliseconds; the first tries come at once. */
const firstWaitMs = 1;
const longestWaitMs = 20;
const triesAtOnce = 20;

/**
 * Writes to a pty's master end, which does not block: what the terminal does not take stays queued and is tried
 * again. node-pty's own writer tries on every turn of the event loop, which keeps a processor busy for as long as a
 * program leaves its input unread.
 */
export class PtyInput {
  readonly #descriptor: number;
  readonly #onDrain: () => void;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #failures = 0;
  #retry: { cancel(): void } | undefined;
  #isClosed = false;

  constructor(descriptor: number, onDrain: () => void) {
    this.#descriptor = descriptor;
    this.#onDrain = onDrain;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  write(bytes: Uint8Array): void {
    if (this.#isClosed || bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    if (!this.#retry) this.#flush();
  }

  close(): void {
    this.#isClosed = true;
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #flush(): void {
    this.#retry = undefined;
    if (this.#isClosed) return;
    const before = this.#queuedBytes;
    let head = this.#queue[0];
    while (head !== undefined) {
      const written = tryWrite(this.#descriptor, head);
      if (written === 'broken') return this.close();
      this.#queuedBytes -= written;
      if (written < head.length) {
        this.#queue[0] = head.subarray(written);
        break;
      }
      this.#queue.shift();
      head = this.#queue[0];
    }
    this.#failures = this.#queuedBytes < before ? 0 : this.#failures + 1;
    if (this.#queuedBytes > 0) this.#retry = later(this.#failures, () => this.#flush());
    if (this.#queuedBytes < before) this.#onDrain();
  }
}

/** How many bytes were taken; `broken` once the terminal is gone. */
export function tryWrite(descriptor: number, bytes: Uint8Array): number | 'broken' {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : 'broken';
  }
}

function later(failures: number, action: () => void): { cancel(): void } {
  if (failures < triesAtOnce) {
    const immediate = setImmediate(action);
    return { cancel: () => clearImmediate(immediate) };
  }
  const timer = setTimeout(action, Math.min(firstWaitMs * 2 ** (failures - triesAtOnce), longestWaitMs));
  return { cancel: () => clearTimeout(timer) };
}
