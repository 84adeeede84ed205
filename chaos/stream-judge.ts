import { createHash } from 'node:crypto';
import { Gaps } from './gaps.ts';
import { fillPattern, readRecord, recordBytes } from './pattern.ts';

/** What became of a stream's bytes. */
export interface Judgement {
  received: number;
  /** Missing in front of what has arrived; at the stream's end, also behind it. */
  lostBytes: number;
  /** Arrived again. */
  repeatedBytes: number;
  /** Arrived behind bytes that come after them. */
  reorderedBytes: number;
  /** Of no stream, or of another one. */
  foreignBytes: number;
  /** SHA-256 of everything received, in the order in which it came. */
  sha256: string;
  /** The first bytes that were not the next ones: where they should have been, and where they belong. */
  firstJump?: { at: number; to: number };
}

/**
 * Reads one stream and tells each byte that is not the next one apart: lost, repeated, reordered, foreign.
 *
 * After a jump up to seven bytes may happen to be right at either place, since neighbouring records differ in few bytes:
 * the counts can be off by that much a jump. Whether there was a jump is never in doubt.
 */
export class StreamJudge {
  readonly #id: number;
  readonly #hash = createHash('sha256');
  readonly #gaps = new Gaps();
  /** Where the byte that comes next belongs if nothing is wrong. */
  #cursor = 0;
  /** Behind the furthest byte that has arrived. */
  #furthest = 0;
  #received = 0;
  #repeated = 0;
  #reordered = 0;
  #foreign = 0;
  /** Too few bytes to find the place again. */
  #unplaced: Uint8Array = new Uint8Array(0);
  #firstJump: { at: number; to: number } | undefined;
  #expected = new Uint8Array(64 * 1024);

  constructor(id: number) {
    this.#id = id;
  }

  get received(): number {
    return this.#received;
  }

  /** Whether all of a stream of `total` bytes is there. */
  isComplete(total: number): boolean {
    return this.#furthest === total && this.#gaps.bytes === 0;
  }

  take(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#received += chunk.length;
    const bytes = this.#unplaced.length === 0 ? chunk : Buffer.concat([this.#unplaced, chunk]);
    this.#unplaced = new Uint8Array(0);
    let at = 0;
    while (at < bytes.length) {
      const isAsExpected = this.#matchedFrom(bytes, at);
      this.#account(isAsExpected);
      at += isAsExpected;
      if (at < bytes.length) at = this.#findPlace(bytes, at);
    }
  }

  /** @param total length of the stream; what has not arrived by now is lost */
  judge(total: number): Judgement {
    return {
      received: this.#received,
      lostBytes: this.#gaps.bytes + Math.max(0, total - this.#furthest),
      repeatedBytes: this.#repeated,
      reorderedBytes: this.#reordered,
      foreignBytes: this.#foreign + this.#unplaced.length,
      sha256: this.#hash.copy().digest('hex'),
      ...(this.#firstJump === undefined ? {} : { firstJump: this.#firstJump }),
    };
  }

  /** How many bytes from `at` on are the expected ones. */
  #matchedFrom(bytes: Uint8Array, at: number): number {
    const length = bytes.length - at;
    if (this.#expected.length < length) this.#expected = new Uint8Array(length);
    const expected = this.#expected.subarray(0, length);
    fillPattern(expected, this.#id, this.#cursor);
    if (Buffer.compare(expected, bytes.subarray(at)) === 0) return length;
    let matched = 0;
    while (expected[matched] === bytes[at + matched]) matched += 1;
    return matched;
  }

  #account(length: number): void {
    const from = this.#cursor;
    const to = from + length;
    if (from > this.#furthest) this.#gaps.add(this.#furthest, from);
    const known = Math.min(to, this.#furthest) - from;
    if (known > 0) {
      const filled = this.#gaps.fill(from, from + known);
      this.#reordered += filled;
      this.#repeated += known - filled;
    }
    this.#furthest = Math.max(this.#furthest, to);
    this.#cursor = to;
  }

  /** Moves the cursor to where the bytes from the returned index on belong. */
  #findPlace(bytes: Uint8Array, at: number): number {
    for (let head = at; head + recordBytes <= bytes.length; head += 1) {
      const record = readRecord(bytes, head);
      if (record?.id !== this.#id) continue;
      // What stands in front of the record may be the end of the one before it.
      let start = head;
      const before = new Uint8Array(Math.min(recordBytes - 1, head - at, record.offset));
      fillPattern(before, this.#id, record.offset - before.length);
      while (start > head - before.length && bytes[start - 1] === before[before.length - 1 - (head - start)])
        start -= 1;
      this.#foreign += start - at;
      const to = record.offset - (head - start);
      this.#firstJump ??= { at: this.#cursor, to };
      this.#cursor = to;
      return start;
    }
    const kept = Math.max(at, bytes.length - 2 * recordBytes + 1);
    this.#foreign += kept - at;
    this.#unplaced = Uint8Array.from(bytes.subarray(kept));
    return bytes.length;
  }
}
