/** Numbers in [0, 1) that follow from `seed` (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Distinct UUIDs that follow from `tag`. */
export function countingIds(tag: number): () => string {
  const tail = tag.toString(16).padStart(12, '0');
  let count = 0;
  return () => {
    count += 1;
    return `${count.toString(16).padStart(8, '0')}-0000-4000-8000-${tail}`;
  };
}

/** Distinct nonces of 12 bytes. */
export function countingNonces(): () => Uint8Array {
  let count = 0;
  return () => {
    count += 1;
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(count);
    return nonce;
  };
}
