import { inputWindowBytes, type ToMain } from '../../shared/terminal-port.ts';
import { InputRoad } from './input-road.ts';
import { OutputRoad } from './output-road.ts';
import type { PagePort } from './session-bytes.ts';

/**
 * The page is told of accepted bytes in lots: a message for each key would wake main and the page before the key's echo.
 * A fraction of the window, so that a page with a full one is always told of some.
 */
const acceptedLotBytes = inputWindowBytes / 8;

/** The session's side: its data channel, whichever is the current one. */
export interface TerminalSource {
  /** False asks to give no more until {@link TerminalLink.inputWelcome}. */
  write(bytes: Uint8Array): boolean;
  resize(cols: number, rows: number): void;
  pauseReading(): void;
  resumeReading(): void;
}

/** Milliseconds of a monotonic clock, and its one-shot timer. */
export interface LinkClock {
  now(): number;
  setTimer(run: () => void, delayMs: number): () => void;
}

export const monotonicClock: LinkClock = {
  now: () => performance.now(),
  setTimer: (run, delayMs) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * Joins one session's data channel to the terminal that shows it. Outlives both: the page may reload and attach again, and
 * the session may be started anew.
 */
export class TerminalLink {
  readonly #source: TerminalSource;
  readonly #clock: LinkClock;
  readonly #output: OutputRoad;
  readonly #input: InputRoad;
  /** Accepted from the attached page, and not yet told. */
  #untold = 0;
  #port: PagePort | undefined;
  #cancelTimer: () => void = () => {};

  constructor(source: TerminalSource, clock: LinkClock) {
    this.#source = source;
    this.#clock = clock;
    this.#output = new OutputRoad({
      post: (bytes) => this.#port?.post(bytes),
      postReplayCut: () => this.#port?.post({ kind: 'replay-cut' }),
      pauseReading: () => source.pauseReading(),
      resumeReading: () => source.resumeReading(),
      setTimer: (delayMs) => {
        this.#cancelTimer = clock.setTimer(() => this.#output.timerFired(clock.now()), delayMs);
      },
    });
    this.#input = new InputRoad({
      write: (bytes) => source.write(bytes),
      postAccepted: (byteCount) => this.#accepted(byteCount),
    });
  }

  /** From now on this port, and no earlier one, carries the session's bytes. */
  attach(port: PagePort): void {
    this.#letGo();
    this.#port = port;
    this.#output.attach(this.#clock.now());
  }

  /** What came over `port`. The page may be wrong: what makes no sense is left out. */
  receive(port: PagePort, message: unknown): void {
    if (port !== this.#port || !isToMain(message)) return;
    switch (message.kind) {
      case 'input':
        if (this.#output.isReplaying) this.#accepted(message.bytes.length);
        else if (!this.#input.input(message.bytes)) this.#letGo();
        break;
      case 'consumed':
        this.#output.consumed(message.byteCount, this.#clock.now());
        break;
      case 'size':
        this.#source.resize(message.cols, message.rows);
        break;
    }
  }

  /** The port was closed at the other end. */
  portClosed(port: PagePort): void {
    if (port === this.#port) this.#letGo();
  }

  receiveOutput(bytes: Uint8Array): void {
    this.#output.output(bytes, this.#clock.now());
  }

  /** A session is being started. */
  channelAwaited(): void {
    this.#input.awaitChannel();
  }

  /** A data channel has been opened: it reads, and takes input. */
  channelOpened(): void {
    this.#output.channelReplaced();
    this.#input.open();
  }

  /** The channel takes input again. */
  inputWelcome(): void {
    this.#input.open();
  }

  /** The session has ended; all of its output is sent before this returns. */
  channelEnded(): void {
    this.#output.finish(this.#clock.now());
    this.#input.end();
  }

  dispose(): void {
    this.#letGo();
    this.#cancelTimer();
  }

  #accepted(byteCount: number): void {
    this.#untold += byteCount;
    if (this.#untold < acceptedLotBytes) return;
    this.#port?.post({ kind: 'accepted', byteCount: this.#untold });
    this.#untold = 0;
  }

  #letGo(): void {
    if (this.#port === undefined) return;
    this.#untold = 0;
    this.#port.close();
    this.#port = undefined;
    this.#input.pageGone();
    this.#output.detach();
  }
}

/** By hand: this stands in the way of every key and every piece of output. */
function isToMain(message: unknown): message is ToMain {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  switch (message.kind) {
    case 'input':
      return 'bytes' in message && message.bytes instanceof Uint8Array;
    case 'consumed':
      return 'byteCount' in message && isCount(message.byteCount);
    case 'size':
      return 'cols' in message && 'rows' in message && isCells(message.cols) && isCells(message.rows);
    default:
      return false;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** The bounds of a size on the wire. */
function isCells(value: unknown): value is number {
  return isCount(value) && value >= 1 && value <= 65_535;
}
