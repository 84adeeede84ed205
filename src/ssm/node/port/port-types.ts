import type { Readable, Writable } from 'node:stream';
import type { SessionFacts } from '../../channel/channel-types.ts';
import type { PortLimits } from '../../port/reading-policy.ts';
import type { PortVariant } from '../../port/variant.ts';
import type { SessionOptions, SessionStats } from '../open-session.ts';
import type { LocalListener } from './listen-locally.ts';

/** The local side of a port session. */
export type PortSide =
  /** Each program that connects is a connection of its own. The session closes the listener when it ends. */
  | { kind: 'listener'; listener: LocalListener }
  /**
   * One connection, such as standard input and output; the session ends with it. The streams belong to the caller and are
   * neither ended nor destroyed.
   */
  | { kind: 'stream'; input: Readable; output: Writable };

export interface PortSessionOptions
  extends Omit<SessionOptions, 'onOutput' | 'onDrain' | 'onStdErr' | 'onExitCode' | 'onFlag' | 'size'> {
  /** The function, for a caller that knows only the handshake's properties, is called once and may reject. */
  side: PortSide | ((variant: PortVariant, facts: SessionFacts) => Promise<PortSide>);
  /** A local connection was accepted, ended, or could not be connected at the far side. */
  onConnection?(news: ConnectionNews): void;
  limits?: PortLimits;
}

/** Times are in ms of the clock; the last news of a connection is `closed` or `refused`. */
export type ConnectionNews =
  | { kind: 'opened'; id: number; peer: string; at: number }
  | { kind: 'closed'; id: number; bytesUp: number; bytesDown: number; reason: CloseReason; at: number }
  /** The agent could not connect to the destination. */
  | { kind: 'refused'; id: number; message: string; at: number };

/** Who closed first. `error`: the local connection failed in a way that is neither side's decision. */
export type CloseReason = 'local' | 'remote' | 'session-ended' | 'error';

export interface ConnectionStats {
  id: number;
  peer: string;
  openedAt: number;
  /** From the local program. */
  bytesUp: number;
  /** For the local program. */
  bytesDown: number;
  /** Those of {@link bytesDown} that the local program has not taken yet. */
  waitingBytes: number;
}

export interface PortStats extends SessionStats {
  /** Absent until the session is established. */
  variant?: PortVariant;
  connections: ConnectionStats[];
  totalConnections: number;
  refusedConnections: number;
  bytesUp: number;
  bytesDown: number;
  /** Of what waits for local programs: bytes in memory, and in temporary files. */
  memoryBytes: number;
  spooledBytes: number;
}

export interface PortSession {
  /**
   * Asks the agent to end (Flag TerminateSession where it understands that), waits up to 2 s for the acknowledge, closes
   * the local connections and the listener, and leaves. TerminateSession of the API is the caller's. Idempotent.
   */
  end(): Promise<void>;
  /** The network is up, the computer is awake or there are new credentials: find out now whether the session lives. */
  reconnectNow(): void;
  stats(): PortStats;
}
