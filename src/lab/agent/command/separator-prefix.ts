const lineFeed = 0x0a;

/**
 * Puts a prefix in front of a command's output (protocol notes, section 6.3): at the first chunk, and at each chunk
 * that follows one ending in a line feed. It is by chunks, not by lines, as at the official agent.
 */
export class SeparatorPrefix {
  readonly #prefix: Buffer;
  #isDue = true;

  constructor(prefix: string) {
    this.#prefix = Buffer.from(prefix);
  }

  get length(): number {
    return this.#prefix.length;
  }

  apply(chunk: Uint8Array): Uint8Array {
    const marked = this.#isDue && this.#prefix.length > 0 ? Buffer.concat([this.#prefix, chunk]) : chunk;
    this.#isDue = chunk.at(-1) === lineFeed;
    return marked;
  }
}
