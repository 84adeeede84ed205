import { randomBytes } from 'node:crypto';

/**
 * Nonces as agents since 3.3.808.0 make them (protocol notes, section 5.5, item 7): a counter of 96 bits in three
 * words, the first the least significant, each written little-endian. What is emitted is the state before it counts on.
 */
export class NonceCounter {
  readonly #words: Uint32Array;

  constructor(start: readonly [number, number, number]) {
    this.#words = Uint32Array.from(start);
  }

  static random(): NonceCounter {
    const bytes = randomBytes(12);
    return new NonceCounter([bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8)]);
  }

  next(): Buffer {
    const nonce = Buffer.alloc(12);
    this.#words.forEach((word, index) => nonce.writeUInt32LE(word, index * 4));
    for (let index = 0; index < 3; index += 1) {
      const counted = ((this.#words[index] ?? 0) + 1) >>> 0;
      this.#words[index] = counted;
      if (counted !== 0) break;
    }
    return nonce;
  }
}
