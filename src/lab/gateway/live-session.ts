import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { MessageType } from '../../ssm/wire/message-type.ts';
import type { AgentEnd, AgentLink, AgentSession, AgentStats } from '../agent/session-kind.ts';
import type { Fault } from '../faults/fault.ts';
import { SessionFaults } from '../faults/session-faults.ts';
import type { SessionRecord } from '../session-record.ts';
import { ClientRules } from '../strict/client-rules.ts';
import { FrameScanner } from '../strict/frame-scanner.ts';
import { ClientConnection, type ConnectionWitness } from './client-connection.ts';
import { channelClosedMessage, isSessionState, isStreamData, publicationMessage } from './service-message.ts';
import { type SessionLimits, SessionTimers } from './session-timers.ts';

export interface LiveSessionOptions {
  limits: SessionLimits;
  startAgent(link: AgentLink): AgentSession;
  /** Connections are closed with code 1000 after this long, if at all. */
  closeEveryMs: number | undefined;
  /** Whether a client that breaks the rules ends its session. */
  isStrict: boolean;
  /** The session has ended; the record says how. */
  onEnd(): void;
}

/** Counts that a test or a measurement wants to know of a session. */
export interface ConnectionCounts {
  connections: number;
  /** Connections lost while the agent's messages were under way. */
  lostWithUnacknowledged: number;
}

/**
 * What joins one client to one agent for the life of a session: the relay, the publication messages that tell each
 * side whether the other is there, the service's time limits, and the end.
 */
export class LiveSession {
  readonly record: SessionRecord;
  readonly faults = new SessionFaults();
  readonly counts: ConnectionCounts = { connections: 0, lostWithUnacknowledged: 0 };
  /** Rules that the client has broken; known in strict mode only. */
  readonly violations: string[] = [];
  readonly #rules = new ClientRules();
  readonly #options: LiveSessionOptions;
  readonly #agent: AgentSession;
  readonly #timers: SessionTimers;
  #client: ClientConnection | undefined;
  #closeTimer: NodeJS.Timeout | undefined;
  #hasEnded = false;
  #serviceOutput: string | undefined;

  constructor(record: SessionRecord, options: LiveSessionOptions) {
    this.record = record;
    this.#options = options;
    this.#timers = new SessionTimers(options.limits, (limit) => this.end(limitText(limit)));
    this.#agent = options.startAgent({
      send: (frame) => this.#fromAgent(frame),
      isCongested: () => this.#client?.isCongested ?? false,
      onEnd: (end) => this.#onAgentEnd(end),
      takeFault: (kind) => this.faults.takeAgentFault(kind),
    });
    // No client yet: the agent's output waits in its program.
    this.#tellAgent(MessageType.pausePublication);
  }

  get isConnected(): boolean {
    return this.#client !== undefined;
  }

  get agentStats(): AgentStats {
    return this.#agent.stats;
  }

  /** Drops the client's connection, or closes it with `code`; false when there is none. */
  dropClient(code: number | undefined): boolean {
    const client = this.#client;
    if (code === undefined) client?.cut();
    else client?.close(code, code === 1000 ? 'Bye' : '');
    return client !== undefined;
  }

  addFault(fault: Fault): void {
    this.faults.add(fault);
    this.#client?.applyImmediateFaults();
  }

  /** In strict mode looks at the frames of a connection, from its first byte on. */
  watchFraming(transport: Duplex): void {
    if (!this.#options.isStrict) return;
    const scanner = new FrameScanner();
    transport.on('data', (bytes: Buffer) => {
      if (scanner.findsFragment(bytes)) this.#onViolation('a message came in fragments');
    });
  }

  /** A client has opened the data channel with a good token. An earlier connection is replaced. */
  attach(socket: WebSocket, transport: Duplex): void {
    this.#client?.cut();
    this.record.status = 'Connected';
    this.record.everConnected = true;
    this.counts.connections += 1;
    const witness = this.#options.isStrict ? this.#newWitness() : undefined;
    const client = new ClientConnection(socket, transport, this.faults, {
      ...(witness ? { witness } : {}),
      onFrame: (frame) => this.#fromClient(frame),
      onDrain: () => this.#agent.onLinkDrain(),
      onClose: () => this.#onClientGone(client),
    });
    this.#client = client;
    this.#timers.onActivity();
    client.applyImmediateFaults();
    // Cut before it was heard.
    if (!this.isConnected) return;
    client.send(publicationMessage(MessageType.startPublication, this.record.id, Date.now()));
    this.#tellAgent(MessageType.startPublication);
    this.#closeLater(client);
  }

  /** Ends the session from the service's side; `output` is what the client is told. */
  end(output: string): void {
    if (this.#hasEnded) return;
    this.record.status = 'Terminating';
    // The agent ends at once and says nothing; the reason is the service's.
    this.#serviceOutput = output;
    this.#agent.receive(channelClosedMessage(this.record, undefined, Date.now()));
    this.#finish(output);
  }

  /** Ends without a word, for the end of the lab. Resolves when the session's processes are gone. */
  async close(): Promise<void> {
    this.#client?.cut();
    this.#finish('');
    await this.reap();
  }

  /** Resolves when the processes of a session that has ended are gone. */
  reap(): Promise<void> {
    return this.#agent.close();
  }

  #newWitness(): ConnectionWitness {
    const rules = this.#rules;
    rules.onConnection();
    return {
      onReceived: (frame, isBinary) => this.#onViolation(rules.check(frame, isBinary)),
      onSent: (frame) => this.#onViolation(rules.onSent(frame)),
    };
  }

  #onViolation(violation: string | undefined): void {
    if (violation === undefined || this.#hasEnded) return;
    this.violations.push(violation);
    // Not in the middle of the frame that broke the rule.
    queueMicrotask(() => this.end(`The client broke a rule of the protocol: ${violation}`));
  }

  /** As the real service does about hourly: the session goes on. */
  #closeLater(client: ClientConnection): void {
    clearTimeout(this.#closeTimer);
    const { closeEveryMs } = this.#options;
    if (closeEveryMs === undefined) return;
    this.#closeTimer = setTimeout(() => client.close(1000, 'Bye'), closeEveryMs);
  }

  #fromAgent(frame: Uint8Array): void {
    // For the service, which needs none of it here: the agent is in the same process.
    if (isSessionState(frame)) return;
    if (isStreamData(frame)) this.#timers.onActivity();
    this.#client?.send(frame);
  }

  #fromClient(frame: Uint8Array): void {
    if (isStreamData(frame)) this.#timers.onActivity();
    this.#agent.receive(frame);
  }

  #onClientGone(client: ClientConnection): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    if (this.#hasEnded) return;
    this.record.status = 'Disconnected';
    if (this.#agent.stats.unacknowledged > 0) this.counts.lostWithUnacknowledged += 1;
    this.#tellAgent(MessageType.pausePublication);
  }

  #onAgentEnd(end: AgentEnd): void {
    this.#finish(this.#serviceOutput ?? end.output);
  }

  #finish(output: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#timers.stop();
    clearTimeout(this.#closeTimer);
    this.record.status = this.record.everConnected ? 'Terminated' : 'Failed';
    this.record.endedAt = Date.now();
    this.record.token = undefined;
    this.#client?.send(channelClosedMessage(this.record, output, Date.now()));
    this.#client?.closeAfterAll(1000, '');
    this.#options.onEnd();
  }

  #tellAgent(type: 'start_publication' | 'pause_publication'): void {
    this.#agent.receive(publicationMessage(type, this.record.id, Date.now()));
  }
}

/** The service's wording is not public; these are ours. */
function limitText(limit: 'idle' | 'duration'): string {
  return limit === 'idle'
    ? 'The session was ended because it was idle for too long.'
    : 'The session was ended because it reached its longest duration.';
}
