/**
 * What a stream carries: record n stands at offset 8 n, so that any eight bytes say which stream they are of and where
 * they belong, wherever the messages between the two ends were cut.
 *
 *     byte    0          1    2          3    4    5    6    7
 *           1iiiiiii  0iiiiiii 0iiiiiii  0nnnnnnn …        0nnnnnnn
 *           stream, 21 bits              record number, 35 bits
 *
 * Only byte 0 has its highest bit set; that is how a reader finds its place again.
 */
export const recordBytes = 8;

const lowBits = 2 ** 28;

/** Fills `target` with the bytes of stream `id` from `offset` on. */
export function fillPattern(target: Uint8Array, id: number, offset: number): void {
  let record = Math.floor(offset / recordBytes);
  let at = -(offset % recordBytes);
  if (at < 0) {
    writePart(target, at, id, record);
    at += recordBytes;
    record += 1;
  }
  const id0 = 0x80 | (id & 0x7f);
  const id1 = (id >> 7) & 0x7f;
  const id2 = (id >> 14) & 0x7f;
  for (; at + recordBytes <= target.length; at += recordBytes, record += 1) {
    const low = record % lowBits;
    target[at] = id0;
    target[at + 1] = id1;
    target[at + 2] = id2;
    target[at + 3] = (record / lowBits) & 0x7f;
    target[at + 4] = low >> 21;
    target[at + 5] = (low >> 14) & 0x7f;
    target[at + 6] = (low >> 7) & 0x7f;
    target[at + 7] = low & 0x7f;
  }
  if (at < target.length) writePart(target, at, id, record);
}

/** The part of a record that begins before `target` or ends behind it. */
function writePart(target: Uint8Array, at: number, id: number, record: number): void {
  const whole = new Uint8Array(recordBytes);
  fillPattern(whole, id, record * recordBytes);
  for (let index = Math.max(0, -at); index < recordBytes && at + index < target.length; index += 1)
    target[at + index] = whole[index] as number;
}

/** Where the record that begins at `at` belongs; undefined where none does, or where too little of it is there. */
export function readRecord(bytes: Uint8Array, at: number): { id: number; offset: number } | undefined {
  if (at + recordBytes > bytes.length || ((bytes[at] as number) & 0x80) === 0) return undefined;
  let record = 0;
  for (let index = 1; index < recordBytes; index += 1) {
    const byte = bytes[at + index] as number;
    if (byte >= 0x80) return undefined;
    if (index > 2) record = record * 128 + byte;
  }
  const id =
    ((bytes[at] as number) & 0x7f) | ((bytes[at + 1] as number) << 7) | ((bytes[at + 2] as number) << 14);
  return { id, offset: record * recordBytes };
}
