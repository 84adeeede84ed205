import { halfCloseDeadline } from '../../port/half-close.ts';
import type { Clock } from '../system-clock.ts';
import { readTcpTable } from './linux-sockets.ts';
import type { PortConnection } from './port-connection.ts';

/** The first look comes soon, for most half-closed connections are closed ones; then more and more seldom. */
const firstLookMs = 50;
const lastLookMs = 1_000;

/**
 * Looks after the half-closed connections of a tunnel while there are any: closes those whose time is over, and, where the
 * system tells, those whose program is gone. On Linux a closed socket is still in the table of sockets for a while, held
 * by nobody, which is the only way to tell it from a half-closed one without sending something.
 */
export class HalfClosedWatch {
  readonly #clock: Clock;
  readonly #connections: () => Iterable<PortConnection>;
  readonly #close: (connection: PortConnection) => void;
  /** Since when the data channel is live; undefined while it is not: then silence says nothing. */
  #liveSince: number | undefined;
  #cancelTimer: (() => void) | undefined;
  #delayMs = firstLookMs;
  #isStopped = false;

  constructor(
    clock: Clock,
    connections: () => Iterable<PortConnection>,
    close: (connection: PortConnection) => void,
  ) {
    this.#clock = clock;
    this.#connections = connections;
    this.#close = close;
  }

  /** A connection has become half-closed. */
  wake(): void {
    this.#delayMs = firstLookMs;
    this.#arm();
  }

  channelIs(isLive: boolean): void {
    if (!isLive) this.#liveSince = undefined;
    else this.#liveSince ??= this.#clock.now();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #arm(): void {
    if (this.#cancelTimer !== undefined || this.#isStopped) return;
    this.#cancelTimer = this.#clock.setTimer(() => void this.#look(), this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, lastLookMs);
  }

  get #halfClosed(): PortConnection[] {
    return [...this.#connections()].filter((connection) => connection.isHalfClosed);
  }

  async #look(): Promise<void> {
    const abandoned = await abandonedPorts(this.#halfClosed);
    const now = this.#clock.now();
    for (const connection of this.#halfClosed) {
      const isGone = connection.ports !== undefined && abandoned.has(portsKey(connection.ports));
      if (isGone || this.#isOverdue(connection, now)) this.#close(connection);
    }
    this.#cancelTimer = undefined;
    if (this.#halfClosed.length > 0) this.#arm();
  }

  #isOverdue(connection: PortConnection, now: number): boolean {
    if (this.#liveSince === undefined) return false;
    const { quiet } = connection;
    return Math.max(halfCloseDeadline(connection, quiet), this.#liveSince + quiet.answeredMs) <= now;
  }
}

type Ports = NonNullable<PortConnection['ports']>;

const portsKey = ({ local, remote }: Ports): string => `${local} ${remote}`;

/** The port pairs, as our sides of the connections see them, whose other socket belongs to no process any more. */
async function abandonedPorts(connections: PortConnection[]): Promise<Set<string>> {
  if (process.platform !== 'linux' || connections.every(({ ports }) => ports === undefined)) return new Set();
  const rows = await readTcpTable();
  return new Set(
    rows
      .filter(({ inode }) => inode === '0')
      .map(({ localPort, remotePort }) => portsKey({ local: remotePort, remote: localPort })),
  );
}
