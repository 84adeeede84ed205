import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../system-clock.ts';
import { Backlog, type TunnelStore } from './backlog.ts';

/** What a local connection tells. Nothing comes after `onClosed`. */
export interface LocalEvents {
  /** Bytes of the local program; they may be kept. */
  onData(bytes: Uint8Array): void;
  /** The local program has nothing more to say. It may still listen, or be gone (see `half-close.ts`). */
  onEnd(): void;
  /** Fully closed, with the error where there was one. */
  onClosed(error: Error | undefined): void;
  /** Some of what waits has been taken. */
  onProgress(): void;
}

/** Given to the system at once; beyond it bytes stay in the backlog. */
const socketBytes = 256 * 1024;
/** A program that has been sent the end of file gets so long to close; its further input is ignored. */
const closeGraceMs = 2_000;

/**
 * A local program at the end of a tunnel: a socket, or standard input and output.
 *
 * What is delivered in one turn leaves in one write: messages bring about 1 KiB each, and a system call for each would
 * cost more than everything else. The copy that joins them also sets the blocks free in which they came.
 */
export class LocalConnection {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #isSocket: boolean;
  /** Only TCP can be reset. */
  readonly #isTcp: boolean;
  readonly #events: LocalEvents;
  readonly #clock: Clock;
  readonly #backlog: Backlog;
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  #isFlushSet = false;
  #isEnding = false;
  #hasEnded = false;
  #isClosed = false;
  #isIgnoringInput = false;
  #failure: Error | undefined;
  #cancelGrace = (): void => {};
  readonly #removeListeners: (() => void)[] = [];

  /** `input` and `output` are the same for a socket. Other streams belong to the caller and are left open. */
  constructor(input: Readable, output: Writable, store: TunnelStore, clock: Clock, events: LocalEvents) {
    this.#input = input;
    this.#output = output;
    this.#isSocket = output instanceof Socket && input === (output as unknown);
    this.#isTcp = output instanceof Socket && output.remoteAddress !== undefined;
    this.#clock = clock;
    this.#events = events;
    this.#backlog = new Backlog(
      store,
      () => this.#pump(),
      (error) => this.#fail(error),
    );
    this.#listen();
  }

  #listen(): void {
    const on = <Argument>(
      emitter: Readable | Writable,
      event: string,
      listener: (argument: Argument) => void,
    ): void => {
      emitter.on(event, listener);
      this.#removeListeners.push(() => emitter.off(event, listener));
    };
    on(this.#input, 'data', (bytes: Uint8Array | string) => {
      if (!this.#isIgnoringInput) this.#events.onData(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
    });
    on(this.#input, 'end', () => this.#inputEnded());
    on(this.#output, 'drain', () => this.#pump());
    on(this.#output, 'error', (error: Error) => {
      this.#failure ??= error;
      if (!this.#isSocket) this.#closed();
    });
    on(this.#output, 'close', () => this.#closed());
    if (this.#isSocket) return;
    on(this.#input, 'error', () => this.#inputEnded());
    on(this.#input, 'close', () => this.#inputEnded());
  }

  /** Bytes delivered and not yet taken by the system. */
  get waitingBytes(): number {
    return this.#isClosed ? 0 : this.#pieceBytes + this.#backlog.bytes + this.#output.writableLength;
  }

  /** Begins to read; also after {@link pauseInput}. */
  resumeInput(): void {
    if (!this.#isClosed) this.#input.resume();
  }

  pauseInput(): void {
    if (!this.#isClosed && !this.#isIgnoringInput) this.#input.pause();
  }

  /** Takes bytes for the local program, in order; views are copied in the same turn. Ignored once it is closed. */
  deliver(bytes: Uint8Array): void {
    if (this.#isClosed || this.#isEnding) return;
    this.#pieces.push(bytes);
    this.#pieceBytes += bytes.length;
    if (this.#isFlushSet) return;
    this.#isFlushSet = true;
    process.nextTick(() => this.#flush());
  }

  /** Nothing more will come: closes behind what has been delivered. Input is ignored from now on. */
  end(): void {
    if (this.#isClosed || this.#isEnding) return;
    this.#isEnding = true;
    this.#isIgnoringInput = true;
    this.#input.resume();
    if (!this.#isFlushSet) this.#pump();
  }

  /** Closes at once; a socket is reset, so that its program does not take a broken stream for a complete one. */
  reset(): void {
    if (this.#isClosed) return;
    if (!this.#isSocket) this.#closed();
    else if (this.#isTcp) (this.#output as Socket).resetAndDestroy();
    else this.#output.destroy();
  }

  #flush(): void {
    this.#isFlushSet = false;
    if (this.#isClosed) return;
    const bytes = Buffer.concat(this.#pieces, this.#pieceBytes);
    this.#pieces = [];
    this.#pieceBytes = 0;
    if (this.#backlog.bytes === 0 && this.#output.writableLength < socketBytes) this.#output.write(bytes);
    else this.#backlog.push(bytes);
    this.#pump();
  }

  #pump(): void {
    if (this.#isClosed) return;
    while (this.#output.writableLength < socketBytes) {
      const bytes = this.#backlog.take();
      if (bytes === undefined) break;
      this.#output.write(bytes);
    }
    if (this.#isEnding && !this.#hasEnded && this.#backlog.bytes === 0 && this.#pieceBytes === 0)
      this.#endOutput();
    this.#events.onProgress();
  }

  #endOutput(): void {
    this.#hasEnded = true;
    if (!this.#isSocket) {
      // Not ours to end; the callback comes when everything in front has been written.
      this.#output.write('', () => this.#closed());
      return;
    }
    this.#output.end(() => {
      if (this.#isClosed) return;
      this.#cancelGrace = this.#clock.setTimer(() => this.#output.destroy(), closeGraceMs);
    });
  }

  #inputEnded(): void {
    if (this.#isIgnoringInput || this.#isClosed) return;
    this.#isIgnoringInput = true;
    this.#events.onEnd();
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.reset();
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelGrace();
    this.#backlog.close();
    this.#pieces = [];
    this.#pieceBytes = 0;
    for (const remove of this.#removeListeners) remove();
    // A stream that is left open may still have an error to tell, which nobody wants to know.
    this.#output.on('error', () => {});
    if (!this.#isSocket) this.#input.pause();
    this.#events.onClosed(this.#failure);
  }
}
