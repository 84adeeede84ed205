import type { Duplex } from 'node:stream';

/**
 * Writes WebSocket messages to a connection in as few system calls as possible, since a flood is many small ones: those
 * of one turn of the event loop together, and in the middle of a flood those of a millisecond.
 *
 * The messages are put into one buffer, head and all, so a flood costs a write for 64 KiB instead of two for each
 * message. A message is one unfragmented, unmasked binary frame:
 *
 *     0 | 1 | 0x82: FIN bit, opcode of binary data
 *     1 | 1 | length up to 125; 126 for one in the next 2 bytes, 127 for one in the next 8
 *       | n | payload
 */
const binaryFrame = 0x82;
const largestHead = 10;
const bufferBytes = 64 * 1024;
const gatherMs = 1;
/** Fewer bytes than this at once are no flood: an acknowledge, and the echo that comes right behind it. */
const floodBytes = 4096;

export class GatheredWriter {
  readonly #transport: Duplex;
  #buffer = Buffer.allocUnsafe(bufferBytes);
  #from = 0;
  #to = 0;
  #isScheduled = false;
  #flushedBytes = 0;
  #flushedAt = 0;

  constructor(transport: Duplex) {
    this.#transport = transport;
  }

  /** Bytes that wait here or in the connection. */
  get bufferedBytes(): number {
    return this.#to - this.#from + this.#transport.writableLength;
  }

  write(message: Uint8Array): void {
    if (this.#to + largestHead + message.length > this.#buffer.length) {
      this.flush();
      this.#buffer = Buffer.allocUnsafe(Math.max(bufferBytes, largestHead + message.length));
      this.#from = 0;
      this.#to = 0;
    }
    this.#to = writeHead(this.#buffer, this.#to, message.length);
    this.#buffer.set(message, this.#to);
    this.#to += message.length;
    this.#schedule();
  }

  /** Hands over what waits; before anything else is written to the connection. */
  flush(): void {
    if (this.#to === this.#from) return;
    this.#flushedBytes = this.#to - this.#from;
    this.#flushedAt = performance.now();
    if (this.#transport.writable) this.#transport.write(this.#buffer.subarray(this.#from, this.#to));
    this.#from = this.#to;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const flush = () => {
      this.#isScheduled = false;
      this.flush();
    };
    const isFlood = this.#flushedBytes >= floodBytes && performance.now() - this.#flushedAt < gatherMs;
    if (isFlood) setTimeout(flush, gatherMs);
    else process.nextTick(flush);
  }
}

function writeHead(buffer: Buffer, at: number, length: number): number {
  buffer[at] = binaryFrame;
  if (length < 126) {
    buffer[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    buffer[at + 1] = 126;
    buffer.writeUInt16BE(length, at + 2);
    return at + 4;
  }
  buffer[at + 1] = 127;
  buffer.writeUInt32BE(Math.floor(length / 2 ** 32), at + 2);
  buffer.writeUInt32BE(length % 2 ** 32, at + 6);
  return at + 10;
}
