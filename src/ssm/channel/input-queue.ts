/** Largest payload of one stream message in bytes, the same at both official peers (protocol notes, section 4.4). */
export const maxPayloadBytes = 1024;

/**
 * Bytes from the terminal that wait to be cut into messages.
 *
 * What is given is always taken, for a terminal cannot take a keystroke back; but above `limitBytes` the queue says that
 * it is full, and it asks for more only when half of that has gone.
 */
export class InputQueue {
  readonly #limitBytes: number;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #isFull = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a copy, so that the caller may use its memory again. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(Uint8Array.from(bytes));
    this.#bytes += bytes.length;
    if (this.#bytes > this.#limitBytes) this.#isFull = true;
  }

  /**
   * The next payload: at most {@link maxPayloadBytes}, ending between two characters where the bytes are UTF-8;
   * undefined when the queue is empty. Bytes given in several pieces are joined.
   */
  take(): Uint8Array | undefined {
    const first = this.#chunks[0];
    if (first === undefined) return undefined;
    const joined = first.length > maxPayloadBytes || this.#chunks.length === 1 ? first : this.#joinFirst();
    const length = cutLength(joined, maxPayloadBytes);
    if (length === joined.length) this.#chunks.shift();
    else this.#chunks[0] = joined.subarray(length);
    this.#bytes -= length;
    return joined.subarray(0, length);
  }

  /** Joins chunks from the front until they fill a payload, with a byte to spare so that the cut can be judged. */
  #joinFirst(): Uint8Array {
    let count = 0;
    let length = 0;
    while (count < this.#chunks.length && length <= maxPayloadBytes) {
      length += (this.#chunks[count] as Uint8Array).length;
      count += 1;
    }
    const joined = Buffer.concat(this.#chunks.slice(0, count), length);
    this.#chunks.splice(0, count, joined);
    return joined;
  }

  /** Whether the queue was full and has now room again; says so once. */
  hasDrained(): boolean {
    if (!this.#isFull || this.#bytes > this.#limitBytes / 2) return false;
    this.#isFull = false;
    return true;
  }

  clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
  }
}

/**
 * How many bytes from the start of `bytes` make a payload of at most `limit` bytes that ends between two characters.
 * Where the bytes around the cut are not UTF-8, the limit itself.
 */
export function cutLength(bytes: Uint8Array, limit: number): number {
  if (bytes.length <= limit) return bytes.length;
  let start = limit;
  while (start > limit - 3 && isContinuation(bytes[start] as number)) start -= 1;
  if (start === limit) return limit;
  return start + characterLength(bytes[start] as number) > limit ? start : limit;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Length in bytes of the UTF-8 character that `byte` begins; 0 where it begins none of several bytes. */
function characterLength(byte: number): number {
  if ((byte & 0xe0) === 0xc0) return 2;
  if ((byte & 0xf0) === 0xe0) return 3;
  if ((byte & 0xf8) === 0xf0) return 4;
  return 0;
}
