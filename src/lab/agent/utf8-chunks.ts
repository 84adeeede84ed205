/**
 * The agent's rule for cutting output (protocol notes, section 10): a character whose last bytes have not been read
 * yet waits for the next chunk; invalid bytes pass unchanged. A chunk is one read (at most 1024 bytes) plus what
 * waited, so it can be up to 3 bytes longer.
 *
 * With `quirks` two faults of the official agent come along (section 15): U+FFFD becomes its first byte, and up to
 * three trailing invalid bytes count as an unfinished character, so they wait for more output and are lost at the end.
 */
export class Utf8Chunks {
  readonly #quirks: boolean;
  #waiting: Uint8Array = new Uint8Array(0);

  constructor(quirks: boolean) {
    this.#quirks = quirks;
  }

  /** What may be sent now; empty when everything waits. Without carry and without cut it is a view of `read`. */
  push(read: Uint8Array): Uint8Array {
    const bytes = this.#waiting.length === 0 ? read : Buffer.concat([this.#waiting, read]);
    const { length, text } = this.#quirks
      ? cutWithFaults(bytes)
      : { length: completeLength(bytes), text: undefined };
    // Copied, because the read buffer belongs to the caller.
    this.#waiting = length === bytes.length ? new Uint8Array(0) : Uint8Array.from(bytes.subarray(length));
    return text ?? bytes.subarray(0, length);
  }

  /** What is left at the end of the output. */
  end(): Uint8Array {
    const rest = this.#waiting;
    this.#waiting = new Uint8Array(0);
    return this.#quirks ? new Uint8Array(0) : rest;
  }
}

/** Length of `bytes` without an unfinished character at its end. */
function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const at = bytes.length - back;
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return isUnfinished(bytes.subarray(at)) ? at : bytes.length;
  }
  return bytes.length;
}

/** Whether `tail` begins a valid character and ends before it does. */
function isUnfinished(tail: Uint8Array): boolean {
  const [first = 0, second] = tail;
  const size = first >= 0xf5 ? 0 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (tail.length >= size) return false;
  return second === undefined || isSecondByte(first, second);
}

/** The second byte has narrower bounds after E0, ED, F0 and F4 (no overlong forms, surrogates or beyond U+10FFFF). */
function isSecondByte(first: number, second: number): boolean {
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  return second >= low && second <= high;
}

function cutWithFaults(bytes: Uint8Array): { length: number; text: Uint8Array } {
  const kept: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const size = characterSize(bytes, at);
    if (size === 0 && bytes.length - at < 4) break;
    const isReplacement =
      size === 3 && bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd;
    const copied = isReplacement || size === 0 ? 1 : size;
    for (let index = 0; index < copied; index += 1) kept.push(bytes[at + index] ?? 0);
    at += Math.max(size, 1);
  }
  return { length: at, text: Uint8Array.from(kept) };
}

/** Bytes of the valid character at `at`; 0 when there is none. */
function characterSize(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const size = first >= 0xf5 ? 0 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (size === 0 || at + size > bytes.length || !isSecondByte(first, bytes[at + 1] ?? 0)) return 0;
  for (let index = 2; index < size; index += 1) {
    const byte = bytes[at + index] ?? 0;
    if (byte < 0x80 || byte > 0xbf) return 0;
  }
  return size;
}
