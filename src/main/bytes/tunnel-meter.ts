import { maxListedConnections } from '../../shared/tunnels.ts';
import type { ConnectionNews, PortStats } from '../../ssm/node/port/open-port-session.ts';
import type { TunnelFigures } from './session-bytes.ts';
import { Rate } from './tunnel-rate.ts';

/** A refusal is one sentence; a longer text is not for people. */
const maxRefusalLength = 500;

/** Turns what a port session counts into what the page shows. */
export class TunnelMeter {
  readonly #up = new Rate();
  readonly #down = new Rate();
  #lastRefusal: TunnelFigures['lastRefusal'];

  heard(news: ConnectionNews): void {
    if (news.kind !== 'refused') return;
    this.#lastRefusal = { message: news.message.slice(0, maxRefusalLength), at: news.at };
  }

  /** @param now milliseconds of a clock that never runs backwards */
  read(stats: PortStats, now: number): TunnelFigures {
    const { variant, connections, totalConnections, refusedConnections, bytesUp, bytesDown, rttMs, resends } =
      stats;
    const newest = connections.toSorted((a, b) => b.id - a.id).slice(0, maxListedConnections);
    return {
      ...(variant === undefined ? {} : { variant }),
      connections: newest.map(({ id, peer, openedAt, bytesUp: up, bytesDown: down, waitingBytes }) => ({
        id,
        peer,
        openedAt,
        bytesUp: up,
        bytesDown: down,
        waitingBytes,
      })),
      openConnections: connections.length,
      totalConnections,
      refusedConnections,
      bytesUp,
      bytesDown,
      upPerSecond: this.#up.next(bytesUp, now),
      downPerSecond: this.#down.next(bytesDown, now),
      ...(rttMs === undefined ? {} : { rttMs }),
      resends,
      ...(this.#lastRefusal === undefined ? {} : { lastRefusal: this.#lastRefusal }),
    };
  }
}
