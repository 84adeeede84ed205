import type { LocalEnd, PortConnection } from './port-connection.ts';
import type { ConnectionBook } from './connection-book.ts';

/** One variant of a port session, between the data channel and the local connections. */
export interface PortDriver {
  /** A local program has connected. */
  accept(end: LocalEnd): void;
  /** The next bytes of the agent's output. */
  receive(bytes: Uint8Array): void;
  /** A flag of the agent's. */
  flag(flag: number): void;
  /** The data channel takes input again. */
  drained(): void;
  /** The time for the answer to a half-closed connection is over, or its program is found gone. */
  closeHalfClosed(connection: PortConnection): void;
  /**
   * The data channel is gone. `isAbrupt`: by our own decision; else what has been received and is complete still reaches
   * its program.
   */
  sessionEnded(isAbrupt: boolean): void;
  /** Bytes that wait for a local connection which does not exist yet. */
  readonly heldBytes: number;
}

/** What a driver needs of the session. */
export interface PortContext {
  readonly book: ConnectionBook;
  /** Gives input to the data channel; false asks to give no more until `drained`. */
  write(bytes: Uint8Array): boolean;
  sendFlag(flag: number): void;
  /** Resolves when everything given so far is acknowledged, or the session has ended. */
  flushed(): Promise<void>;
  /** The other side does not follow the protocol; the session cannot go on. */
  fail(cause: unknown): void;
  /** Connections, or what waits for them, have become more or less: reading may have to pause, or may go on. */
  loadChanged(): void;
  /** A connection is half-closed from now on. */
  halfClosed(): void;
  /** A connection is gone and struck out. */
  connectionClosed(): void;
}
