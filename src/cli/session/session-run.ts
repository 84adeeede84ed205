import type { Agent } from 'node:http';
import type { TunnelSettings } from '../../aws/network/tunnel-agent.ts';
import type { ChannelEnd, ChannelState, SessionFacts } from '../../ssm/channel/channel-types.ts';
import { type LiveSession, openSession, type SessionOptions } from '../../ssm/node/open-session.ts';
import type { LocalListener } from '../../ssm/node/port/listen-locally.ts';
import type { SessionType } from '../../ssm/wire/handshake.ts';
import { withinDeadline } from '../deadline.ts';
import { exitCode, exitCodeForEnd } from '../exit-code.ts';
import { noticeOfEnd, noticeOfError, noticeOfSsmError, printable } from '../notices.ts';
import { CommandHandler } from './command-handler.ts';
import { channelAgent, explainBarredChannel } from './channel-agent.ts';
import type { Interrupts } from './interrupts.ts';
import { LostConnection } from './lost-connection.ts';
import { PortHandler } from './port-handler.ts';
import type { HandlerContext, HandlerKind, SessionHandler, SessionOutcome } from './session-handler.ts';
import type { SessionService } from './session-service.ts';
import { silentProgramMs, TerminalHandler } from './terminal-handler.ts';
import type { Voice } from './voice.ts';

export interface SessionRunOptions {
  /** The answer of StartSession. */
  session: { sessionId: string; tokenValue: string; streamUrl: string; tunnel?: TunnelSettings };
  target: string;
  /** As far as it is known beforehand. */
  sessionType: SessionType | undefined;
  handshake: 'none' | 'expected' | 'unknown';
  service: SessionService;
  host: NodeJS.Process;
  voice: Voice;
  interrupts: Interrupts;
  /** Of a tunnel, where it was opened before the session. The session closes it. */
  listener?: LocalListener | undefined;
  hasEscapes: boolean;
}

export interface FinishedSession extends SessionOutcome {
  /** Absent where it ended before it was known. */
  kind: HandlerKind | undefined;
  /** Absent where it was ended from here. */
  end: ChannelEnd | undefined;
}

/**
 * What tidying up may take in all, in ms: a program that is told to end is gone within 2 s, whatever does not answer. A service
 * that cannot be told ends the session by itself at its idle time-out.
 */
const closeDeadlineMs = 1_600;

/** As much as a port session may have under way: {@link openSession} is called before it is known to be one. */
const tunnelWindowBytes = 2 * 1024 * 1024;

/**
 * A pipe into a session of which nothing is known waits for this long for a handshake, in ms: what is given to the agent before
 * one is thrown away, and the stream of an SSH client would miss its beginning.
 */
const unknownKindMs = 10_000;

/**
 * Runs one session between this process and the node, until it ends or the process is told to, and tells the service when
 * it is we who end it. Leaves the terminal as it was found.
 */
export async function runSession(options: SessionRunOptions): Promise<FinishedSession> {
  const run = new SessionRun(options, await channelAgent(options.session.tunnel));
  let outcome: SessionOutcome | undefined;
  try {
    outcome = await Promise.race([
      run.outcome,
      options.interrupts.raised.then((code): SessionOutcome => ({ code, isOursToEnd: true })),
    ]);
    return { ...outcome, kind: run.kind, end: run.end };
  } finally {
    await withinDeadline(
      Promise.allSettled([
        run.close(),
        ...(outcome?.isOursToEnd === false ? [] : [options.service.terminate()]),
      ]),
      closeDeadlineMs,
    );
  }
}

class SessionRun {
  readonly outcome: Promise<SessionOutcome>;
  end: ChannelEnd | undefined;
  readonly #options: SessionRunOptions;
  readonly #channelOptions: SessionOptions;
  readonly #session: LiveSession;
  readonly #lost: LostConnection;
  #finish: (outcome: SessionOutcome) => void = () => {};
  #handler: SessionHandler | undefined;
  #kindTimer: NodeJS.Timeout | undefined;
  #stopAsking: () => void = () => {};
  /** Why the last try to come back failed. */
  #lossCause: unknown;

  constructor(options: SessionRunOptions, agent: Agent | undefined) {
    this.#options = options;
    const { session, target, handshake, service, voice } = options;
    this.outcome = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#lost = new LostConnection({
      lost: () => void this.#tellLoss(),
      regained: () => {
        voice.tell(['connected again']);
        voice.settled();
      },
    });
    const { tunnel: _, ...started } = session;
    this.#channelOptions = {
      ...started,
      ...(agent && { agent }),
      explainBarred: explainBarredChannel,
      target,
      handshake,
      ...(options.sessionType === 'Port' && { sendWindowBytes: tunnelWindowBytes }),
      resume: () => service.resume(),
      classifyResumeError: (error) => service.classifyResumeError(error),
      signUpgrade: (url) => service.signUpgrade(url),
      ...(service.generateDataKey && { generateDataKey: service.generateDataKey }),
      onOutput: (bytes) => this.#shell().onOutput(bytes),
      onStdErr: (bytes) => this.#shell().onStdErr(bytes),
      onExitCode: (code) => this.#handler?.onExitCode(code),
      onFlag: (flag) => this.#handler?.onFlag(flag),
      onDrain: () => this.#handler?.onDrain(),
      onEstablished: (facts) => this.#established(facts),
      onState: (state) => {
        if (this.#handler) this.#handler.onState(state);
        else this.#report(state);
      },
    };
    this.#session = openSession(this.#channelOptions);
    options.interrupts.claimWith((signal) => this.#handler?.claimsSignal(signal) ?? false);
    this.#guessHandler(options.sessionType);
  }

  get kind(): HandlerKind | undefined {
    return this.#handler?.kind;
  }

  async close(): Promise<void> {
    this.#lost.stop();
    this.#stopAsking();
    clearTimeout(this.#kindTimer);
    const handlerClosed = this.#handler?.close();
    // A tunnel first sends what is to be said to the agent.
    if (this.kind !== 'tunnel' && this.kind !== 'stream') this.#session.end();
    await handlerClosed;
    // Of a tunnel that never came to be.
    await this.#options.listener?.close();
  }

  /** Where the kind is known a shell need not wait for its first output: it may be a program that only reads. */
  #guessHandler(type: SessionType | undefined): void {
    if (type === 'Standard_Stream' || type === 'InteractiveCommands')
      this.#handler = new TerminalHandler(this.#context());
    else if (type === 'NonInteractiveCommands') this.#handler = new CommandHandler(this.#context());
  }

  #established(facts: SessionFacts): void {
    clearTimeout(this.#kindTimer);
    const { voice } = this.#options;
    const message = printable(facts.customerMessage);
    if (message !== '') voice.agentSays(message, facts.sessionType);
    switch (facts.sessionType) {
      case 'Standard_Stream':
      case 'InteractiveCommands':
        this.#shell();
        break;
      case 'NonInteractiveCommands':
        if (this.kind !== 'command') this.#replaceHandler(new CommandHandler(this.#context()));
        break;
      case 'Port':
        this.#replaceHandler(new PortHandler(this.#context(), facts));
        break;
    }
  }

  #replaceHandler(handler: SessionHandler): void {
    void this.#handler?.close();
    this.#handler = handler;
  }

  /** Whatever has no other kind is a terminal. */
  #shell(): SessionHandler {
    if (this.#handler) return this.#handler;
    clearTimeout(this.#kindTimer);
    this.#handler = new TerminalHandler(this.#context());
    return this.#handler;
  }

  #context(): HandlerContext {
    const { host, voice, service, listener, hasEscapes } = this.#options;
    return {
      session: this.#session,
      options: this.#channelOptions,
      host,
      voice,
      service,
      listener,
      hasEscapes,
      isLossTold: () => this.#lost.isTold,
      report: (state) => this.#report(state),
      finish: (outcome) => this.#finish(outcome),
    };
  }

  /** With the reason, as far as it is known by now. What words it is loaded only here. */
  async #tellLoss(): Promise<void> {
    const { voice, hasEscapes } = this.#options;
    const { channelTrouble } = await import('../../aws/network/channel-trouble.ts');
    if (!this.#lost.isTold) return;
    const trouble = channelTrouble(this.#lossCause);
    voice.tell([
      hasEscapes
        ? 'the connection was lost; reconnecting…'
        : 'the connection was lost; reconnecting… (Ctrl-C gives up)',
      ...(trouble === undefined ? [] : noticeOfError(trouble)),
    ]);
  }

  #report(state: ChannelState): void {
    this.#lossCause = state.kind === 'reconnecting' ? state.cause : undefined;
    this.#lost.stateChanged(state.kind);
    this.#stopAsking();
    switch (state.kind) {
      case 'connecting':
      case 'reconnecting':
        return;
      case 'live':
        this.#awaitKind();
        return;
      case 'needs-credentials': {
        const notice = noticeOfSsmError(state.error);
        if (this.#askAgain())
          this.#options.voice.tell([...notice, `After that, Enter tries again; ${this.#wayOut()} gives up.`]);
        else this.#finish({ code: exitCode.credentials, notice, isOursToEnd: true });
        return;
      }
      case 'ended':
        this.#ended(state.end);
    }
  }

  /**
   * Of a shell, the service's last words tell why it ended, as of a time limit; a port session that ends with words could not
   * do its work, and the agent does not mark them as an error (protocol notes, section 8.1).
   */
  #isShellLike(): boolean {
    return this.kind === 'terminal' || this.kind === 'command';
  }

  #wayOut(): string {
    return this.kind === 'terminal' && this.#options.hasEscapes ? 'Enter ~.' : 'Ctrl-C';
  }

  /** No handshake and no output: a program that only reads, and may be waiting for us. */
  #awaitKind(): void {
    if (this.#handler || this.#options.handshake !== 'unknown') return;
    const isTyped = this.#options.host.stdin.isTTY;
    clearTimeout(this.#kindTimer);
    this.#kindTimer = setTimeout(() => this.#shell(), isTyped ? silentProgramMs : unknownKindMs);
  }

  /** @returns false where there is nobody to ask */
  #askAgain(): boolean {
    const { stdin } = this.#options.host;
    if (!stdin.isTTY || this.kind === 'stream') return false;
    // The terminal's handler reads it already.
    if (this.kind === 'terminal') return true;
    const onLine = (): void => {
      this.#stopAsking();
      this.#options.service.renew();
      this.#session.reconnectNow();
    };
    stdin.once('data', onLine);
    stdin.resume();
    this.#stopAsking = () => {
      stdin.off('data', onLine);
      stdin.pause();
      this.#stopAsking = () => {};
    };
    return true;
  }

  #ended(end: ChannelEnd): void {
    this.end = end;
    const hasFailed = end.kind === 'closed' && end.message !== '' && !this.#isShellLike();
    const code = hasFailed ? exitCode.failed : exitCodeForEnd(end);
    const isQuiet = this.kind === 'command' || this.kind === 'stream';
    this.#finish({
      code: code === exitCode.ended ? (this.#handler?.codeAtEnd() ?? code) : code,
      notice: isQuiet && code === exitCode.ended ? undefined : noticeOfEnd(end),
      // The service ends what it has closed or forgotten; our own end is still to be told.
      isOursToEnd: end.kind === 'failed' || end.kind === 'ended-by-user',
    });
  }
}
