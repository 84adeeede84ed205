import { randomBytes, randomUUID } from 'node:crypto';
import type { Agent } from 'node:http';
import { Channel, type ChannelStats } from '../channel/channel.ts';
import type {
  ChannelEffect,
  ChannelInput,
  ChannelState,
  DataKey,
  DataKeyRequest,
  SessionFacts,
} from '../channel/channel-types.ts';
import { defaultLimits } from '../channel/limits.ts';
import { nonceBytes } from '../channel/payload-cipher.ts';
import { SsmError } from '../ssm-error.ts';
import type { TerminalSize } from '../wire/size.ts';
import { defaultKeepalive, Keepalive, type KeepaliveTimes } from './keepalive.ts';
import { checkStreamUrl, isPresigned } from './stream-url.ts';
import { type Clock, systemClock } from './system-clock.ts';
import { detectWake } from './wake-detector.ts';
import { openWebSocket, type SessionSocket, type SocketEvents } from './web-socket.ts';

export interface SessionOptions {
  /** The answer of StartSession. */
  sessionId: string;
  tokenValue: string;
  streamUrl: string;
  /** UUID of this client; a new one where absent. */
  clientId?: string;
  /** Target given to StartSession, literally; part of the KMS encryption context. */
  target?: string;
  /** Of the terminal; absent where there is none. */
  size?: TerminalSize;
  /**
   * What is known from the session document. `none`: no handshake comes and input goes out at once. `expected` (Port,
   * NonInteractiveCommands, a KMS key): input is held until the handshake is complete. `unknown`, the default: input is
   * held until the first output, the end of a handshake, or 2.5 s of silence.
   */
  handshake?: 'none' | 'expected' | 'unknown';
  /**
   * Calls KMS GenerateDataKey for 64 bytes; at most once. Absent: an encrypted session ends with `kms-unavailable`. A
   * rejection ends it with `kms-denied`, or with the rejection itself where that is an {@link SsmError}.
   */
  generateDataKey?(request: DataKeyRequest): Promise<DataKey>;
  /** Calls ResumeSession. An answer with an empty token means that the session is gone. */
  resume(): Promise<{ tokenValue: string; streamUrl?: string }>;
  /** What a rejection of {@link resume} means: the session is gone, new credentials are needed, or try again. */
  classifyResumeError(error: unknown): 'gone' | 'unauthorised' | 'retry';
  /** Headers that sign the upgrade request. Absent: the upgrade is not signed, and the token alone admits the client. */
  signUpgrade?(url: string): Promise<Record<string, string>>;
  keepalive?: KeepaliveTimes;
  /** Makes the connections of `wss:`: through a proxy, with certificates of one's own. Node's own agent where absent. */
  agent?: Agent;
  /**
   * Why a connection could not be made, where trying again would not help. Asked until the first one stands: a session that
   * has lived tries for ever.
   */
  explainBarred?(error: Error): Promise<Error | undefined>;
  /**
   * How much input may be sent and not acknowledged, in bytes of its messages; 128 KiB where absent. Beyond it input waits
   * here, where its source can still stop it. At most 4 MiB for a tunnel, or the agent's multiplexer stalls all its streams.
   */
  sendWindowBytes?: number;
  /** Output in order, each byte once; a view that stays valid and keeps a block of up to 64 KiB alive. */
  onOutput(bytes: Uint8Array): void;
  /** Standard error of NonInteractiveCommands with separated output. Absent: it goes to {@link onOutput}. */
  onStdErr?(bytes: Uint8Array): void;
  /** Exit code of the remote command, at most once. */
  onExitCode?(code: number): void;
  /** Once: when the handshake is complete, or at the first output of a session without one. */
  onEstablished?(facts: SessionFacts): void;
  /** A flag of the agent's, such as `Flag.connectToPortError`. */
  onFlag?(flag: number): void;
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
  /** Sends a message of type Flag, in order behind the input given so far. */
  sendFlag(flag: number): void;
  /** Resolves once everything given so far has been acknowledged, or when the session has ended. Never rejects. */
  flushed(): Promise<void>;
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
  #wasConnected = false;
  #timerAt = Number.POSITIVE_INFINITY;
  #cancelTimer: () => void = () => {};
  /** Effects that wait behind the one being carried out, since a callback may call back. */
  #effects: ChannelEffect[] = [];
  #isRunning = false;
  #hasEnded = false;
  #flushCount = 0;
  /** What {@link flushed} promised, by the number of the question. */
  readonly #flushes = new Map<number, () => void>();

  constructor(options: SessionOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#channel = new Channel({
      tokenValue: options.tokenValue,
      streamUrl: options.streamUrl,
      clientId: options.clientId ?? randomUUID(),
      ...(options.size === undefined ? {} : { size: options.size }),
      sessionId: options.sessionId,
      ...(options.target === undefined ? {} : { target: options.target }),
      handshake: options.handshake ?? 'unknown',
      limits: { ...defaultLimits, outgoingBytes: options.sendWindowBytes ?? defaultLimits.outgoingBytes },
      newMessageId: randomUUID,
      newNonce: () => randomBytes(nonceBytes),
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

  sendFlag(flag: number): void {
    this.#give({ kind: 'send-flag', flag });
  }

  async flushed(): Promise<void> {
    if (this.#hasEnded) return;
    this.#flushCount += 1;
    const id = this.#flushCount;
    const answered = new Promise<void>((resolve) => this.#flushes.set(id, resolve));
    this.#give({ kind: 'flush', id });
    await answered;
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
    const { waitingSince, ...stats } = this.#channel.stats;
    // Who does not read hears no acknowledge.
    const isTold = waitingSince !== undefined && !this.#isReadingPaused;
    return { sessionId: this.#options.sessionId, ...stats, ...(isTold && { waitingSince }) };
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
      case 'await-socket':
        if (this.#socket?.isFull === false)
          this.#give({ kind: 'socket-drained', connection: this.#socketConnection });
        break;
      case 'deliver-stderr':
        (this.#options.onStdErr ?? this.#options.onOutput).call(this.#options, effect.bytes);
        break;
      case 'exit-code':
        this.#options.onExitCode?.(effect.code);
        break;
      case 'flag':
        this.#options.onFlag?.(effect.flag);
        break;
      case 'established':
        this.#options.onEstablished?.(effect.facts);
        break;
      case 'generate-data-key':
        void this.#askForKey(effect.request);
        break;
      case 'flushed':
        this.#flushes.get(effect.id)?.();
        this.#flushes.delete(effect.id);
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
    } catch (cause) {
      this.#give({ kind: 'socket-closed', connection, cause });
    }
  }

  #connect(connection: number, url: string, headers: Record<string, string>): void {
    const { agent } = this.#options;
    const events: SocketEvents = {
      onOpened: () => {
        this.#wasConnected = true;
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
      onClosed: (error) => {
        this.#closeSocket();
        if (error === undefined || this.#wasConnected || this.#options.explainBarred === undefined)
          this.#give({ kind: 'socket-closed', connection, ...(error && { cause: error }) });
        else void this.#neverOpened(connection, error);
      },
      onFull: () => this.#give({ kind: 'socket-full', connection }),
      onDrained: () => this.#give({ kind: 'socket-drained', connection }),
    };
    const socket = openWebSocket(url, { headers, ...(agent && { agent }) }, events);
    this.#socket = socket;
  }

  async #neverOpened(connection: number, error: Error): Promise<void> {
    const cause = await this.#options.explainBarred?.(error).catch(() => undefined);
    const message = 'The connection to the session cannot be made.';
    if (cause === undefined) this.#give({ kind: 'socket-closed', connection, cause: error });
    else if (!this.#hasEnded)
      this.#give({ kind: 'fail', error: new SsmError('connection-barred', message, cause) });
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

  async #askForKey(request: DataKeyRequest): Promise<void> {
    let input: ChannelInput;
    try {
      if (this.#options.generateDataKey === undefined) {
        throw new SsmError(
          'kms-unavailable',
          'The session is encrypted, and there is no access to KMS here.',
        );
      }
      input = { kind: 'data-key', key: await this.#options.generateDataKey(request) };
    } catch (cause) {
      const error =
        cause instanceof SsmError
          ? cause
          : new SsmError('kms-denied', 'KMS gave no data key for this encrypted session.', cause);
      input = { kind: 'data-key-failed', error };
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
    this.#hasEnded = true;
    for (const resolve of this.#flushes.values()) resolve();
    this.#flushes.clear();
    this.#closeSocket();
    this.#cancelTimer();
    this.#stopWakeDetector();
  }
}
