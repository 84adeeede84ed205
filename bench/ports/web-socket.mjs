import { createHash } from 'node:crypto';

/**
 * Just enough of RFC 6455 for the bench's own two ends, which are to cost next to nothing: whole frames, no extensions, no
 * fragments. The clients that are measured bring their own.
 *
 *       0 | 1 | 0x80 | opcode       always the last fragment
 *       1 | 1 | length              126: two more bytes hold it; 0x80 set: a mask follows, which clients must use
 *       n | 4 | mask
 *       m |   | payload
 */
export const opcode = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

const longestBytes = 0xffff;

/** @param {string} key */
export function acceptKey(key) {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/**
 * Writes the header of a frame and answers where its payload begins. The mask is four zeros, which leaves the payload as
 * it is; the far side does not care.
 */
export function writeHeader(target, at, code, length, isMasked) {
  if (length > longestBytes) throw new Error(`A frame of ${length} bytes is longer than this bench sends.`);
  const mask = isMasked ? 0x80 : 0;
  target[at] = 0x80 | code;
  let next = at + 2;
  if (length < 126) target[at + 1] = mask | length;
  else {
    target[at + 1] = mask | 126;
    target.writeUInt16BE(length, next);
    next += 2;
  }
  if (isMasked) {
    target.fill(0, next, next + 4);
    next += 4;
  }
  return next;
}

/** One whole frame as bytes. */
export function frameOf(code, payload, isMasked) {
  const frame = Buffer.alloc(payload.length + 8);
  const at = writeHeader(frame, 0, code, payload.length, isMasked);
  frame.set(payload, at);
  return frame.subarray(0, at + payload.length);
}

/**
 * Reads frames from a stream of bytes cut anywhere and gives each as opcode and payload, unmasked. A payload is a view
 * that is valid during the call only.
 */
export class FrameReader {
  #rest = Buffer.alloc(0);

  push(chunk, onFrame) {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= 2) {
      const isMasked = (bytes[at + 1] & 0x80) !== 0;
      let length = bytes[at + 1] & 0x7f;
      let start = at + 2;
      if (length === 127) throw new Error('A frame is longer than any of this protocol.');
      if (length === 126) {
        if (bytes.length - start < 2) break;
        length = bytes.readUInt16BE(start);
        start += 2;
      }
      const payloadAt = isMasked ? start + 4 : start;
      if (bytes.length - payloadAt < length) break;
      if (isMasked) unmask(bytes, start, payloadAt, length);
      onFrame(bytes[at] & 0x0f, bytes.subarray(payloadAt, payloadAt + length));
      at = payloadAt + length;
    }
    // A copy: the chunk's memory is the socket's and will be used again.
    this.#rest = at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
  }
}

/** In place, four bytes a step in between. */
function unmask(bytes, maskAt, payloadAt, length) {
  const mask = [bytes[maskAt], bytes[maskAt + 1], bytes[maskAt + 2], bytes[maskAt + 3]];
  const end = payloadAt + length;
  let at = payloadAt;
  while (at < end && ((bytes.byteOffset + at) & 3) !== 0) {
    bytes[at] ^= mask[(at - payloadAt) & 3];
    at += 1;
  }
  const shift = (at - payloadAt) & 3;
  const word = new Int32Array(
    Uint8Array.of(mask[shift], mask[(shift + 1) & 3], mask[(shift + 2) & 3], mask[(shift + 3) & 3]).buffer,
  )[0];
  const words = (end - at) >> 2;
  if (words > 0) {
    const view = new Int32Array(bytes.buffer, bytes.byteOffset + at, words);
    for (let index = 0; index < words; index += 1) view[index] ^= word;
    at += words * 4;
  }
  for (; at < end; at += 1) bytes[at] ^= mask[(at - payloadAt) & 3];
}
