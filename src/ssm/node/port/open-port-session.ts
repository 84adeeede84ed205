import { Socket } from 'node:net';
import type { ChannelEnd, ChannelState, SessionFacts } from '../../channel/channel-types.ts';
import { disablesKeepalive, understandsTerminateFlag } from '../../channel/version-gates.ts';
import { listenerQuiet, streamQuiet } from '../../port/half-close.ts';
import { defaultPortLimits, type PortLimits, shouldPauseReading } from '../../port/reading-policy.ts';
import { choosePortVariant, type PortVariant } from '../../port/variant.ts';
import { SsmError } from '../../ssm-error.ts';
import { Flag } from '../../wire/flag.ts';
import { type LiveSession, openSession, type SessionOptions } from '../open-session.ts';
import { type Clock, systemClock } from '../system-clock.ts';
import { makeTunnelStore, type TunnelStore } from './backlog.ts';
import { ConnectionBook } from './connection-book.ts';
import { HalfClosedWatch } from './half-closed-watch.ts';
import { MultiplexedPort } from './multiplexed-port.ts';
import { OneConnectionPort } from './one-connection-port.ts';
import type { LocalEnd } from './port-connection.ts';
import type { PortContext, PortDriver } from './port-driver.ts';
import type { PortSession, PortSessionOptions, PortSide, PortStats } from './port-types.ts';

export type { ConnectionNews, PortSession, PortSessionOptions, PortStats } from './port-types.ts';

/** What the agent gets to acknowledge the end. */
const endTimeoutMs = 2_000;
/** After the session's end a local program that takes nothing for so long is cut off from the rest. */
const lastBytesTimeoutMs = 5_000;
/** Below the 4 MiB that the agent's multiplexer takes; enough for 20 MB/s at a round trip of 100 ms. */
const sendWindowBytes = 2 * 1024 * 1024;
/** As the official library sends them. */
const keepaliveMs = 10_000;

/**
 * Opens a port session: local connections on one side, the data channel on the other, over as many connections of the
 * data channel as it takes.
 *
 * Which variant of the protocol it is, is known once the session is established; local programs may connect before, and
 * wait. Errors come as states, never as exceptions. When the state `ended` is told, no socket, listener, timer or file is
 * left, and what the local programs could still be given has been given to them.
 */
export function openPortSession(
  options: PortSessionOptions,
  clock: Clock = systemClock,
  open: OpenChannel = openSession,
): PortSession {
  return new Tunnel(options, clock, open);
}

/**
 * How a port session comes to its data channel. A caller who learns only from the handshake that it is one hands over the
 * session that it has, and tells the callbacks `live` and `onEstablished` once {@link openPortSession} has returned.
 */
export type OpenChannel = (options: SessionOptions, clock: Clock) => LiveSession;

class Tunnel implements PortSession {
  readonly #options: PortSessionOptions;
  readonly #clock: Clock;
  readonly #limits: PortLimits;
  readonly #store: TunnelStore;
  readonly #session: LiveSession;
  readonly #book: ConnectionBook;
  readonly #halfClosedWatch: HalfClosedWatch;
  readonly #context: PortContext;
  #state: ChannelState = { kind: 'connecting' };
  #variant: PortVariant | undefined;
  #driver: PortDriver | undefined;
  #side: PortSide | undefined;
  #mayFlagEnd = false;
  #isReadingPaused = false;
  #cancelKeepalive = (): void => {};
  #failure: SsmError | undefined;
  #ending: Promise<void> | undefined;
  #isOver = false;
  readonly #over: Promise<void>;
  #resolveOver = (): void => {};
  #onLastClosed = (): void => {};

  constructor(options: PortSessionOptions, clock: Clock, open: OpenChannel) {
    this.#options = options;
    this.#clock = clock;
    this.#limits = options.limits ?? defaultPortLimits;
    this.#store = makeTunnelStore(this.#limits);
    this.#over = new Promise((resolve) => {
      this.#resolveOver = resolve;
    });
    this.#book = new ConnectionBook(this.#store, clock, (news) => options.onConnection?.(news));
    this.#halfClosedWatch = new HalfClosedWatch(
      clock,
      () => this.#book.open,
      (connection) => this.#driver?.closeHalfClosed(connection),
    );
    this.#context = {
      book: this.#book,
      write: (bytes) => this.#session.write(bytes),
      sendFlag: (flag) => this.#session.sendFlag(flag),
      flushed: () => this.#session.flushed(),
      fail: (cause) =>
        this.#fail(new SsmError('protocol', 'The agent sent what its multiplexer cannot have sent.', cause)),
      loadChanged: () => this.#checkLoad(),
      halfClosed: () => this.#halfClosedWatch.wake(),
      connectionClosed: () => this.#connectionClosed(),
    };
    if (typeof options.side !== 'function') this.#side = options.side;
    const { side: _, onConnection: __, limits: ___, ...sessionOptions } = options;
    this.#session = open(
      {
        handshake: 'expected',
        sendWindowBytes,
        ...sessionOptions,
        onOutput: (bytes) => this.#driver?.receive(bytes),
        // Of no port session; kept out of the connection's bytes.
        onStdErr: () => {},
        onFlag: (flag) => this.#driver?.flag(flag),
        onDrain: () => this.#driver?.drained(),
        onEstablished: (facts) => this.#established(facts),
        onState: (state) => this.#stateChanged(state),
      },
      clock,
    );
  }

  reconnectNow(): void {
    this.#session.reconnectNow();
  }

  stats(): PortStats {
    return {
      ...this.#session.stats(),
      ...this.#book.stats(),
      memoryBytes: this.#store.memoryBytes,
      spooledBytes: this.#store.spooledBytes,
      ...(this.#variant === undefined ? {} : { variant: this.#variant }),
    };
  }

  async end(): Promise<void> {
    this.#ending ??= this.#end();
    await this.#ending;
  }

  async #end(): Promise<void> {
    void this.#closeListener();
    // The service has ended it, and a slow program still gets its last bytes: whoever asks for the end does not wait for that.
    if (this.#isOver) this.#cutOff();
    if (this.#mayFlagEnd && this.#state.kind === 'live') {
      this.#session.sendFlag(Flag.terminateSession);
      await this.#withTimeout(this.#session.flushed(), endTimeoutMs);
    }
    this.#session.end();
    await this.#over;
  }

  async #withTimeout(promise: Promise<void>, ms: number): Promise<void> {
    let cancel = (): void => {};
    const timeout = new Promise<void>((resolve) => {
      cancel = this.#clock.setTimer(resolve, ms);
    });
    await Promise.race([promise, timeout]);
    cancel();
  }

  #established(facts: SessionFacts): void {
    this.#options.onEstablished?.(facts);
    if (facts.sessionType !== 'Port') {
      this.#fail(new SsmError('session-type-unsupported', `A ${facts.sessionType} session is not a tunnel.`));
      return;
    }
    const agentVersion = facts.agentVersion ?? '';
    const variant = choosePortVariant(facts);
    this.#variant = variant;
    // A multiplexed session implies an agent that knows the flag.
    this.#mayFlagEnd = understandsTerminateFlag(agentVersion);
    if (variant === 'multiplexed') {
      const port = new MultiplexedPort(this.#context);
      this.#driver = port;
      if (!disablesKeepalive(agentVersion)) this.#keepAlive(port);
    } else {
      this.#driver = new OneConnectionPort(this.#context);
    }
    void this.#join(variant, facts);
  }

  /** Never rejects. Until the side is known the driver holds what comes. */
  async #join(variant: PortVariant, facts: SessionFacts): Promise<void> {
    const { side } = this.#options;
    if (typeof side === 'function') {
      try {
        this.#side = await side(variant, facts);
      } catch (error) {
        this.#fail(
          error instanceof SsmError
            ? error
            : new SsmError('address-unavailable', 'The local side of the tunnel could not be opened.', error),
        );
        return;
      }
      if (this.#isOver || this.#ending !== undefined) {
        await this.#closeListener();
        return;
      }
    }
    this.#serve(variant);
  }

  #serve(variant: PortVariant): void {
    const side = this.#side as PortSide;
    if (side.kind === 'stream') {
      const { input, output } = side;
      this.#driver?.accept({ input, output, peer: 'stdio', quiet: streamQuiet });
    } else if (variant === 'stream') {
      this.#fail(
        new SsmError(
          'session-type-unsupported',
          'This session document carries a single stream, such as SSH, and cannot serve a local port.',
        ),
      );
    } else {
      side.listener.serve((socket) => this.#accept(socket));
    }
  }

  #accept(socket: Socket): void {
    if (this.#ending !== undefined || this.#isOver) socket.destroy();
    else this.#driver?.accept(localEnd(socket));
  }

  #connectionClosed(): void {
    this.#checkLoad();
    if (this.#book.size === 0) this.#onLastClosed();
    // Of a stream, the one connection was all the session was for.
    if (this.#side?.kind === 'stream' && !this.#isOver) void this.end();
  }

  #checkLoad(): void {
    const load = this.#book.load(this.#driver?.heldBytes ?? 0);
    const shouldPause = shouldPauseReading(load, this.#limits, this.#isReadingPaused);
    if (shouldPause === this.#isReadingPaused) return;
    this.#isReadingPaused = shouldPause;
    if (shouldPause) this.#session.pauseReading();
    else this.#session.resumeReading();
  }

  /** Only while the channel is live: a NOP is of no use later. */
  #keepAlive(port: MultiplexedPort): void {
    this.#cancelKeepalive = this.#clock.setTimer(() => {
      if (this.#state.kind === 'live') port.keepAlive();
      this.#keepAlive(port);
    }, keepaliveMs);
  }

  #fail(error: SsmError): void {
    this.#failure ??= error;
    this.#session.end();
  }

  #stateChanged(state: ChannelState): void {
    this.#state = state;
    this.#halfClosedWatch.channelIs(state.kind === 'live');
    if (state.kind === 'ended') void this.#finish(state.end);
    else this.#options.onState(state);
  }

  /** Never rejects. */
  async #finish(told: ChannelEnd): Promise<void> {
    this.#isOver = true;
    this.#cancelKeepalive();
    this.#halfClosedWatch.stop();
    const end = this.#endFor(told);
    const listenerClosed = this.#closeListener();
    this.#driver?.sessionEnded(end.kind === 'ended-by-user');
    await this.#lastBytes();
    await listenerClosed;
    this.#options.onState({ kind: 'ended', end });
    this.#resolveOver();
  }

  /** The agent may close faster than it acknowledges the flag that asked it to: that is still our own end. */
  #endFor(told: ChannelEnd): ChannelEnd {
    if (this.#failure !== undefined) return { kind: 'failed', error: this.#failure };
    return told.kind === 'closed' && this.#ending !== undefined ? { kind: 'ended-by-user' } : told;
  }

  /** Waits for the local programs to take what is theirs, for as long as they take something. */
  async #lastBytes(): Promise<void> {
    let lastWaiting = Number.POSITIVE_INFINITY;
    while (this.#book.size > 0) {
      let waiting = 0;
      for (const connection of this.#book.open) waiting += connection.waitingBytes;
      if (waiting >= lastWaiting) this.#cutOff();
      lastWaiting = waiting;
      const allClosed = new Promise<void>((resolve) => {
        this.#onLastClosed = resolve;
      });
      await this.#withTimeout(allClosed, lastBytesTimeoutMs);
    }
  }

  #cutOff(): void {
    for (const connection of this.#book.open) connection.reset('session-ended');
  }

  async #closeListener(): Promise<void> {
    if (this.#side?.kind === 'listener') await this.#side.listener.close();
  }
}

function localEnd(socket: Socket): LocalEnd {
  const { remoteAddress, remotePort, localPort } = socket;
  const isTcp = remoteAddress !== undefined && remotePort !== undefined && localPort !== undefined;
  return {
    input: socket,
    output: socket,
    peer: isTcp ? `${remoteAddress}:${remotePort}` : 'local socket',
    quiet: listenerQuiet,
    ...(isTcp ? { ports: { local: localPort, remote: remotePort } } : {}),
  };
}
