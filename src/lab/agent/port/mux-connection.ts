import type { Socket } from 'node:net';
import type { MuxStream } from './mux-session.ts';

/** Bytes that a connection's socket holds at which its stream is read no further: about what a kernel would take. */
const writeHighWaterBytes = 256 * 1024;

/**
 * Joins a stream to its connection (protocol notes, sections 6.6 and 7). There is no half-close: the first end in either
 * direction ends both, and an answer that comes later is lost.
 */
export class MuxConnection {
  readonly #stream: MuxStream;
  readonly #socket: Socket;
  readonly #onEnd: () => void;
  #isEnding = false;

  constructor(stream: MuxStream, socket: Socket, onEnd: () => void) {
    this.#stream = stream;
    this.#socket = socket;
    this.#onEnd = onEnd;
    socket.on('data', (bytes) => stream.write(bytes));
    socket.on('end', () => this.close());
    socket.on('error', () => this.close());
    socket.on('close', () => this.close());
    socket.on('drain', () => this.#copy());
    stream.onReadable = () => this.#copy();
    socket.resume();
    this.#copy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
    this.#stream.close();
    this.#onEnd();
  }

  #copy(): void {
    while (!this.#isEnding && this.#socket.writableLength < writeHighWaterBytes) {
      const bytes = this.#stream.read();
      if (bytes === undefined) return;
      if (bytes === 'end') {
        this.#isEnding = true;
        // What the client sent is still delivered.
        this.#socket.end(() => this.close());
      } else {
        this.#socket.write(bytes);
      }
    }
  }
}
