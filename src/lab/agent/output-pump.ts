import type { Utf8Chunks } from './utf8-chunks.ts';

/** Largest read of the agent, bytes (protocol notes, section 4.4, stream payload size). */
export const readBytes = 1024;

/**
 * Bytes read from the program but not yet sent at which reading it stops, and below which it goes on. A pty gives
 * 4 KiB a read, so the queue is a few reads long: enough to keep the pump busy, little enough to be forgotten.
 */
const highWaterBytes = 64 * 1024;
const lowWaterBytes = 16 * 1024;

export interface PumpOptions {
  firstReadMs: number;
  betweenReadsMs: number;
  /** Largest read; 1024 unless something is put in front of the bytes. */
  readBytes?: number;
  /** The rule by which reads become messages; without one each read is a message. */
  chunks?: Utf8Chunks;
  source: { pause(): void; resume(): void };
  /** False while the link is paused, full or too far ahead; call {@link OutputPump.wake} when that may have changed. */
  maySend(): boolean;
  send(chunk: Uint8Array): void;
  /** All output has been sent. Called once, after {@link OutputPump.end}. */
  onEnd(): void;
}

/**
 * Moves what a program or a connection gives into messages: at most 1024 bytes a read, cut by the UTF-8 rule where
 * there is one, at the agent's pace. What cannot be sent yet is left at the source, so that the source waits rather
 * than memory grows.
 */
export class OutputPump {
  readonly #options: PumpOptions;
  readonly #readBytes: number;
  #queue: Uint8Array[] = [];
  /** Where the next read begins in the first chunk of the queue. */
  #at = 0;
  #queuedBytes = 0;
  #isSourcePaused = false;
  #isSourceEnded = false;
  #isDone = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PumpOptions) {
    this.#options = options;
    this.#readBytes = options.readBytes ?? readBytes;
    if (options.firstReadMs > 0) this.#waitFor(options.firstReadMs);
  }

  push(bytes: Uint8Array): void {
    this.pushAll([bytes]);
  }

  /** Several pieces at once, so that a read goes on from one to the next. */
  pushAll(pieces: readonly Uint8Array[]): void {
    if (this.#isDone) return;
    for (const piece of pieces) {
      if (piece.length === 0) continue;
      this.#queue.push(piece);
      this.#queuedBytes += piece.length;
    }
    this.#run();
  }

  /** The source has no more. */
  end(): void {
    this.#isSourceEnded = true;
    this.#run();
  }

  wake(): void {
    this.#run();
  }

  stop(): void {
    this.#isDone = true;
    clearTimeout(this.#timer);
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #run(): void {
    const { betweenReadsMs, chunks, maySend, send } = this.#options;
    while (!this.#timer && !this.#isDone && this.#queuedBytes > 0 && maySend()) {
      const read = this.#take();
      const chunk = chunks ? chunks.push(read) : read;
      if (chunk.length > 0) send(chunk);
      if (betweenReadsMs > 0) this.#waitFor(betweenReadsMs);
    }
    this.#steerSource();
    if (this.#isSourceEnded && this.#queuedBytes === 0 && !this.#timer && !this.#isDone) {
      const rest = chunks?.end();
      if (rest && rest.length > 0) send(rest);
      this.#isDone = true;
      this.#options.onEnd();
    }
  }

  /** One read: as much as there is, up to the largest read, across the chunks in which it came. */
  #take(): Uint8Array {
    const size = Math.min(this.#readBytes, this.#queuedBytes);
    this.#queuedBytes -= size;
    const head = this.#queue[0] ?? new Uint8Array(0);
    if (head.length - this.#at >= size) {
      const taken = head.subarray(this.#at, this.#at + size);
      this.#advance(size);
      return taken;
    }
    const taken = Buffer.allocUnsafe(size);
    for (let filled = 0; filled < size; ) {
      const chunk = this.#queue[0] ?? new Uint8Array(0);
      const part = chunk.subarray(this.#at, this.#at + size - filled);
      taken.set(part, filled);
      filled += part.length;
      this.#advance(part.length);
    }
    return taken;
  }

  #advance(size: number): void {
    this.#at += size;
    if (this.#at < (this.#queue[0]?.length ?? 0)) return;
    this.#queue.shift();
    this.#at = 0;
  }

  #steerSource(): void {
    if (this.#isDone || this.#isSourceEnded) return;
    if (!this.#isSourcePaused && this.#queuedBytes >= highWaterBytes) {
      this.#isSourcePaused = true;
      this.#options.source.pause();
    } else if (this.#isSourcePaused && this.#queuedBytes < lowWaterBytes) {
      this.#isSourcePaused = false;
      this.#options.source.resume();
    }
  }

  #waitFor(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#run();
    }, milliseconds);
  }
}
