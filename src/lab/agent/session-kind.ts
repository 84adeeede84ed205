import type { SessionType } from '../document-model.ts';
import type { SessionRecord } from '../session-record.ts';
import { startCommand } from './command/command-program.ts';
import { findSeparationFault, separatesOutputs } from './command/command-settings.ts';
import type { Pace } from './pace.ts';
import { startPort } from './port/port-program.ts';
import type { Program, ProgramHost } from './program.ts';
import { startInteractiveCommand, startShell } from './pty-program.ts';
import type { AgentFeature } from './versions.ts';

/** The agent's way to the gateway: what its data-channel socket is to the official agent. */
export interface AgentLink {
  send(frame: Uint8Array): void;
  /** Whether more would only pile up in the client's socket. {@link AgentSession.onLinkDrain} follows. */
  isCongested(): boolean;
  /** The session is over on this side; called once, with what `agent_task_complete` reports. */
  onEnd(end: AgentEnd): void;
  /** Whether a fault of the agent itself is to happen now; it is used up. */
  takeFault(kind: 'wrong-challenge' | 'handshake-timeout'): boolean;
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
  /** Ends it at once, its processes and connections with it. */
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
  /** How long each step of the handshake may take, milliseconds; 15 s when absent. */
  handshakeTimeoutMs?: number;
  /** KMS Decrypt with the agent's own credentials. Throws with the service's sentence. */
  decryptDataKey(
    keyId: string,
    ciphertext: Uint8Array,
    context: Readonly<Record<string, string>>,
  ): Uint8Array;
}

export interface SessionKind {
  /** The first release of the agent that runs it; others never answer. */
  since: AgentFeature | undefined;
  /** Whether the handshake takes place without a key too. */
  alwaysHandshakes: boolean;
  /** Whether a key of the document encrypts it; where not, the key is ignored. */
  encrypts: boolean;
  /** Whether the handshake request carries the document's properties. */
  showsProperties: boolean;
  /** Whether the document asks for a command's outputs apart. */
  separatesOutput?(record: SessionRecord): boolean;
  /** Why it cannot begin, found before the handshake. */
  findFault?(record: SessionRecord): string | undefined;
  start(host: ProgramHost): Program;
}

/** What the agent can run, by the document's session type (protocol notes, section 5.1). */
const kinds: Readonly<Record<SessionType, SessionKind>> = {
  Standard_Stream: {
    since: undefined,
    alwaysHandshakes: false,
    encrypts: true,
    showsProperties: false,
    start: startShell,
  },
  InteractiveCommands: {
    since: 'interactiveCommands',
    alwaysHandshakes: false,
    encrypts: true,
    showsProperties: false,
    start: startInteractiveCommand,
  },
  NonInteractiveCommands: {
    since: 'nonInteractiveCommands',
    alwaysHandshakes: true,
    encrypts: true,
    showsProperties: false,
    separatesOutput: separatesOutputs,
    findFault: findSeparationFault,
    start: startCommand,
  },
  Port: {
    since: 'portSessions',
    alwaysHandshakes: true,
    encrypts: false,
    showsProperties: true,
    start: startPort,
  },
};

export function sessionKind(type: SessionType | undefined): SessionKind | undefined {
  return type === undefined ? undefined : kinds[type];
}
