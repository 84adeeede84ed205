/** Bytes of one stream that wait for their turn. Chunks are kept as they are given: their owner must not change them. */
export class SendQueue {
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
  }

  /** Moves the first `length` bytes, which must be there, into `target` from `offset` on. */
  takeInto(target: Uint8Array, offset: number, length: number): void {
    let at = offset;
    const end = offset + length;
    while (at < end) {
      const first = this.#chunks[0] as Uint8Array;
      const count = Math.min(first.length, end - at);
      target.set(count === first.length ? first : first.subarray(0, count), at);
      at += count;
      if (count === first.length) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(count);
    }
    this.#bytes -= length;
  }

  clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
  }
}
