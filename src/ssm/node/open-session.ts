import { randomUUID } from 'node:crypto';
import { Channel, type ChannelStats } from '../channel/channel.ts';
import type { ChannelEffect, ChannelInput, ChannelState } from '../channel/channel-types.ts';
import { SsmError } from '../ssm-error.ts';
import type { TerminalSize } from '../wire/size.ts';
import { defaultKeepalive, Keepalive, type KeepaliveTimes } from './keepalive.ts';
import { checkStreamUrl, isPresigned } from './stream-url.ts';
import { type Clock, systemClock } from './system-clock.ts';
import { detectWake } from './wake-detector.ts';
import { openWebSocket, type SessionSocket } from './web-socket.ts';

export interface SessionOptions {
  /** The answer of StartSession. */
  sessionId: string;
  tokenValue: string;
  streamUrl: string;
  /** UUID of this client; a new one where absent. */
  clientId?: string;
  /** Of the terminal; absent where there is none. */
  size?: TerminalSize;
  /** Calls ResumeSession. An answer with an empty token means that the session is gone. */
  resume(): Promise<{ tokenValue: string; streamUrl?: string }>;
  /** What a rejection of {@link resume} means: the session is gone, new credentials are needed, or try again. */
  classifyResumeError(error: unknown): 'gone' | 'unauthorised' | 'retry';
  /** Headers that sign the upgrade request. Absent: the upgrade is not signed, and the token alone admits the client. */
  signUpgrade?(url: string): Promise<Record<string, string>>;
  keepalive?: KeepaliveTimes;
  /** Output in order, each byte once; a view that stays valid and keeps a block of up to 64 KiB alive. */
  onOutput(bytes: Uint8Array): void;
  onState(state: ChannelState): void;
  /** Input is welcome again after `write` said false. */
  onDrain(): void;
}

export interface SessionStats extends ChannelStats {
  sessionId: string;
}

export interface LiveSession {
  /** Sends input. All of it is taken; false asks to give no more until `onDrain`. Ignored once the session has ended. */
  write(bytes: Uint8Array): boolean;
  resize(cols: number, rows: number): void;
  /** Stops reading from the socket, which makes the gateway stop in turn; up to a block of output may still come. */
  pauseReading(): void;
  resumeReading(): void;
  /** The network is up, the computer is awake or there are new credentials: find out now whether the session lives. */
  reconnectNow(): void;
  /** Leaves the session: `ended-by-user`. Telling the service (TerminateSession) is the caller's. Idempotent. */
  end(): void;
  stats(): SessionStats;
}

/**
 * Opens the data channel of a session that StartSession has begun, and keeps it open over as many connections as it takes.
 *
 * Errors come as states, never as exceptions. Nothing is told before this has returned, and when the state `ended` is told,
 * no socket, timer or listener is left.
 */
export function openSession(options: SessionOptions, clock: Clock = systemClock): LiveSession {
  return new Driver(options, clock);
}

/** Owns the socket and the timer of one channel, and does what its effects ask. */
class Driver implements LiveSession {
  readonly #options: SessionOptions;
  readonly #clock: Clock;
  readonly #channel: Channel;
  readonly #stopWakeDetector: () => void;
  #socket: SessionSocket | undefined;
  /** The connection that the socket, or the request for its headers, belongs to. */
  #socketConnection = 0;
  #keepalive: Keepalive | undefined;
  #isReadingPaused = false;
  #timerAt = Number.POSITIVE_INFINITY;
  #cancelTimer: () => void = () => {};
  /** Effects that wait behind the one being carried out, since a callback may call back. */
  #effects: ChannelEffect[] = [];
  #isRunning = false;

  constructor(options: SessionOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#channel = new Channel({
      tokenValue: options.tokenValue,
      streamUrl: options.streamUrl,
      clientId: options.clientId ?? randomUUID(),
      ...(options.size === undefined ? {} : { size: options.size }),
      newMessageId: randomUUID,
      random: Math.random,
    });
    this.#stopWakeDetector = detectWake(clock, () => this.reconnectNow());
    queueMicrotask(() => this.#give({ kind: 'start' }));
  }

  write(bytes: Uint8Array): boolean {
    this.#give({ kind: 'write', bytes });
    return this.#channel.acceptsInput;
  }

  resize(cols: number, rows: number): void {
    this.#give({ kind: 'resize', size: { cols, rows } });
  }

  pauseReading(): void {
    this.#isReadingPaused = true;
    this.#socket?.pauseReading();
    this.#keepalive?.readingPaused();
  }

  resumeReading(): void {
    this.#isReadingPaused = false;
    this.#socket?.resumeReading();
    this.#keepalive?.readingResumed();
  }

  reconnectNow(): void {
    this.#keepalive?.probe();
    this.#give({ kind: 'reconnect-now' });
  }

  end(): void {
    this.#give({ kind: 'end' });
  }

  stats(): SessionStats {
    return { sessionId: this.#options.sessionId, ...this.#channel.stats };
  }

  #give(input: ChannelInput): void {
    const effects = this.#channel.handle(input, this.#clock.now());
    if (effects.length > 0) this.#run(effects);
    this.#armTimer();
  }

  #run(effects: ChannelEffect[]): void {
    if (this.#isRunning) {
      this.#effects.push(...effects);
      return;
    }
    this.#isRunning = true;
    this.#effects = effects;
    let next = 0;
    try {
      // The list grows while callbacks give further inputs.
      while (next < this.#effects.length) {
        next += 1;
        this.#carryOut(this.#effects[next - 1] as ChannelEffect);
      }
    } finally {
      // A callback that throws is the caller's affair; the effects behind it are still ours.
      const rest = next < this.#effects.length ? this.#effects.slice(next) : [];
      this.#effects = [];
      this.#isRunning = false;
      if (rest.length > 0) this.#run(rest);
    }
  }

  #carryOut(effect: ChannelEffect): void {
    switch (effect.kind) {
      case 'send':
        this.#socket?.send(effect.bytes);
        break;
      case 'deliver':
        this.#options.onOutput(effect.bytes);
        break;
      case 'send-text':
        this.#socket?.sendText(effect.text);
        break;
      case 'open-socket':
        this.#socketConnection = effect.connection;
        void this.#openSocket(effect.connection, effect.url);
        break;
      case 'close-socket':
        this.#closeSocket();
        break;
      case 'request-resume':
        void this.#resume(effect.connection);
        break;
      case 'state':
        if (effect.state.kind === 'ended') this.#release();
        this.#options.onState(effect.state);
        break;
      case 'drain':
        this.#options.onDrain();
        break;
    }
  }

  /** Never rejects: a connection that cannot be opened is a connection that has closed. */
  async #openSocket(connection: number, url: string): Promise<void> {
    try {
      checkStreamUrl(url);
    } catch (error) {
      if (!(error instanceof SsmError)) throw error;
      this.#give({ kind: 'fail', error });
      return;
    }
    try {
      const headers = (isPresigned(url) ? undefined : await this.#options.signUpgrade?.(url)) ?? {};
      if (this.#socketConnection === connection) this.#connect(connection, url, headers);
    } catch {
      this.#give({ kind: 'socket-closed', connection });
    }
  }

  #connect(connection: number, url: string, headers: Record<string, string>): void {
    const socket = openWebSocket(url, headers, {
      onOpened: () => {
        this.#keepalive = new Keepalive(
          this.#clock,
          this.#options.keepalive ?? defaultKeepalive,
          () => socket.ping(),
          () => {
            this.#closeSocket();
            this.#give({ kind: 'socket-closed', connection });
          },
        );
        if (this.#isReadingPaused) this.pauseReading();
        this.#give({ kind: 'socket-opened', connection });
      },
      onFrame: (bytes) => {
        this.#keepalive?.heard();
        this.#give({ kind: 'frame', connection, bytes });
      },
      onPong: () => this.#keepalive?.heard(),
      onClosed: () => {
        this.#closeSocket();
        this.#give({ kind: 'socket-closed', connection });
      },
      onFull: () => this.#give({ kind: 'socket-full', connection }),
      onDrained: () => this.#give({ kind: 'socket-drained', connection }),
    });
    this.#socket = socket;
  }

  #closeSocket(): void {
    this.#socketConnection = 0;
    this.#keepalive?.stop();
    this.#keepalive = undefined;
    this.#socket?.drop();
    this.#socket = undefined;
  }

  async #resume(connection: number): Promise<void> {
    let input: ChannelInput;
    try {
      const { tokenValue, streamUrl } = await this.#options.resume();
      input = { kind: 'resumed', connection, tokenValue, ...(streamUrl === undefined ? {} : { streamUrl }) };
    } catch (cause) {
      input = { kind: 'resume-failed', connection, reason: this.#options.classifyResumeError(cause), cause };
    }
    this.#give(input);
  }

  /** Moves the one timer only when it has to fire earlier; a timer that fires early finds nothing to do and is set anew. */
  #armTimer(): void {
    const at = this.#channel.nextTimerAt();
    if (at === undefined || at >= this.#timerAt) return;
    this.#cancelTimer();
    this.#timerAt = at;
    this.#cancelTimer = this.#clock.setTimer(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#give({ kind: 'timer' });
    }, at - this.#clock.now());
  }

  #release(): void {
    this.#closeSocket();
    this.#cancelTimer();
    this.#stopWakeDetector();
  }
}
