import type { SessionRecord } from '../session-record.ts';
import type { Verdict } from './agent-channel.ts';
import type { Waits } from './pace.ts';
import type { AgentEnd } from './session-kind.ts';

/** What a session is for: a shell, a command, a port. It begins once the handshake is over, or at once without one. */
export interface Program {
  /** Stream data of the client, decrypted, in order. */
  take(payloadType: number, payload: Uint8Array): Verdict;
  /** {@link ProgramHost.maySend} may have become true. */
  wake(): void;
  /** Ends it at once. Resolves when nothing of it is left. */
  kill(): Promise<void>;
  /** See `AgentStats`. */
  readonly echoMs?: readonly number[];
}

/** What the session around it does for a program. */
export interface ProgramHost {
  readonly record: SessionRecord;
  readonly waits: Waits;
  readonly quirks: boolean;
  /** Of the handshake; empty without one. */
  readonly clientVersion: string;
  /** False while the client is away, its socket full or too much unacknowledged. */
  maySend(): boolean;
  send(payloadType: number, payload: Uint8Array): void;
  /** Input that was not ready to be taken may be now. */
  retry(): void;
  /** The message that blocked the reader has been processed. */
  unblock(): void;
  after(milliseconds: number, action: () => void): void;
  /** The session's end; `announced` ones tell the service `Terminating` first (protocol notes, section 8.2). */
  end(end: AgentEnd, how: 'announced' | 'quiet'): void;
}
