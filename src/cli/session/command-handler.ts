import type { ChannelState } from '../../ssm/channel/channel-types.ts';
import { type EndingSignal, exitCode, exitCodeForSignal } from '../exit-code.ts';
import { writeOutput } from './screen.ts';
import type { HandlerContext, SessionHandler } from './session-handler.ts';

const interruptKey = Uint8Array.of(0x03);
const quitKey = Uint8Array.of(0x1c);

/**
 * A second Ctrl-C means this program, but not one that comes at once: a terminal signals all its programs, and a parent
 * such as npm passes on what it has got. In ms.
 */
const sameKeyMs = 500;

/** A command without a terminal: its two outputs go to ours, its exit code is ours. It reads nothing. */
export class CommandHandler implements SessionHandler {
  readonly kind = 'command';
  readonly #context: HandlerContext;
  readonly #outputs: Record<'out' | 'error', ReturnType<typeof writeOutput>>;
  readonly #full = new Set<'out' | 'error'>();
  #code: number | undefined;
  #interruptedAt: number | undefined;

  constructor(context: HandlerContext) {
    this.#context = context;
    const { host, finish } = context;
    const output = (name: 'out' | 'error', stream: NodeJS.WriteStream) =>
      writeOutput(stream, {
        pause: () => this.#setFull(name, true),
        resume: () => this.#setFull(name, false),
        onClosed: () => finish({ code: exitCodeForSignal('SIGPIPE'), isOursToEnd: true }),
      });
    this.#outputs = { out: output('out', host.stdout), error: output('error', host.stderr) };
  }

  onOutput(bytes: Uint8Array): void {
    this.#outputs.out.write(bytes);
  }

  onStdErr(bytes: Uint8Array): void {
    this.#outputs.error.write(bytes);
  }

  onExitCode(code: number): void {
    this.#code = code;
    this.#context.voice.exitCode(code);
  }

  onFlag(): void {}

  onDrain(): void {}

  onState(state: ChannelState): void {
    this.#context.report(state);
  }

  /** Ctrl-C and Ctrl-\ are for the command. The agent takes the first of them only (protocol notes, section 6.3). */
  claimsSignal(signal: EndingSignal): boolean {
    if (signal !== 'SIGINT' && signal !== 'SIGQUIT') return false;
    const now = performance.now();
    if (this.#interruptedAt !== undefined) return now - this.#interruptedAt < sameKeyMs;
    this.#interruptedAt = now;
    this.#context.session.write(signal === 'SIGINT' ? interruptKey : quitKey);
    return true;
  }

  /** Without separated output the protocol does not carry it. */
  codeAtEnd(): number {
    const code = this.#code ?? exitCode.ended;
    // The agent reports a command that a signal ended as -1.
    if (code < 0 && this.#interruptedAt !== undefined) return exitCodeForSignal('SIGINT');
    return code & 0xff;
  }

  async close(): Promise<void> {
    for (const output of Object.values(this.#outputs)) output.stop();
  }

  #setFull(name: 'out' | 'error', isFull: boolean): void {
    if (isFull) this.#full.add(name);
    else this.#full.delete(name);
    if (this.#full.size > 0) this.#context.session.pauseReading();
    else this.#context.session.resumeReading();
  }
}
