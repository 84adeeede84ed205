/**
 * Follows the frames of a client's WebSocket in the bytes of its connection, to see what the WebSocket library puts
 * together without a word: messages in fragments.
 *
 *     0 | 1 | FIN bit, opcode: 0 goes on with the message before, 8 and above control frames
 *     1 | 1 | mask bit, length: 126 and 127 stand for 2 or 8 bytes that follow
 *       | 4 | mask
 *       | n | payload
 */
const finBit = 0x80;
const controlBit = 0x08;
const opcodeBits = 0x0f;
const lengthBits = 0x7f;
const maskBytes = 4;

export class FrameScanner {
  readonly #head: number[] = [];
  #skip = 0;

  /** True when a frame begins in `bytes` that is a part of a message only. */
  findsFragment(bytes: Uint8Array): boolean {
    let isFound = false;
    for (let at = 0; at < bytes.length; ) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, bytes.length - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      this.#head.push(bytes[at] ?? 0);
      at += 1;
      if (this.#head.length < headLength(this.#head)) continue;
      const [first = 0] = this.#head;
      const isControl = (first & controlBit) !== 0;
      const isPart = (first & finBit) === 0 || (first & opcodeBits) === 0;
      isFound ||= isPart && !isControl;
      this.#skip = maskBytes + payloadLength(this.#head);
      this.#head.length = 0;
    }
    return isFound;
  }
}

/** How long the head is, as far as its second byte tells. */
function headLength([, second = 0]: readonly number[]): number {
  const length = second & lengthBits;
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0);
}

function payloadLength(head: readonly number[]): number {
  if (head.length === 2) return (head[1] ?? 0) & lengthBits;
  return head.slice(2).reduce((length, byte) => length * 256 + byte, 0);
}
