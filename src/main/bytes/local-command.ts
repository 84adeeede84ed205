import { type CommandOutput, keptOutputBytes, maxReadBytes } from '../../shared/commands.ts';
import type { LiveSession, SessionOptions } from '../../ssm/node/open-session.ts';
import { OutputRing } from './output-ring.ts';
import type { ChannelOptions, CommandBytes, CommandProgress } from './session-bytes.ts';
import { toSessionOptions } from './session-options.ts';
import type { LinkClock } from './terminal-link.ts';

/** How often progress is told at most. */
const tellEveryMs = 200;

/** Ctrl-C; the agent scans what a command is sent for this byte and does nothing else with it (protocol notes, section 6.3). */
const interruptByte = 0x03;

/** The bytes of a command in this very thread. What is not kept is gone: a command is not held back by who reads it. */
export class LocalCommand implements CommandBytes {
  readonly #openSession: (options: SessionOptions) => LiveSession;
  readonly #clock: LinkClock;
  readonly #onProgress: (progress: CommandProgress) => void;
  readonly #stdout = new OutputRing(keptOutputBytes);
  readonly #stderr = new OutputRing(keptOutputBytes);
  #channel: LiveSession | undefined;
  #hasEnded = false;
  #cancelTimer: (() => void) | undefined;
  #hasUntold = false;

  constructor(
    openSession: (options: SessionOptions) => LiveSession,
    clock: LinkClock,
    onProgress: (progress: CommandProgress) => void,
  ) {
    this.#openSession = openSession;
    this.#clock = clock;
    this.#onProgress = onProgress;
  }

  openChannel(options: ChannelOptions): void {
    this.#channel = this.#openSession({
      ...toSessionOptions(options, () => this.#ended()),
      onOutput: (bytes) => this.#arrived(this.#stdout, bytes),
      onStdErr: (bytes) => this.#arrived(this.#stderr, bytes),
      onExitCode: (code) => options.onNews({ kind: 'exit-code', code }),
      onDrain: () => {},
    });
  }

  interrupt(): void {
    if (!this.#hasEnded) this.#channel?.write(Uint8Array.of(interruptByte));
  }

  read(stdoutFrom: number, stderrFrom: number): Promise<CommandOutput> {
    return Promise.resolve({
      stdout: piece(this.#stdout, stdoutFrom),
      stderr: piece(this.#stderr, stderrFrom),
    });
  }

  reconnectNow(): void {
    if (!this.#hasEnded) this.#channel?.reconnectNow();
  }

  endChannel(): Promise<void> {
    if (!this.#hasEnded) this.#channel?.end();
    return Promise.resolve();
  }

  dispose(): void {
    void this.endChannel();
    this.#stopTimer();
  }

  #arrived(ring: OutputRing, bytes: Uint8Array): void {
    ring.append(bytes);
    this.#hasUntold = true;
    if (this.#cancelTimer === undefined) this.#tell();
  }

  #ended(): void {
    this.#hasEnded = true;
    this.#stopTimer();
    if (this.#hasUntold) this.#tell();
    this.#stopTimer();
  }

  #tell(): void {
    this.#hasUntold = false;
    this.#onProgress({ stdout: lengthOf(this.#stdout), stderr: lengthOf(this.#stderr) });
    this.#cancelTimer = this.#clock.setTimer(() => {
      this.#cancelTimer = undefined;
      if (this.#hasUntold) this.#tell();
    }, tellEveryMs);
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}

const lengthOf = (ring: OutputRing): CommandProgress['stdout'] => ({ total: ring.end, dropped: ring.start });

function piece(ring: OutputRing, asked: number): CommandOutput['stdout'] {
  const from = Math.min(Math.max(asked, ring.start), ring.end);
  return { from, bytes: ring.copy(from, Math.min(ring.end, from + maxReadBytes)), total: ring.end };
}
