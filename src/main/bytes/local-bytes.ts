import type { LiveSession, SessionOptions } from '../../ssm/node/open-session.ts';
import type {
  ChannelFigures,
  ChannelOptions,
  PagePort,
  SessionBytes,
  TerminalSize,
} from './session-bytes.ts';
import { toSessionOptions } from './session-options.ts';
import { type LinkClock, TerminalLink } from './terminal-link.ts';

/** The bytes of a session in this very thread: the link and the driver, joined. */
export class LocalBytes implements SessionBytes {
  readonly #openSession: (options: SessionOptions) => LiveSession;
  readonly #link: TerminalLink;
  /** The current channel; after its end still there, for its figures. */
  #channel: LiveSession | undefined;
  #hasEnded = true;
  #size: TerminalSize = { cols: 80, rows: 24 };
  #activeAt = 0;

  constructor(openSession: (options: SessionOptions) => LiveSession, clock: LinkClock) {
    this.#openSession = openSession;
    this.#link = new TerminalLink(
      {
        write: (bytes) => {
          this.#activeAt = Date.now();
          return this.#channel?.write(bytes) ?? false;
        },
        resize: (cols, rows) => {
          this.#size = { cols, rows };
          this.#activeAt = Date.now();
          if (!this.#hasEnded) this.#channel?.resize(cols, rows);
        },
        pauseReading: () => this.#channel?.pauseReading(),
        resumeReading: () => this.#channel?.resumeReading(),
      },
      clock,
    );
  }

  attach(port: PagePort): void {
    this.#link.attach(port);
  }

  receive(port: PagePort, message: unknown): void {
    this.#link.receive(port, message);
  }

  portClosed(port: PagePort): void {
    this.#link.portClosed(port);
  }

  awaitChannel(size: TerminalSize): void {
    this.#size = size;
    this.#link.channelAwaited();
  }

  openChannel(options: ChannelOptions): void {
    this.#hasEnded = false;
    this.#activeAt = Date.now();
    const channel = this.#openSession({
      ...toSessionOptions(options, () => this.#ended()),
      size: this.#size,
      onOutput: (bytes) => {
        this.#activeAt = Date.now();
        this.#link.receiveOutput(bytes);
      },
      onDrain: () => this.#link.inputWelcome(),
    });
    this.#channel = channel;
    this.#link.channelOpened();
  }

  reconnectNow(): void {
    if (!this.#hasEnded) this.#channel?.reconnectNow();
  }

  endChannel(): Promise<void> {
    this.#leave();
    return Promise.resolve();
  }

  figures(): Promise<ChannelFigures | undefined> {
    const stats = this.#channel?.stats();
    if (stats === undefined) return Promise.resolve(undefined);
    const { rttMs, resends, bytesIn, bytesOut, connectedAt, heardAt, waitingSince } = stats;
    return Promise.resolve({
      resends,
      bytesIn,
      bytesOut,
      activeAt: this.#activeAt,
      heard: { connectedAt, heardAt, waitingSince },
      ...(rttMs === undefined ? {} : { rttMs }),
    });
  }

  dispose(): void {
    this.#leave();
    this.#link.dispose();
  }

  #leave(): void {
    if (!this.#hasEnded) this.#channel?.end();
    this.#ended();
  }

  #ended(): void {
    this.#hasEnded = true;
    this.#link.channelEnded();
  }
}
