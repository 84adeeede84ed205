import type { SessionType } from '../documents.ts';
import type { SessionRecord } from '../session-record.ts';
import type { Pace } from './pace.ts';
import { startShellSession } from './shell-session.ts';

/** The agent's way to the gateway: what its data-channel socket is to the official agent. */
export interface AgentLink {
  send(frame: Uint8Array): void;
  /** Whether more would only pile up in the client's socket. {@link AgentSession.onLinkDrain} follows. */
  isCongested(): boolean;
  /** The session is over on this side; called once, with what `agent_task_complete` reports. */
  onEnd(end: AgentEnd): void;
}

export interface AgentEnd {
  status: 'Success' | 'Failed' | 'Cancelled';
  /** For people; goes into the client's `channel_closed`. */
  output: string;
}

/** One running session of the agent. */
export interface AgentSession {
  receive(frame: Uint8Array): void;
  onLinkDrain(): void;
  readonly stats: AgentStats;
  /** Ends it at once, its processes with it. */
  close(): Promise<void>;
}

export interface AgentStats {
  unacknowledged: number;
  resends: number;
  bytesUp: number;
  bytesDown: number;
  /** Time from input written to the program to the next output read from it, milliseconds, of the latest inputs. */
  echoMs: readonly number[];
}

export interface AgentOptions {
  pace: Pace;
  quirks: boolean;
  /** Stops reading the program at this many unacknowledged messages; the pace decides when absent. */
  windowMessages?: number;
}

type StartSession = (record: SessionRecord, link: AgentLink, options: AgentOptions) => AgentSession;

/** What the agent can run, by the document's session type. */
const kinds: Readonly<Partial<Record<SessionType, StartSession>>> = {
  Standard_Stream: startShellSession,
};

export function sessionKind(type: SessionType | undefined): StartSession | undefined {
  return type === undefined ? undefined : kinds[type];
}
