import type { Utf8Chunks } from './utf8-chunks.ts';

/** Largest read of the agent, bytes (protocol notes, section 4.4, stream payload size). */
const readBytes = 1024;

/**
 * Bytes read from the program but not yet sent at which reading it stops, and below which it goes on. A pty gives
 * 4 KiB a read, so the queue is a few reads long: enough to keep the pump busy, little enough to be forgotten.
 */
const highWaterBytes = 64 * 1024;
const lowWaterBytes = 16 * 1024;

export interface PumpOptions {
  firstReadMs: number;
  betweenReadsMs: number;
  chunks: Utf8Chunks;
  source: { pause(): void; resume(): void };
  /** False while the link is paused, full or too far ahead; call {@link OutputPump.wake} when that may have changed. */
  maySend(): boolean;
  send(chunk: Uint8Array): void;
  /** All output has been sent. Called once, after {@link OutputPump.end}. */
  onEnd(): void;
}

/**
 * Moves a program's output into messages: at most 1024 bytes a read, cut by the UTF-8 rule, at the agent's pace.
 * What cannot be sent yet is left in the program's terminal, so that the program waits rather than memory grows.
 */
export class OutputPump {
  readonly #options: PumpOptions;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #isSourcePaused = false;
  #isSourceEnded = false;
  #isDone = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PumpOptions) {
    this.#options = options;
    if (options.firstReadMs > 0) this.#waitFor(options.firstReadMs);
  }

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#run();
  }

  /** The program has no more output. */
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
      const chunk = chunks.push(this.#take());
      if (chunk.length > 0) send(chunk);
      if (betweenReadsMs > 0) this.#waitFor(betweenReadsMs);
    }
    this.#steerSource();
    if (this.#isSourceEnded && this.#queuedBytes === 0 && !this.#timer && !this.#isDone) {
      const rest = chunks.end();
      if (rest.length > 0) send(rest);
      this.#isDone = true;
      this.#options.onEnd();
    }
  }

  #take(): Uint8Array {
    const head = this.#queue[0] ?? new Uint8Array(0);
    if (head.length <= readBytes) this.#queue.shift();
    else this.#queue[0] = head.subarray(readBytes);
    const taken = head.length <= readBytes ? head : head.subarray(0, readBytes);
    this.#queuedBytes -= taken.length;
    return taken;
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
