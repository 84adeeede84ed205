import { AppError, toAppErrorData } from '../../shared/errors.ts';
import type { LocalListener } from '../../ssm/node/port/listen-locally.ts';
import type { LocalAddress } from '../../ssm/node/port/local-address.ts';
import type { PortSession, PortSessionOptions } from '../../ssm/node/port/open-port-session.ts';
import { SsmError } from '../../ssm/ssm-error.ts';
import { ssmErrorData } from './channel-news.ts';
import { threadFailed } from './thread-failed.ts';
import type { ChannelOptions, ListeningAddress, TunnelBytes, TunnelFigures } from './session-bytes.ts';
import { toSessionOptions } from './session-options.ts';
import type { LinkClock } from './terminal-link.ts';
import { TunnelMeter } from './tunnel-meter.ts';

/** The driver of port sessions, as far as a tunnel needs it. */
export interface PortDriver {
  listenLocally(address: LocalAddress): Promise<LocalListener>;
  openPortSession(options: PortSessionOptions): PortSession;
}

/** How often figures are told at most. */
const tellEveryMs = 500;

/** The bytes of a tunnel in this very thread: its listener, then the port session that serves it. */
export class LocalTunnel implements TunnelBytes {
  readonly #driver: PortDriver;
  readonly #clock: LinkClock;
  readonly #onFigures: (figures: TunnelFigures) => void;
  readonly #meter = new TunnelMeter();
  #listener: LocalListener | undefined;
  #session: PortSession | undefined;
  #cancelTimer: () => void = () => {};
  #isLeft = false;
  #told = '';

  constructor(driver: PortDriver, clock: LinkClock, onFigures: (figures: TunnelFigures) => void) {
    this.#driver = driver;
    this.#clock = clock;
    this.#onFigures = onFigures;
  }

  async listen({ host, port }: ListeningAddress): Promise<ListeningAddress> {
    const attempted = `Listen on ${host}, port ${port === 0 ? 'any' : port}`;
    try {
      const listener = await this.#driver.listenLocally({ kind: 'tcp', host, port });
      this.#listener = listener;
      // Stopped meanwhile.
      if (this.#isLeft) await listener.close();
      return { host, port: listener.address.kind === 'tcp' ? listener.address.port : port };
    } catch (error) {
      const data =
        error instanceof SsmError ? ssmErrorData(error, attempted) : toAppErrorData(error, attempted);
      throw new AppError(data, error);
    }
  }

  openChannel(options: ChannelOptions): void {
    const listener = this.#listener;
    if (listener === undefined) {
      // It was lost with an earlier thread, between the listening and the answer of StartSession.
      options.onNews({
        kind: 'ended',
        end: { kind: 'failed', error: threadFailed().data },
        isOutputIncomplete: false,
      });
      return;
    }
    this.#session = this.#driver.openPortSession({
      ...toSessionOptions(options, () => this.#ended()),
      side: { kind: 'listener', listener },
      onConnection: (news) => this.#meter.heard(news),
    });
    this.#tellNowAndThen();
  }

  reconnectNow(): void {
    if (!this.#isLeft) this.#session?.reconnectNow();
  }

  async endChannel(): Promise<void> {
    this.#isLeft = true;
    // The session closes the listener that it serves.
    await this.#session?.end();
    await this.#listener?.close();
  }

  dispose(): void {
    void this.endChannel();
    this.#cancelTimer();
  }

  /** The session has closed its listener. */
  #ended(): void {
    this.#isLeft = true;
    this.#cancelTimer();
    this.#tell();
  }

  #tellNowAndThen(): void {
    this.#cancelTimer = this.#clock.setTimer(() => {
      this.#tell();
      this.#tellNowAndThen();
    }, tellEveryMs);
  }

  /** Says nothing where nothing has changed. */
  #tell(): void {
    if (this.#session === undefined) return;
    const figures = this.#meter.read(this.#session.stats(), this.#clock.now());
    const text = JSON.stringify(figures);
    if (text === this.#told) return;
    this.#told = text;
    this.#onFigures(figures);
  }
}
