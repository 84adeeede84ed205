import type { DataKey, DataKeyRequest } from '../../aws/data-key.ts';
import type { TunnelSettings } from '../../aws/network/tunnel-agent.ts';
import type { CommandOutput } from '../../shared/commands.ts';
import type { ChannelFacts, SessionEnd, SessionState } from '../../shared/models.ts';
import type { HeardOf } from '../../shared/silence.ts';
import type { ToPage } from '../../shared/terminal-port.ts';
import type { TunnelStatus } from '../../shared/tunnels.ts';

/** The page's end of a session's MessagePort, as far as bytes need it. */
export interface PagePort {
  post(message: ToPage): void;
  close(): void;
}

export interface TerminalSize {
  cols: number;
  rows: number;
}

/** What becomes of a data channel: a session's states, in a form that crosses threads. */
export type ChannelNews =
  | Exclude<SessionState, { kind: 'ended' | 'needs-approval' | 'awaiting-approval' }>
  | { kind: 'established'; facts: ChannelFacts }
  /** Of a command whose document tells it. */
  | { kind: 'exit-code'; code: number }
  | {
      kind: 'ended';
      end: SessionEnd;
      /** Output was missing in front of output that had arrived when the service closed the channel. */
      isOutputIncomplete: boolean;
    };

/** What a data channel has to know at its opening. */
export interface ChannelStart {
  sessionId: string;
  tokenValue: string;
  streamUrl: string;
  /** As it was given to StartSession, to the letter: an encrypted session's key is bound to it. */
  target: string;
  handshake: 'none' | 'expected' | 'unknown';
  /** The proxy and the certificates on the way to it; as the environment says where absent. May hold a password. */
  tunnel?: TunnelSettings;
}

/** What a data channel needs from where the credentials are. */
export interface ChannelOptions extends ChannelStart {
  /** ResumeSession; see `SessionOptions` of the driver. */
  resume(): Promise<{ tokenValue: string; streamUrl?: string }>;
  classifyResumeError(error: unknown): 'gone' | 'unauthorised' | 'retry';
  signUpgrade(url: string): Promise<Record<string, string>>;
  generateDataKey(request: DataKeyRequest): Promise<DataKey>;
  /** After `ended` it says nothing more. */
  onNews(news: ChannelNews): void;
}

/**
 * The data channel of a session of any kind, and what carries its bytes. Where that runs, in this thread or in another, its
 * owner does not see.
 */
export interface Carrier {
  openChannel(options: ChannelOptions): void;
  /** See `LiveSession.reconnectNow`. */
  reconnectNow(): void;
  /** Leaves the channel, if there is one. Resolves when nothing of it is left. Idempotent, never rejects. */
  endChannel(): Promise<void>;
  dispose(): void;
}

export interface ChannelFigures {
  rttMs?: number;
  resends: number;
  bytesIn: number;
  bytesOut: number;
  /** When input, output or a new size last passed, epoch milliseconds. */
  activeAt: number;
  /** See `StreamStats` of the channel; epoch milliseconds. */
  heard: Omit<HeardOf, 'bytesIn'>;
}

/** The bytes of one tab's session: its data channel, whichever is the current one, and the page's port. */
export interface SessionBytes extends Carrier {
  /** From now on this port, and no earlier one, carries the bytes; it begins with what is remembered of the output. */
  attach(port: PagePort): void;
  /** What came over `port`; the page may be wrong. */
  receive(port: PagePort, message: unknown): void;
  /** The port was closed at the other end. */
  portClosed(port: PagePort): void;
  /** A session is being started: what is typed from now on is meant for it. `size` holds until the terminal tells another. */
  awaitChannel(size: TerminalSize): void;
  /** Of the current or the last channel. */
  figures(): Promise<ChannelFigures | undefined>;
}

export interface ListeningAddress {
  host: string;
  port: number;
}

/** The part of a tunnel's status that is counted where its bytes pass. */
export type TunnelFigures = Pick<
  TunnelStatus,
  | 'variant'
  | 'connections'
  | 'openConnections'
  | 'totalConnections'
  | 'refusedConnections'
  | 'bytesUp'
  | 'bytesDown'
  | 'upPerSecond'
  | 'downPerSecond'
  | 'rttMs'
  | 'resends'
  | 'lastRefusal'
>;

/** The bytes of one tunnel from its start to its end. */
export interface TunnelBytes extends Carrier {
  /**
   * Listens, before StartSession is called, so that a conflict costs no session. Port 0 takes any that is free. Rejects with
   * an AppError: `port-busy`, `port-denied`, `address-unavailable`.
   */
  listen(address: ListeningAddress): Promise<ListeningAddress>;
}

/** How much of a command's output has arrived and is kept. */
export interface CommandProgress {
  stdout: { total: number; dropped: number };
  stderr: { total: number; dropped: number };
}

/** The bytes of one command from its start to its end, kept until it is disposed of. */
export interface CommandBytes extends Carrier {
  /** What Ctrl-C does in a terminal. */
  interrupt(): void;
  read(stdoutFrom: number, stderrFrom: number): Promise<CommandOutput>;
}
