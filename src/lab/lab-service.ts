import { RunningSession } from './agent/agent-session.ts';
import { type AgentOptions, sessionKind } from './agent/session-kind.ts';
import { ApiError } from './api/api-error.ts';
import type { ApiContext, OpenRequest } from './api/context.ts';
import type { ControlContext } from './control/control-api.ts';
import { type ApprovalOptions, LabApprovals } from './approvals/lab-approvals.ts';
import { LabDocuments } from './documents.ts';
import type { Fault } from './faults/fault.ts';
import { asNode, type LabTask } from './ecs/lab-tasks.ts';
import { LiveSession } from './gateway/live-session.ts';
import { streamUrl } from './gateway/stream-url.ts';
import { type Refusal, Refusals, refusalError } from './faults/refusals.ts';
import { LabIdentity } from './identity/lab-identity.ts';
import type { SignInSpans } from './identity/sign-ins.ts';
import { LabKms } from './kms/lab-kms.ts';
import type { LabNode } from './nodes.ts';
import {
  callerArn,
  isLive,
  minutesInput,
  newSessionId,
  newToken,
  type SessionRecord,
} from './session-record.ts';

/** Ended sessions are remembered up to this many, oldest forgotten first; the real service keeps 30 days of them. */
const rememberedSessions = 2000;

/** Bounds of a document's limits, minutes (protocol notes, section 8.4). */
const defaultIdleMinutes = 20;
const idleBounds = [1, 60] as const;
const durationBounds = [1, 1440] as const;

export interface LabServiceOptions {
  nodes: readonly LabNode[];
  tasks: readonly LabTask[];
  agent: Omit<AgentOptions, 'decryptDataKey'>;
  /** Faults for every session to come. */
  faults: readonly Fault[];
  /** Host and port that stream URLs name. */
  host(): string;
  /** Length of a document's minute; a test makes it short. */
  minuteMs: number;
  closeEveryMs: number | undefined;
  isStrict: boolean;
  signInSpans: Partial<SignInSpans>;
  /** Plain shell documents beside the fixed ones. */
  extraDocuments: number;
  /** Just-in-time access; off where absent. */
  approvals?: ApprovalOptions;
}

/** The lab's state: which sessions there are, and which of them are live. */
export class LabService implements ApiContext, ControlContext {
  readonly kms = new LabKms();
  readonly identity: LabIdentity;
  readonly documents: LabDocuments;
  readonly approvals: LabApprovals;
  areCredentialsExpired = false;
  readonly #options: LabServiceOptions;
  readonly #nodesByRegion: ReadonlyMap<string, readonly LabNode[]>;
  readonly #refusals = new Refusals();
  readonly #records = new Map<string, SessionRecord>();
  readonly #live = new Map<string, LiveSession>();
  readonly #ended = new WeakMap<SessionRecord, LiveSession>();
  readonly #standingFaults: Fault[];
  /** Sessions that have ended but whose processes may still be dying. */
  readonly #ending = new Set<Promise<void>>();

  constructor(options: LabServiceOptions) {
    this.identity = new LabIdentity(() => this.now(), options.signInSpans);
    this.approvals = new LabApprovals(this.identity.keys, () => this.now(), options.approvals);
    const regions = new Set(options.nodes.map(({ region }) => region));
    this.#nodesByRegion = new Map(
      [...regions].map((region) => [region, options.nodes.filter((node) => node.region === region)]),
    );
    this.documents = new LabDocuments(options.extraDocuments);
    this.#options = options;
    this.#standingFaults = [...options.faults];
  }

  now(): number {
    return Date.now();
  }

  nodesIn(region: string): readonly LabNode[] {
    return this.#nodesByRegion.get(region) ?? [];
  }

  tasksIn(region: string): readonly LabTask[] {
    return this.#options.tasks.filter((task) => task.region === region);
  }

  findTarget(region: string, target: string): LabNode | undefined {
    const node = this.nodesIn(region).find(({ id }) => id === target);
    if (node !== undefined || !target.startsWith('ecs:')) return node;
    return this.tasksIn(region)
      .flatMap((task) => task.containers.flatMap((container) => asNode(task, container) ?? []))
      .find(({ id }) => id === target);
  }

  stopTask(taskId: string): boolean {
    const task = this.#options.tasks.find(({ id }) => id === taskId);
    if (task === undefined) return false;
    task.status = 'STOPPED';
    for (const live of this.#live.values()) {
      if (live.record.target.startsWith(`ecs:${task.cluster}_${taskId}_`)) live.end('');
    }
    return true;
  }

  takeRefusal(operation: string): ApiError | undefined {
    return this.#refusals.take(operation);
  }

  addRefusal(refusal: Refusal): void {
    this.#refusals.add(refusal);
  }

  sessions(): readonly SessionRecord[] {
    return [...this.#records.values()];
  }

  findSession(id: string): SessionRecord | undefined {
    return this.#records.get(id);
  }

  findLive(id: string): LiveSession | undefined {
    return this.#live.get(id);
  }

  canRun({ content }: OpenRequest['document']): boolean {
    return sessionKind(content.sessionType) !== undefined;
  }

  openSession(request: OpenRequest): SessionRecord {
    const kind = sessionKind(request.document.content.sessionType);
    if (!kind) throw new ApiError('InvalidDocument', `Document ${request.document.name} cannot be run.`);
    const inputs = request.document.content.inputs ?? {};
    const { idPrefix, ...asked } = request;
    const record: SessionRecord = {
      ...asked,
      id: newSessionId(idPrefix),
      owner: callerArn,
      status: 'Connecting',
      startedAt: this.now(),
      endedAt: undefined,
      everConnected: false,
      token: undefined,
      maxDurationMinutes: minutesInput(inputs['maxSessionDuration'], ...durationBounds),
      idleTimeoutMinutes: minutesInput(inputs['idleSessionTimeout'], ...idleBounds) ?? defaultIdleMinutes,
    };
    this.#remember(record);
    const { minuteMs, agent, closeEveryMs, isStrict } = this.#options;
    const decryptDataKey: AgentOptions['decryptDataKey'] = (...request) =>
      this.kms.decrypt(...request).plaintext;
    const live = new LiveSession(record, {
      limits: {
        idleMs: record.idleTimeoutMinutes * minuteMs,
        maxMs: record.maxDurationMinutes === undefined ? undefined : record.maxDurationMinutes * minuteMs,
      },
      startAgent: (link) => new RunningSession(record, kind, link, { ...agent, decryptDataKey }),
      closeEveryMs,
      isStrict,
      onEnd: () => this.#onEnd(live),
    });
    this.#live.set(record.id, live);
    for (const fault of this.#standingFaults) live.addFault(fault);
    return record;
  }

  issueToken(record: SessionRecord): string {
    record.token = newToken(record.target);
    return record.token;
  }

  streamUrl(record: SessionRecord): string {
    return streamUrl(this.#options.host(), record.id);
  }

  endSession(record: SessionRecord): void {
    this.#live.get(record.id)?.end('');
  }

  resumeFault(record: SessionRecord): ApiError | 'gone' | undefined {
    const code = this.#live.get(record.id)?.faults.takeResumeRefusal();
    if (code === undefined) return undefined;
    return code === 'gone' ? 'gone' : refusalError(code, 'ssm:ResumeSession');
  }

  addFault(fault: Fault): boolean {
    if (fault.session === '*') {
      this.#standingFaults.push(fault);
      for (const live of this.#live.values()) live.addFault(fault);
      return true;
    }
    const live = this.#live.get(fault.session);
    live?.addFault(fault);
    return live !== undefined;
  }

  clearFaults(sessionId: string | undefined): void {
    if (sessionId === undefined) {
      this.#standingFaults.length = 0;
      this.#refusals.clear();
    }
    for (const live of this.#chosen(sessionId)) live.faults.clear();
  }

  setNode(id: string, { online, machine }: Pick<LabNode, 'online' | 'machine'>): boolean {
    const node = this.#options.nodes.find((each) => each.id === id);
    if (!node) return false;
    // Nobody hears from it from now on.
    if (node.online && !online) node.lastPingAt = this.now();
    Object.assign(node, { online, machine });
    if (machine === 'running') return true;
    for (const live of this.#live.values()) if (live.record.node.id === id) live.end('');
    return true;
  }

  cutConnections(sessionId: string | undefined, code: number | undefined): number {
    return this.#chosen(sessionId).filter((live) => live.dropClient(code)).length;
  }

  #chosen(sessionId: string | undefined): LiveSession[] {
    return [...this.#live.values()].filter(
      ({ record }) => sessionId === undefined || record.id === sessionId,
    );
  }

  describeSessions(): object[] {
    return this.sessions().map((record) => {
      const live = this.#live.get(record.id) ?? this.#ended.get(record);
      return {
        id: record.id,
        target: record.target,
        nodeName: record.node.name,
        document: record.document.name,
        status: record.status,
        startedAt: record.startedAt,
        endedAt: record.endedAt ?? null,
        isConnected: live?.isConnected ?? false,
        violations: live?.violations ?? [],
        ...live?.counts,
        ...(live ? summarise(live) : {}),
      };
    });
  }

  /** Ends every session and its processes. */
  async close(): Promise<void> {
    await Promise.all([...this.#live.values()].map((live) => live.close()));
    await Promise.all(this.#ending);
  }

  #onEnd(live: LiveSession): void {
    this.#live.delete(live.record.id);
    this.#ended.set(live.record, live);
    const ending = live.reap().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #remember(record: SessionRecord): void {
    this.#records.set(record.id, record);
    if (this.#records.size <= rememberedSessions) return;
    for (const known of this.#records.values()) {
      if (isLive(known)) continue;
      this.#records.delete(known.id);
      return;
    }
  }
}

function summarise(live: LiveSession): object {
  const { echoMs, ...counts } = live.agentStats;
  const sorted = echoMs.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;
  return { ...counts, echo: { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) } };
}
