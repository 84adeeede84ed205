import { randomUUID } from 'node:crypto';
import { PayloadType } from '../../ssm/wire/payload-type.ts';
import type { SessionRecord } from '../session-record.ts';
import { AgentChannel, type AgentEffect } from './agent-channel.ts';
import { EchoClock } from './echo-clock.ts';
import { OutputPump } from './output-pump.ts';
import { waitsOf } from './pace.ts';
import { type PtyProcess, startPtyProcess } from './pty-process.ts';
import type { AgentEnd, AgentLink, AgentOptions, AgentSession, AgentStats } from './session-kind.ts';
import { shellEnvironment } from './shell-environment.ts';
import { Utf8Chunks } from './utf8-chunks.ts';

/**
 * Input that the terminal has not taken at which the agent is "not ready": it acknowledges no more until the
 * program reads, and the client keeps what it has. Bytes.
 */
const inputHighWaterBytes = 1024 * 1024;

/** How long the agent waits for acknowledgements before it goes on ending, milliseconds (protocol notes, 4.6). */
const drainMs = 2000;

/** Prefix of errors that the agent records as the session's outcome (section 8.1). */
const errorPrefix = '\n----------ERROR-------\n';

/** A Standard_Stream session: a shell on a pty (protocol notes, section 10), started at once and without handshake. */
export function startShellSession(
  record: SessionRecord,
  link: AgentLink,
  options: AgentOptions,
): AgentSession {
  return new ShellSession(record, link, options);
}

class ShellSession implements AgentSession {
  readonly #record: SessionRecord;
  readonly #link: AgentLink;
  readonly #channel = new AgentChannel({ newId: randomUUID });
  readonly #echo = new EchoClock();
  readonly #windowMessages: number;
  readonly #tickMs: number;
  #ticker: NodeJS.Timeout | undefined;
  readonly #pump: OutputPump;
  readonly #timers = new Set<NodeJS.Timeout>();
  #program: PtyProcess | undefined;
  #isOver = false;
  #bytesUp = 0;
  #bytesDown = 0;
  #onDrained: (() => void) | undefined;

  constructor(record: SessionRecord, link: AgentLink, options: AgentOptions) {
    const waits = waitsOf[options.pace];
    this.#record = record;
    this.#link = link;
    this.#windowMessages = options.windowMessages ?? waits.windowMessages;
    this.#pump = new OutputPump({
      firstReadMs: waits.firstReadMs,
      betweenReadsMs: waits.betweenReadsMs,
      chunks: new Utf8Chunks(options.quirks),
      source: { pause: () => this.#program?.pause(), resume: () => this.#program?.resume() },
      maySend: () => this.#maySend(),
      send: (chunk) => this.#sendOutput(chunk),
      onEnd: () => this.#onOutputEnd(),
    });
    this.#tickMs = waits.tickMs;
    this.#run(this.#channel.sendState('Connected', record.id, clock()));
    this.#start(waits.startFailureMs);
  }

  get stats(): AgentStats {
    return {
      unacknowledged: this.#channel.unacknowledged,
      resends: this.#channel.resends,
      bytesUp: this.#bytesUp,
      bytesDown: this.#bytesDown,
      echoMs: this.#echo.samples,
    };
  }

  receive(frame: Uint8Array): void {
    if (this.#isOver) return;
    this.#run(this.#channel.receive(frame, clock()));
    if (this.#channel.unacknowledged === 0) this.#onDrained?.();
    this.#pump.wake();
  }

  onLinkDrain(): void {
    this.#pump.wake();
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#program?.kill();
  }

  #start(failureWaitMs: number): void {
    try {
      this.#program = startPtyProcess(
        {
          file: this.#record.node.shell,
          args: [],
          cwd: process.cwd(),
          environment: shellEnvironment(process.env),
        },
        {
          onOutput: (bytes) => {
            this.#echo.onRead(performance.now());
            this.#pump.push(bytes);
          },
          onInputDrain: () => this.#steerInput(),
          onEnd: () => this.#pump.end(),
        },
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      const output = `${errorPrefix}Unable to start command: ${reason}\n`;
      this.#after(failureWaitMs, () => this.#finish({ status: 'Failed', output }));
      return;
    }
    const profile = shellProfile(this.#record);
    if (profile !== '') this.#program.write(Buffer.from(`${profile}\n`));
  }

  #run(effects: readonly AgentEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'transmit':
          this.#link.send(effect.frame);
          break;
        case 'input':
          this.#bytesUp += effect.payload.length;
          this.#echo.onWrite(performance.now());
          this.#program?.write(effect.payload);
          this.#steerInput();
          break;
        case 'resize':
          this.#program?.resize(effect.cols, effect.rows);
          break;
        case 'cancel':
          this.#cancel();
          return;
      }
    }
  }

  #steerInput(): void {
    const isReady = (this.#program?.queuedInputBytes ?? 0) < inputHighWaterBytes;
    this.#run(this.#channel.setReady(isReady));
  }

  #maySend(): boolean {
    return (
      !this.#channel.isPaused &&
      this.#channel.unacknowledged < this.#windowMessages &&
      !this.#link.isCongested()
    );
  }

  #sendOutput(chunk: Uint8Array): void {
    this.#bytesDown += chunk.length;
    this.#run(this.#channel.send(PayloadType.output, chunk, clock()));
    this.#ticker ??= setTimeout(() => this.#tick(), this.#tickMs);
  }

  /** The resend timer runs only while something may have to be resent. */
  #tick(): void {
    this.#run(this.#channel.tick(clock()));
    const goesOn = this.#channel.unacknowledged > 0 && !this.#isOver;
    this.#ticker = goesOn ? setTimeout(() => this.#tick(), this.#tickMs) : undefined;
  }

  /** The end of a shell is a success whatever its exit status. */
  #onOutputEnd(): void {
    this.#drain(() => {
      this.#run(this.#channel.sendState('Terminating', this.#record.id, clock()));
      this.#drain(() => this.#finish({ status: 'Success', output: '' }));
    });
  }

  /** Waits until everything sent has been acknowledged, or for as long as the agent has patience. */
  #drain(next: () => void): void {
    let isDone = false;
    const proceed = () => {
      if (isDone || this.#isOver) return;
      isDone = true;
      this.#onDrained = undefined;
      next();
    };
    if (this.#channel.unacknowledged === 0) return proceed();
    this.#onDrained = proceed;
    this.#after(drainMs, proceed);
  }

  /** The service says the session is over: no Terminating, no drain. */
  #cancel(): void {
    this.#stop();
    this.#program?.kill().catch(() => undefined);
    this.#link.onEnd({ status: 'Success', output: '' });
  }

  #finish(end: AgentEnd): void {
    if (this.#isOver) return;
    this.#stop();
    this.#link.onEnd(end);
  }

  #stop(): void {
    this.#isOver = true;
    this.#pump.stop();
    clearTimeout(this.#ticker);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #after(milliseconds: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, milliseconds);
    this.#timers.add(timer);
  }
}

/** Lines that the document types into the shell at the start; macOS uses the Linux ones. */
function shellProfile(record: SessionRecord): string {
  const profile = record.document.content.inputs?.['shellProfile'];
  if (typeof profile !== 'object' || profile === null) return '';
  const lines: unknown = (profile as Record<string, unknown>)[
    process.platform === 'win32' ? 'windows' : 'linux'
  ];
  return typeof lines === 'string' ? lines : '';
}

/** Epoch milliseconds that never step back, fit for dates and for round-trip times alike. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}
