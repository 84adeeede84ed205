import type { ChannelState } from '../../ssm/channel/channel-types.ts';
import type { TerminalSize } from '../../ssm/wire/size.ts';
import { exitCode, exitCodeForSignal } from '../exit-code.ts';
import { escapeHelp } from '../help.ts';
import type { EscapeAction } from './escape-filter.ts';
import { readPipedInput } from './piped-input.ts';
import { enterRawMode } from './raw-mode.ts';
import { writeOutput } from './screen.ts';
import { ScreenModes } from './screen-modes.ts';
import type { HandlerContext, SessionHandler } from './session-handler.ts';
import { type InputSource, readTypedInput } from './typed-input.ts';

/** Where there is no terminal to ask, programs on the node still want a size. */
const sizeWithoutTerminal: TerminalSize = { cols: 80, rows: 24 };

/**
 * The agent throws input away that comes between its opening of the channel and its decision that there is no handshake
 * (protocol notes, section 4.3). Typists wait for a prompt; a pipe is made to wait for the first output as well, or
 * this long on an open channel for a program that prints nothing by itself, in ms.
 */
export const silentProgramMs = 3_000;

const interruptKey = 0x03;

/** A shell or an interactive command, between this process's terminal, or pipes, and the node's pty. */
export class TerminalHandler implements SessionHandler {
  readonly kind = 'terminal';
  readonly #context: HandlerContext;
  readonly #output: ReturnType<typeof writeOutput>;
  readonly #modes = new ScreenModes();
  readonly #closers: (() => void)[] = [];
  #input: InputSource | undefined;
  #silence: NodeJS.Timeout | undefined;
  #state: ChannelState['kind'] = 'connecting';

  constructor(context: HandlerContext) {
    this.#context = context;
    const { host, session } = context;
    this.#output = writeOutput(host.stdout, {
      pause: () => session.pauseReading(),
      resume: () => session.resumeReading(),
      // Whoever read our output has gone: as for any program in a pipe.
      onClosed: () => context.finish({ code: exitCodeForSignal('SIGPIPE'), isOursToEnd: true }),
    });
    this.#closers.push(() => this.#output.stop());
    this.#watchSize();
    if (host.stdin.isTTY) this.#startTyping();
  }

  onOutput(bytes: Uint8Array): void {
    this.#startPipe();
    this.#modes.read(bytes);
    this.#output.write(bytes);
  }

  onStdErr(bytes: Uint8Array): void {
    this.onOutput(bytes);
  }

  onExitCode(): void {}

  onFlag(): void {}

  onDrain(): void {
    this.#input?.drained();
  }

  onState(state: ChannelState): void {
    this.#state = state.kind;
    if (state.kind === 'live' && !this.#context.host.stdin.isTTY && !this.#input) {
      clearTimeout(this.#silence);
      this.#silence = setTimeout(() => this.#startPipe(), silentProgramMs);
    }
    this.#context.report(state);
  }

  /** In raw mode Ctrl-C is a key. A signal comes from elsewhere, and means this program. */
  claimsSignal(): boolean {
    return false;
  }

  /** The status of a shell is not carried by the protocol. */
  codeAtEnd(): number {
    return exitCode.ended;
  }

  async close(): Promise<void> {
    clearTimeout(this.#silence);
    this.#input?.stop();
    for (const close of this.#closers.splice(0).reverse()) close();
  }

  #watchSize(): void {
    const { host, session } = this.#context;
    const { stdout } = host;
    const tell = (): void => {
      const { cols, rows } = terminalSize(stdout);
      session.resize(cols, rows);
    };
    tell();
    if (!stdout.isTTY) return;
    stdout.on('resize', tell);
    this.#closers.push(() => stdout.off('resize', tell));
  }

  #startTyping(): void {
    const { host, voice, hasEscapes, finish } = this.#context;
    voice.attached();
    // Before the mode is set: a terminal that has just gone away says so as an error event.
    this.#input = readTypedInput({
      terminal: host.stdin,
      write: (bytes) => this.#type(bytes),
      ...(hasEscapes && { onEscape: (action: EscapeAction) => this.#onEscape(action) }),
      onHangUp: () => finish({ code: exitCodeForSignal('SIGHUP'), isOursToEnd: true }),
    });
    const leaveRawMode = enterRawMode(host.stdin, host);
    voice.screenTaken(this.#modes);
    this.#closers.push(() => {
      if (host.stdout.isTTY && this.#modes.undo !== '') host.stdout.write(this.#modes.undo);
      leaveRawMode();
      voice.screenTaken(undefined);
    });
  }

  #startPipe(): void {
    const { stdin } = this.#context.host;
    if (this.#input || stdin.isTTY) return;
    clearTimeout(this.#silence);
    this.#input = readPipedInput({
      input: stdin,
      write: (bytes) => this.#context.session.write(bytes),
    });
  }

  /** While credentials are awaited, Enter asks again and nothing is typed ahead into the shell. */
  #type(bytes: Uint8Array): boolean {
    const { session, service, hasEscapes, finish } = this.#context;
    const givesUp = !hasEscapes && bytes.includes(interruptKey);
    if (givesUp && (this.#state === 'needs-credentials' || this.#context.isLossTold())) {
      finish({ code: exitCode.lost, notice: ['The session was given up from here.'], isOursToEnd: true });
      return true;
    }
    if (this.#state !== 'needs-credentials') return session.write(bytes);
    if (bytes.includes(0x0d) || bytes.includes(0x0a)) {
      service.renew();
      session.reconnectNow();
    }
    return true;
  }

  #onEscape(action: EscapeAction): void {
    const { voice, finish } = this.#context;
    if (action === 'help') voice.tell(escapeHelp);
    else finish({ code: exitCode.ended, notice: ['The session was ended from here.'], isOursToEnd: true });
  }
}

function terminalSize(stdout: NodeJS.WriteStream): TerminalSize {
  // A terminal that does not know its own size says 0.
  const { columns, rows } = stdout.isTTY ? stdout : { columns: 0, rows: 0 };
  return columns > 0 && rows > 0 ? { cols: columns, rows } : sizeWithoutTerminal;
}
