import type { Readable, Writable } from 'node:stream';
import type { HalfClosed, QuietTimes } from '../../port/half-close.ts';
import type { Clock } from '../system-clock.ts';
import type { TunnelStore } from './backlog.ts';
import { LocalConnection } from './local-connection.ts';
import type { CloseReason, ConnectionStats } from './port-types.ts';

/** A local program that wants to be connected, before a session has given it a number. */
export interface LocalEnd {
  readonly input: Readable;
  readonly output: Writable;
  /** For people: address and port of the program, or what it is. */
  readonly peer: string;
  readonly quiet: QuietTimes;
  /** Both ports, by which the system's table of sockets knows the connection; absent for what is not TCP. */
  readonly ports?: { local: number; remote: number };
}

/** What a variant of a port session does with a connection. */
export interface ConnectionOwner {
  onData(connection: PortConnection, bytes: Uint8Array): void;
  /** The local program has nothing more to say; see `half-close.ts` for what follows. */
  onHalfClosed(connection: PortConnection): void;
  onClosed(connection: PortConnection, isAbrupt: boolean): void;
  onProgress(): void;
}

/** One connection of a tunnel: the local program, what has passed, and who ended it. */
export class PortConnection implements HalfClosed {
  readonly id: number;
  readonly peer: string;
  readonly openedAt: number;
  readonly quiet: QuietTimes;
  readonly ports: LocalEnd['ports'];
  /** 0 where the variant has no streams. */
  streamId = 0;
  bytesUp = 0;
  bytesDown = 0;
  lastUpAt: number | undefined;
  lastDownAt: number | undefined;
  /** When the local end of file came. */
  endedAt = Number.POSITIVE_INFINITY;
  /** Set by who ends it first. */
  reason: CloseReason | undefined;
  isRefused = false;
  readonly #local: LocalConnection;
  readonly #clock: Clock;

  constructor(id: number, end: LocalEnd, store: TunnelStore, clock: Clock, owner: ConnectionOwner) {
    this.id = id;
    this.peer = end.peer;
    this.quiet = end.quiet;
    this.ports = end.ports;
    this.openedAt = clock.now();
    this.#clock = clock;
    this.#local = new LocalConnection(end.input, end.output, store, clock, {
      onData: (bytes) => {
        this.bytesUp += bytes.length;
        this.lastUpAt = clock.now();
        owner.onData(this, bytes);
      },
      onEnd: () => {
        this.endedAt = clock.now();
        owner.onHalfClosed(this);
      },
      onClosed: (error) => {
        this.reason ??= error === undefined || isHangUp(error) ? 'local' : 'error';
        owner.onClosed(this, error !== undefined);
      },
      onProgress: () => owner.onProgress(),
    });
  }

  /** Whether the local program has said its last and the other side has not. */
  get isHalfClosed(): boolean {
    return this.endedAt !== Number.POSITIVE_INFINITY && this.reason === undefined;
  }

  get stats(): ConnectionStats {
    const { id, peer, openedAt, bytesUp, bytesDown } = this;
    return { id, peer, openedAt, bytesUp, bytesDown, waitingBytes: this.#local.waitingBytes };
  }

  get waitingBytes(): number {
    return this.#local.waitingBytes;
  }

  deliver(bytes: Uint8Array): void {
    this.bytesDown += bytes.length;
    this.lastDownAt = this.#clock.now();
    this.#local.deliver(bytes);
  }

  pauseInput(): void {
    this.#local.pauseInput();
  }

  resumeInput(): void {
    this.#local.resumeInput();
  }

  /** Closes behind what has been delivered. */
  end(reason: CloseReason): void {
    this.reason ??= reason;
    this.#local.end();
  }

  /** Closes at once, in a way that the local program can tell from a regular end. */
  reset(reason: CloseReason): void {
    this.reason ??= reason;
    this.#local.reset();
  }
}

/** The local program has closed its socket with something unread, or while we wrote. */
function isHangUp(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}
