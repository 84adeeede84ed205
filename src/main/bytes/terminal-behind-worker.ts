import { ChannelBehindWorker, type NewsOfSession, type Road } from './channel-behind-worker.ts';
import type { ChannelFigures, PagePort, SessionBytes, TerminalSize } from './session-bytes.ts';

/** A terminal's bytes as main's own thread sees them: the page's port is here, all else in the worker. */
export class TerminalBehindWorker extends ChannelBehindWorker implements SessionBytes {
  readonly #key: string;
  readonly #road: Road;
  #port: { id: number; port: PagePort } | undefined;
  #lastPort = 0;

  constructor(key: string, road: Road) {
    super('terminal', key, road);
    this.#key = key;
    this.#road = road;
  }

  attach(port: PagePort): void {
    this.#port?.port.close();
    this.#lastPort += 1;
    this.#port = { id: this.#lastPort, port };
    this.#road.post({ kind: 'attach', key: this.#key, port: this.#lastPort });
  }

  receive(port: PagePort, message: unknown): void {
    if (this.#port?.port !== port) return;
    this.#road.post({ kind: 'from-page', key: this.#key, port: this.#port.id, message });
  }

  portClosed(port: PagePort): void {
    if (this.#port?.port !== port) return;
    this.#road.post({ kind: 'port-closed', key: this.#key, port: this.#port.id });
    this.#port = undefined;
  }

  awaitChannel(size: TerminalSize): void {
    this.#road.post({ kind: 'await-channel', key: this.#key, size });
  }

  figures(): Promise<ChannelFigures | undefined> {
    return this.#road.ask({ what: 'figures', key: this.#key }).catch(() => undefined);
  }

  override dispose(): void {
    super.dispose();
    this.#port?.port.close();
    this.#port = undefined;
  }

  override receiveFromWorker(message: NewsOfSession): void {
    switch (message.kind) {
      case 'to-page':
        if (message.port === this.#port?.id) this.#port.port.post(message.message);
        break;
      case 'close-port':
        if (message.port !== this.#port?.id) break;
        this.#port.port.close();
        this.#port = undefined;
        break;
      default:
        super.receiveFromWorker(message);
    }
  }

  /** What the worker remembered is gone with it. The page keeps its port and what it shows. */
  override workerLost(): void {
    if (this.#port !== undefined) this.#road.post({ kind: 'attach', key: this.#key, port: this.#port.id });
    super.workerLost();
  }
}
