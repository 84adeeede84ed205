import type { StartedSession } from '../aws/control-plane.ts';
import type { ChannelState } from '../ssm/channel/channel-types.ts';
import { type LiveSession, openSession } from '../ssm/node/open-session.ts';
import type { TerminalSize } from '../ssm/wire/size.ts';
import type { ConnectRequest } from './command-line.ts';
import type { ControlPlaneSource } from './control-plane-source.ts';
import type { EscapeAction } from './escape-filter.ts';
import { exitCode, exitCodeForEnd, exitCodeForSignal } from './exit-code.ts';
import { escapeHelp } from './help.ts';
import { type Notice, noticeOfEnd, noticeOfSsmError } from './notices.ts';
import { readPipedInput } from './piped-input.ts';
import { enterRawMode } from './raw-mode.ts';
import { noticeWriter, writeOutput } from './screen.ts';
import { type InputSource, readTypedInput } from './typed-input.ts';

export interface SessionOutcome {
  code: number;
  notice?: Notice | undefined;
  /** The session may still live at the service, which has to be told. */
  isOursToEnd: boolean;
}

export interface TerminalSessionOptions {
  session: StartedSession;
  request: ConnectRequest;
  planes: ControlPlaneSource;
  host: NodeJS.Process;
  notices: ReturnType<typeof noticeWriter>;
  /** Resolves with the exit code of a signal or a crash. */
  interrupted: Promise<number>;
}

/** Where there is no terminal to ask, programs on the node still want a size. */
const sizeWithoutTerminal: TerminalSize = { cols: 80, rows: 24 };

/**
 * The agent throws input away that comes between its opening of the channel and its decision that there is no handshake
 * (protocol notes, section 4.3). Typists wait for a prompt; a pipe is made to wait for the first output as well, or
 * this long on an open channel for a program that prints nothing by itself, in ms.
 */
const silentProgramMs = 3_000;

/** Runs one session between this process's terminal, or pipes, and the node. Leaves the terminal as it was found. */
export async function runSession(options: TerminalSessionOptions): Promise<SessionOutcome> {
  const { interrupted } = options;
  const run = new TerminalSession(options);
  try {
    run.attach();
    return await Promise.race([
      run.outcome,
      interrupted.then((code): SessionOutcome => ({ code, isOursToEnd: true })),
    ]);
  } finally {
    run.close();
  }
}

class TerminalSession {
  readonly outcome: Promise<SessionOutcome>;
  readonly #options: TerminalSessionOptions;
  readonly #session: LiveSession;
  readonly #output: ReturnType<typeof writeOutput>;
  readonly #closers: (() => void)[] = [];
  #finish: (outcome: SessionOutcome) => void = () => {};
  #input: InputSource | undefined;
  #silence: NodeJS.Timeout | undefined;
  #state: ChannelState['kind'] = 'connecting';
  /** The connection was lost and has not come back. */
  #isLost = false;

  constructor(options: TerminalSessionOptions) {
    this.#options = options;
    const { session, planes, host } = options;
    this.outcome = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#output = writeOutput(host.stdout, {
      pause: () => this.#session.pauseReading(),
      resume: () => this.#session.resumeReading(),
      // Whoever read our output has gone: as for any program in a pipe.
      onClosed: () => this.#finish({ code: exitCodeForSignal('SIGPIPE'), isOursToEnd: true }),
    });
    this.#closers.push(() => this.#output.stop());
    this.#session = openSession({
      sessionId: session.sessionId,
      tokenValue: session.tokenValue,
      streamUrl: session.streamUrl,
      size: this.#size(),
      resume: () => planes.current().resumeSession(session.sessionId),
      classifyResumeError: (error) => planes.current().classifyResumeError(error),
      signUpgrade: (url) => planes.current().signUpgrade(url),
      onOutput: (bytes) => {
        this.#startPipe();
        this.#output.write(bytes);
      },
      onState: (state) => this.#onState(state),
      onDrain: () => this.#input?.drained(),
    });
    this.#closers.push(() => this.#session.end());
  }

  /** Takes hold of the terminal. */
  attach(): void {
    this.#watchSize();
    if (this.#options.host.stdin.isTTY) this.#startTyping();
  }

  /** Idempotent. */
  close(): void {
    clearTimeout(this.#silence);
    this.#input?.stop();
    for (const close of this.#closers.splice(0).reverse()) close();
  }

  #size(): TerminalSize {
    const { stdout } = this.#options.host;
    // A terminal that does not know its own size says 0.
    const { columns, rows } = stdout.isTTY ? stdout : { columns: 0, rows: 0 };
    return columns > 0 && rows > 0 ? { cols: columns, rows } : sizeWithoutTerminal;
  }

  #watchSize(): void {
    const { stdout } = this.#options.host;
    if (!stdout.isTTY) return;
    const onResize = (): void => {
      const { cols, rows } = this.#size();
      this.#session.resize(cols, rows);
    };
    stdout.on('resize', onResize);
    this.#closers.push(() => stdout.off('resize', onResize));
  }

  #startTyping(): void {
    const { host, notices, session, request } = this.#options;
    notices.tell([
      `session ${session.sessionId} on ${request.target}; Enter ~. ends it, Enter ~? lists keys`,
    ]);
    // Before the mode is set: a terminal that has just gone away says so as an error event.
    this.#input = readTypedInput({
      terminal: host.stdin,
      write: (bytes) => this.#type(bytes),
      onEscape: (action) => this.#onEscape(action),
      onHangUp: () => this.#finish({ code: exitCodeForSignal('SIGHUP'), isOursToEnd: true }),
    });
    const leaveRawMode = enterRawMode(host.stdin, host);
    notices.setRaw(true);
    this.#closers.push(() => {
      leaveRawMode();
      notices.setRaw(false);
    });
  }

  #startPipe(): void {
    const { stdin } = this.#options.host;
    if (this.#input || stdin.isTTY) return;
    clearTimeout(this.#silence);
    this.#input = readPipedInput({ input: stdin, write: (bytes) => this.#session.write(bytes) });
  }

  /** While credentials are awaited, Enter asks again and nothing is typed ahead into the shell. */
  #type(bytes: Uint8Array): boolean {
    if (this.#state !== 'needs-credentials') return this.#session.write(bytes);
    if (bytes.includes(0x0d) || bytes.includes(0x0a)) {
      this.#options.planes.renew();
      this.#session.reconnectNow();
    }
    return true;
  }

  #onEscape(action: EscapeAction): void {
    if (action === 'help') this.#options.notices.tell(escapeHelp);
    else
      this.#finish({ code: exitCode.ended, notice: ['The session was ended from here.'], isOursToEnd: true });
  }

  #onState(state: ChannelState): void {
    const { host, notices } = this.#options;
    this.#state = state.kind;
    switch (state.kind) {
      case 'connecting':
        return;
      case 'live':
        if (this.#isLost) notices.tell(['connected again']);
        this.#isLost = false;
        if (!host.stdin.isTTY && !this.#input) {
          clearTimeout(this.#silence);
          this.#silence = setTimeout(() => this.#startPipe(), silentProgramMs);
        }
        return;
      case 'reconnecting':
        if (!this.#isLost) notices.tell(['the connection was lost; reconnecting…']);
        this.#isLost = true;
        return;
      case 'needs-credentials': {
        const notice = noticeOfSsmError(state.error);
        if (host.stdin.isTTY) notices.tell([...notice, 'After that, Enter tries again; Enter ~. gives up.']);
        else this.#finish({ code: exitCode.credentials, notice, isOursToEnd: true });
        return;
      }
      case 'ended':
        this.#finish({
          code: exitCodeForEnd(state.end),
          notice: noticeOfEnd(state.end),
          isOursToEnd: state.end.kind === 'failed',
        });
    }
  }
}
