import { ChannelBehindWorker, type NewsOfSession, type Road } from './channel-behind-worker.ts';
import type { ListeningAddress, TunnelBytes, TunnelFigures } from './session-bytes.ts';

/** A tunnel's bytes as main's own thread sees them: its figures. The listener and its connections are in the worker. */
export class TunnelBehindWorker extends ChannelBehindWorker implements TunnelBytes {
  readonly #key: string;
  readonly #road: Road;
  readonly #onFigures: (figures: TunnelFigures) => void;

  constructor(key: string, road: Road, onFigures: (figures: TunnelFigures) => void) {
    super('tunnel', key, road);
    this.#key = key;
    this.#road = road;
    this.#onFigures = onFigures;
  }

  listen(address: ListeningAddress): Promise<ListeningAddress> {
    return this.#road.ask({ what: 'listen', key: this.#key, address });
  }

  override receiveFromWorker(message: NewsOfSession): void {
    if (message.kind === 'tunnel-figures') this.#onFigures(message.figures);
    else super.receiveFromWorker(message);
  }
}
