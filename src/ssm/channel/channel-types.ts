import type { SsmError } from '../ssm-error.ts';
import type { SessionType } from '../wire/handshake.ts';
import type { TerminalSize } from '../wire/size.ts';

/** How a session ended. */
export type ChannelEnd =
  | {
      kind: 'closed';
      /** The service's words, opaque and possibly empty. */
      message: string;
      /** Output was missing in front of output that had arrived when the service closed the channel. */
      isOutputIncomplete: boolean;
    }
  /** The service no longer knows the session. */
  | { kind: 'timed-out' }
  | { kind: 'ended-by-user' }
  | { kind: 'failed'; error: SsmError };

/** What a screen shows of a channel. Times are in ms of the clock that is given as `now`. */
export type ChannelState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  /**
   * `attempt` counts from 1; `nextTryAt` is in the past or present while a try is under way. `cause`: why the last try failed,
   * as far as that is known; absent before one has.
   */
  | { kind: 'reconnecting'; attempt: number; nextTryAt: number; cause?: unknown }
  /** No further try until {@link ChannelInput} `reconnect-now` says that there are new credentials. */
  | { kind: 'needs-credentials'; error: SsmError }
  | { kind: 'ended'; end: ChannelEnd };

/** What is known of a session once it is established. */
export interface SessionFacts {
  sessionType: SessionType;
  /** From the handshake; empty without one. Written by others: values are text, numbers or booleans, and may be missing. */
  properties: Readonly<Record<string, unknown>>;
  /** Absent without a handshake. */
  agentVersion?: string;
  isEncrypted: boolean;
  /** For people; may be empty. */
  customerMessage: string;
}

/** What KMS is to be asked for: a data key of 64 bytes (protocol notes, section 5.5 item 1). */
export interface DataKeyRequest {
  keyId: string;
  encryptionContext: Readonly<Record<string, string>>;
}

export interface DataKey {
  plaintext: Uint8Array;
  ciphertext: Uint8Array;
}

/**
 * What happens to a channel. `connection` is the number that an effect carried, so that news of a connection or a request
 * that the channel has given up is told apart and ignored.
 */
export type ChannelInput =
  | { kind: 'start' }
  | { kind: 'socket-opened'; connection: number }
  /** The socket could not be opened, was closed, or failed. The reason changes nothing (trap 18); it is for people. */
  | { kind: 'socket-closed'; connection: number; cause?: unknown }
  | { kind: 'frame'; connection: number; bytes: Uint8Array }
  /** The socket holds so much that nothing but acknowledges should be added until it has drained. */
  | { kind: 'socket-full'; connection: number }
  | { kind: 'socket-drained'; connection: number }
  /** The answer of ResumeSession; an empty token means that the session is gone. */
  | { kind: 'resumed'; connection: number; tokenValue: string; streamUrl?: string }
  | { kind: 'resume-failed'; connection: number; reason: 'gone' | 'unauthorised' | 'retry'; cause: unknown }
  | { kind: 'write'; bytes: Uint8Array }
  | { kind: 'resize'; size: TerminalSize }
  /** A message of type Flag, to be sent behind the input given so far. */
  | { kind: 'send-flag'; flag: number }
  /** Asks for the effect `flushed` with that number, once everything given so far has been acknowledged. */
  | { kind: 'flush'; id: number }
  /** The answers to `generate-data-key`. */
  | { kind: 'data-key'; key: DataKey }
  | { kind: 'data-key-failed'; error: SsmError }
  /** The time given by `nextTimerAt` has come. Early or repeated calls do no harm. */
  | { kind: 'timer' }
  /** Network up, wake-up or new credentials: try now. */
  | { kind: 'reconnect-now' }
  /** The user has ended the session. */
  | { kind: 'end' }
  /** The driver cannot go on, for example because the stream URL is not acceptable. */
  | { kind: 'fail'; error: SsmError };

/** What the driver is to do, in this order. */
export type ChannelEffect =
  | { kind: 'open-socket'; connection: number; url: string }
  /** Drop the current socket, if there is one; it is not heard of again. */
  | { kind: 'close-socket' }
  | { kind: 'send-text'; text: string }
  | { kind: 'send'; bytes: Uint8Array }
  /** Much has been sent: give `socket-drained` once the socket does not hold too much, at once if it does not now. */
  | { kind: 'await-socket' }
  /** Output for the terminal, in order, each byte once. A view: it stays valid, and keeps a larger block alive. */
  | { kind: 'deliver'; bytes: Uint8Array }
  /** The same of the remote command's standard error. */
  | { kind: 'deliver-stderr'; bytes: Uint8Array }
  /** The remote command's exit code; at most once. */
  | { kind: 'exit-code'; code: number }
  /** A flag of the agent's. */
  | { kind: 'flag'; flag: number }
  /** Once: at the end of the handshake, or at the first output of a session without one. */
  | { kind: 'established'; facts: SessionFacts }
  /** Ask KMS, and give the answer back as `data-key` or `data-key-failed`, whatever becomes of the connection; at most once. */
  | { kind: 'generate-data-key'; request: DataKeyRequest }
  | { kind: 'flushed'; id: number }
  /** Call ResumeSession and give the answer back with the same number. */
  | { kind: 'request-resume'; connection: number }
  | { kind: 'state'; state: ChannelState }
  /** Input is accepted again. */
  | { kind: 'drain' };
