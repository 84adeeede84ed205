import type { PortLoad } from '../../port/reading-policy.ts';
import type { Clock } from '../system-clock.ts';
import type { TunnelStore } from './backlog.ts';
import { type ConnectionOwner, type LocalEnd, PortConnection } from './port-connection.ts';
import type { ConnectionNews, PortStats } from './port-types.ts';

const refusedMessage = 'The agent could not connect to the destination port.';

/** What the connections add to the figures of a session. */
export type ConnectionTotals = Pick<
  PortStats,
  'connections' | 'totalConnections' | 'refusedConnections' | 'bytesUp' | 'bytesDown'
>;

/** The connections of a tunnel from their acceptance to the close of their socket, and what they add up to. */
export class ConnectionBook {
  readonly #store: TunnelStore;
  readonly #clock: Clock;
  readonly #onNews: (news: ConnectionNews) => void;
  readonly #open = new Map<number, PortConnection>();
  /** Of connections that are closed. */
  #bytesUp = 0;
  #bytesDown = 0;
  #total = 0;
  #refused = 0;

  constructor(store: TunnelStore, clock: Clock, onNews: (news: ConnectionNews) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onNews = onNews;
  }

  get open(): Iterable<PortConnection> {
    return this.#open.values();
  }

  get size(): number {
    return this.#open.size;
  }

  /** Takes a local program in; its input is read from the first `resumeInput` on. */
  add(end: LocalEnd, owner: ConnectionOwner): PortConnection {
    this.#total += 1;
    const connection = new PortConnection(this.#total, end, this.#store, this.#clock, owner);
    this.#open.set(connection.id, connection);
    this.#onNews({ kind: 'opened', id: connection.id, peer: connection.peer, at: connection.openedAt });
    return connection;
  }

  /** Strikes out a connection whose socket is closed. */
  remove(connection: PortConnection): void {
    if (!this.#open.delete(connection.id)) return;
    const { id, bytesUp, bytesDown } = connection;
    this.#bytesUp += bytesUp;
    this.#bytesDown += bytesDown;
    const at = this.#clock.now();
    if (connection.isRefused) {
      this.#refused += 1;
      this.#onNews({ kind: 'refused', id, message: refusedMessage, at });
    } else {
      this.#onNews({ kind: 'closed', id, bytesUp, bytesDown, reason: connection.reason ?? 'local', at });
    }
  }

  /** `heldBytes`: what waits for a connection that does not exist yet. */
  load(heldBytes: number): PortLoad {
    let waitingBytes = heldBytes;
    // With more than one, memory and files decide; counting thousands with each block of output would cost too much.
    if (this.#open.size === 1)
      for (const connection of this.#open.values()) waitingBytes += connection.waitingBytes;
    const { memoryBytes, spooledBytes } = this.#store;
    return { connections: this.#open.size, waitingBytes, memoryBytes, spooledBytes };
  }

  stats(): ConnectionTotals {
    const connections = Array.from(this.#open.values(), ({ stats }) => stats);
    return {
      connections,
      totalConnections: this.#total,
      refusedConnections: this.#refused,
      bytesUp: connections.reduce((sum, { bytesUp }) => sum + bytesUp, this.#bytesUp),
      bytesDown: connections.reduce((sum, { bytesDown }) => sum + bytesDown, this.#bytesDown),
    };
  }
}
