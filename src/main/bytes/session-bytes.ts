import type { SessionEnd, SessionState } from '../../shared/models.ts';
import type { ToPage } from '../../shared/terminal-port.ts';

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
  | Exclude<SessionState, { kind: 'ended' }>
  | {
      kind: 'ended';
      end: SessionEnd;
      /** Output was missing in front of output that had arrived when the service closed the channel. */
      isOutputIncomplete: boolean;
    };

/** What a data channel needs from where the credentials are. */
export interface ChannelOptions {
  sessionId: string;
  tokenValue: string;
  streamUrl: string;
  /** ResumeSession; see `SessionOptions` of the driver. */
  resume(): Promise<{ tokenValue: string; streamUrl?: string }>;
  classifyResumeError(error: unknown): 'gone' | 'unauthorised' | 'retry';
  signUpgrade(url: string): Promise<Record<string, string>>;
  /** After `ended` it says nothing more. */
  onNews(news: ChannelNews): void;
}

export interface ChannelFigures {
  rttMs?: number;
  resends: number;
  bytesIn: number;
  bytesOut: number;
}

/**
 * The bytes of one tab's session: its data channel, whichever is the current one, and the page's port. Where they run, in
 * this thread or in another, the owner does not see.
 */
export interface SessionBytes {
  /** From now on this port, and no earlier one, carries the bytes; it begins with what is remembered of the output. */
  attach(port: PagePort): void;
  /** What came over `port`; the page may be wrong. */
  receive(port: PagePort, message: unknown): void;
  /** The port was closed at the other end. */
  portClosed(port: PagePort): void;
  /** A session is being started: what is typed from now on is meant for it. `size` holds until the terminal tells another. */
  awaitChannel(size: TerminalSize): void;
  openChannel(options: ChannelOptions): void;
  /** See `LiveSession.reconnectNow`. */
  reconnectNow(): void;
  /** Leaves the channel, if there is one. Input goes nowhere from now on. Idempotent. */
  endChannel(): void;
  /** Of the current or the last channel. */
  figures(): Promise<ChannelFigures | undefined>;
  dispose(): void;
}
