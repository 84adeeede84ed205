import { seededRandom } from '../random.mjs';

/**
 * What is transferred: one block of random bytes, again and again. Both ends know it, so that each byte that arrives can be
 * compared for the price of a memcmp.
 *
 * With the 8 bytes of a smux header a block fills 32 messages of the data channel, so its payloads repeat too and their
 * digests need to be made only once.
 */
export const blockBytes = 32 * 1024 - 8;
const seed = 0x5ea51;

export const block = makeBlock();

function makeBlock() {
  const random = seededRandom(seed);
  const bytes = Buffer.alloc(blockBytes);
  for (let at = 0; at < blockBytes; at += 1) bytes[at] = Math.floor(random() * 256);
  return bytes;
}

/** Counts bytes that continue the pattern, and throws at the first that does not. */
export class PatternReader {
  bytes = 0;

  push(chunk) {
    let at = 0;
    while (at < chunk.length) {
      const offset = this.bytes % blockBytes;
      const length = Math.min(chunk.length - at, blockBytes - offset);
      if (chunk.compare(block, offset, offset + length, at, at + length) !== 0)
        throw new Error(`Byte ${this.bytes} to ${this.bytes + length} are not what was sent.`);
      at += length;
      this.bytes += length;
    }
  }
}
