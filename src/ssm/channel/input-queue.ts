/** Largest payload of one stream message in bytes, the same at both official peers (protocol notes, section 4.4). */
export const maxPayloadBytes = 1024;

/** What waits in the queue, in the order in which it was given. */
export type QueueEntry =
  | { readonly kind: 'input'; readonly bytes: Uint8Array }
  /** A message of type Flag. */
  | { readonly kind: 'flag'; readonly flag: number }
  /** Carries nothing: tells where in the sequence something was asked. */
  | { readonly kind: 'mark'; readonly id: number };

/**
 * Input that waits to be cut into messages, with the flags that were given between.
 *
 * What is given is always taken, for a terminal cannot take a keystroke back; but above `limitBytes` the queue says that
 * it is full, and it asks for more only when half of that has gone.
 */
export class InputQueue {
  readonly #limitBytes: number;
  #entries: QueueEntry[] = [];
  #bytes = 0;
  #isFull = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Takes a copy, so that the caller may use its memory again. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#entries.push({ kind: 'input', bytes: new Uint8Array(bytes) });
    this.#bytes += bytes.length;
    if (this.#bytes > this.#limitBytes) this.#isFull = true;
  }

  pushFlag(flag: number): void {
    this.#entries.push({ kind: 'flag', flag });
  }

  pushMark(id: number): void {
    this.#entries.push({ kind: 'mark', id });
  }

  /**
   * The next thing to send; undefined when the queue is empty. Input comes as a payload of at most {@link maxPayloadBytes},
   * joined from several pieces where they are small; of text (`isText`) it ends between two characters where it is UTF-8.
   */
  take(isText: boolean): QueueEntry | undefined {
    const first = this.#entries[0];
    if (first?.kind !== 'input') return this.#entries.shift();
    // Behind a byte that may be part of a character one more is needed, so that the cut can be judged.
    const isCutClear = !isText || (first.bytes[maxPayloadBytes - 1] ?? 0x80) < 0x80;
    const wanted = isCutClear ? maxPayloadBytes : maxPayloadBytes + 1;
    const { bytes } =
      first.bytes.length >= wanted || this.#entries[1]?.kind !== 'input' ? first : this.#joinFirst(wanted);
    const length = isText ? cutLength(bytes, maxPayloadBytes) : Math.min(bytes.length, maxPayloadBytes);
    if (length === bytes.length) this.#entries.shift();
    else this.#entries[0] = { kind: 'input', bytes: bytes.subarray(length) };
    this.#bytes -= length;
    return { kind: 'input', bytes: bytes.subarray(0, length) };
  }

  /** Joins input from the front until there are `wanted` bytes. The rest of a large piece stays where it is. */
  #joinFirst(wanted: number): { bytes: Uint8Array } {
    const pieces: Uint8Array[] = [];
    const rest: QueueEntry[] = [];
    let length = 0;
    for (const entry of this.#entries) {
      if (entry.kind !== 'input' || length === wanted) break;
      const piece = entry.bytes.subarray(0, wanted - length);
      pieces.push(piece);
      length += piece.length;
      if (piece.length < entry.bytes.length)
        rest.push({ kind: 'input', bytes: entry.bytes.subarray(piece.length) });
    }
    const joined = { kind: 'input', bytes: Buffer.concat(pieces, length) } as const;
    this.#entries.splice(0, pieces.length, joined, ...rest);
    return joined;
  }

  /** Whether the queue was full and has now room again; says so once. */
  hasDrained(): boolean {
    if (!this.#isFull || this.#bytes > this.#limitBytes / 2) return false;
    this.#isFull = false;
    return true;
  }

  clear(): void {
    this.#entries = [];
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
