import { type IPty, spawn } from 'node-pty';
import { EndMarker } from './end-marker.ts';
import { PtyInput } from './pty-input.ts';
import { closeMaster, keepOpenAfterExit, masterDescriptor, slavePath } from './pty-private.ts';
import type { Environment } from './shell-environment.ts';
import { processesOfSession, signalAll } from './session-processes.ts';

/**
 * A program on a new pty whose output is delivered to the last byte, however much of it is unread when the program
 * exits and however long the reader pauses.
 *
 * node-pty alone loses the tail: 200 ms after the exit it closes the terminal, and an end of file drops what the
 * kernel still holds. Here the terminal stays open after the exit (pty-private), {@link EndMarker} tells when all has
 * been read, and only then it is closed. Reading may therefore stay paused at any time, also after the exit; nothing
 * has to be read early in order not to be lost.
 */
export interface PtyProcess {
  readonly pid: number;
  /** Bytes written but not yet taken by the terminal. */
  readonly queuedInputBytes: number;
  write(bytes: Uint8Array): void;
  /** Sizes are 16-bit numbers; larger ones are cut off, as in the agent. */
  resize(cols: number, rows: number): void;
  pause(): void;
  resume(): void;
  /** Hangs up; what is still there after the deadline is killed. Resolves when no process of the session is left. */
  kill(): Promise<void>;
}

export interface PtyHandlers {
  onOutput(bytes: Uint8Array): void;
  /** The terminal took input that had been queued. */
  onInputDrain(): void;
  /** The program has exited and all of its output has been delivered, or it was killed. Called once. */
  onEnd(): void;
}

export interface PtyOptions {
  file: string;
  args: readonly string[];
  cwd: string;
  environment: Environment;
}

/** How often the marker's writing is tried again while the terminal is full or stopped, milliseconds. */
const markerRetryMs = 25;
/** Without a marker: this long without output after the exit counts as the end, milliseconds. */
const silenceMs = 200;
/** From hang-up to kill, milliseconds. */
const hangUpGraceMs = 500;
const killPollMs = 20;

/** The kernel keeps 16 bits, and node-pty refuses 0; with this added, 0 means 0. */
const sizeModulus = 65_536;

/** Throws when the program cannot be started. */
export function startPtyProcess(options: PtyOptions, handlers: PtyHandlers): PtyProcess {
  const pty = spawn(options.file, [...options.args], {
    name: 'xterm-256color',
    cwd: options.cwd,
    env: options.environment,
    encoding: null,
    ...initialSize(),
  });
  return new DrainedPty(pty, handlers);
}

/** 0 by 0 until a Size message comes (protocol notes, section 10; 200 by 60 on Windows). */
function initialSize(): { cols: number; rows: number } {
  return process.platform === 'win32' ? { cols: 200, rows: 60 } : { cols: sizeModulus, rows: sizeModulus };
}

class DrainedPty implements PtyProcess {
  readonly #pty: IPty;
  readonly #handlers: PtyHandlers;
  readonly #marker: EndMarker;
  readonly #input: PtyInput | undefined;
  readonly #staysOpen: boolean;
  #state: 'running' | 'draining' | 'ended' = 'running';
  #isPaused = false;
  #isMarkerWritten = false;
  #lastOutputAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #killed: Promise<void> | undefined;

  constructor(pty: IPty, handlers: PtyHandlers) {
    this.#pty = pty;
    this.#handlers = handlers;
    this.#marker = new EndMarker(slavePath(pty));
    this.#staysOpen = keepOpenAfterExit(pty);
    const descriptor = masterDescriptor(pty);
    this.#input =
      descriptor === undefined ? undefined : new PtyInput(descriptor, () => handlers.onInputDrain());
    // With encoding null the data are Buffers, whatever the declared type says.
    pty.onData((data) => this.#onData(data as unknown as Buffer));
    pty.onExit(() => this.#onExit());
  }

  get pid(): number {
    return this.#pty.pid;
  }

  get queuedInputBytes(): number {
    return this.#input?.queuedBytes ?? 0;
  }

  write(bytes: Uint8Array): void {
    if (this.#state !== 'running') return;
    if (this.#input) this.#input.write(bytes);
    else this.#pty.write(Buffer.from(bytes));
  }

  resize(cols: number, rows: number): void {
    if (this.#state !== 'running') return;
    try {
      this.#pty.resize(cols % sizeModulus || sizeModulus, rows % sizeModulus || sizeModulus);
    } catch {
      // The program is exiting; nobody is left to care about the size.
    }
  }

  pause(): void {
    this.#isPaused = true;
    if (this.#state !== 'ended') this.#pty.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#lastOutputAt = performance.now();
    if (this.#state !== 'ended') this.#pty.resume();
  }

  kill(): Promise<void> {
    this.#killed ??= this.#hangUp();
    return this.#killed;
  }

  async #hangUp(): Promise<void> {
    if (this.#state !== 'running') return this.#end();
    const pid = this.#pty.pid;
    signalAll([pid], process.platform === 'win32' ? 'SIGTERM' : 'SIGHUP');
    this.#end();
    const deadline = performance.now() + hangUpGraceMs;
    for (let left = processesOfSession(pid); left.length > 0; left = processesOfSession(pid)) {
      if (process.platform !== 'linux' || performance.now() > deadline) {
        signalAll(left, 'SIGKILL');
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, killPollMs));
    }
  }

  #onData(bytes: Uint8Array): void {
    if (this.#state === 'ended') return;
    this.#lastOutputAt = performance.now();
    if (this.#state === 'running') return this.#handlers.onOutput(bytes);
    const { output, isEnd } = this.#marker.filter(bytes);
    if (output.length > 0) this.#handlers.onOutput(output);
    if (isEnd) this.#end();
    else if (!this.#isMarkerWritten) this.#tryMarker();
  }

  #onExit(): void {
    if (this.#state !== 'running') return;
    this.#state = 'draining';
    this.#lastOutputAt = performance.now();
    this.#input?.close();
    if (!this.#staysOpen) return this.#end();
    this.#tryMarker();
  }

  /** A full terminal takes the marker bit by bit, between reads; a stopped one (Ctrl-S) may never take it. */
  #tryMarker(): void {
    clearTimeout(this.#timer);
    if (this.#state !== 'draining') return;
    if (this.#marker.isPossible) this.#isMarkerWritten = this.#marker.write();
    const isSilent = !this.#isPaused && performance.now() - this.#lastOutputAt > silenceMs;
    if (!this.#isMarkerWritten && isSilent) return this.#end();
    if (!this.#isMarkerWritten) this.#timer = setTimeout(() => this.#tryMarker(), markerRetryMs);
  }

  #end(): void {
    if (this.#state === 'ended') return;
    const held = this.#marker.takeHeld();
    if (this.#state === 'draining' && held.length > 0) this.#handlers.onOutput(held);
    this.#state = 'ended';
    clearTimeout(this.#timer);
    this.#input?.close();
    this.#marker.close();
    closeMaster(this.#pty);
    this.#handlers.onEnd();
  }
}
