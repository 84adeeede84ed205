import { FakeMembers } from './fake-members.ts';
import type {
  AccessGrant,
  AccessRequest,
  AccessStatus,
  ActiveSession,
  ControlPlane,
  NodePage,
  StartedSession,
  StartSessionRequest,
} from '../../../src/aws/control-plane.ts';
import type { ContainerLook } from '../../../src/aws/containers/container-trouble.ts';
import type { ContainerPage } from '../../../src/aws/containers/list-containers.ts';
import type { DataKey } from '../../../src/aws/data-key.ts';
import type { InstanceFacts } from '../../../src/aws/instances.ts';
import type { SessionDocument } from '../../../src/aws/session-document.ts';
import { FakeDoctor } from './fake-doctor.ts';
import type { Connect } from '../../../src/main/connection.ts';
import type { HistoryStart } from '../../../src/main/history/history-store.ts';
import type { SessionNotes } from '../../../src/main/sessions/session-life.ts';
import type { DocumentPage } from '../../../src/shared/document-facts.ts';
import { AppError, type ErrorCode } from '../../../src/shared/errors.ts';
import type { ManagedNode } from '../../../src/shared/inventory.ts';
import type { SessionSummary } from '../../../src/shared/models.ts';
import type { ChannelState } from '../../../src/ssm/channel/channel-types.ts';
import type { LiveSession, SessionOptions } from '../../../src/ssm/node/open-session.ts';
import type { LocalListener } from '../../../src/ssm/node/port/listen-locally.ts';
import type { LocalAddress } from '../../../src/ssm/node/port/local-address.ts';
import type {
  PortSession,
  PortSessionOptions,
  PortStats,
} from '../../../src/ssm/node/port/open-port-session.ts';

export function appError(code: ErrorCode): AppError {
  return new AppError({ code, attempted: 'Try', message: `It was ${code}.`, hint: '', retryable: false });
}

/** Something that a test settles when it likes. */
export interface Held<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

export function held<T>(): Held<T> {
  let settle: Omit<Held<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...(settle as unknown as Omit<Held<T>, 'promise'>) };
}

/** Lets everything run that waits for nothing but its turn. */
export async function turns(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

export const plainDocument = (name: string, change: Partial<SessionDocument> = {}): SessionDocument => ({
  name,
  description: '',
  hasKmsKey: false,
  parameters: [],
  separatesOutput: false,
  ...change,
});

/** A control plane that does what the test says, and writes down what it was asked. */
export class FakeControlPlane implements ControlPlane {
  nodeAnswer: (id: string) => Promise<ManagedNode | undefined> = () => Promise.resolve(undefined);
  documentAnswer: (name: string) => Promise<SessionDocument> = (name) => Promise.resolve(plainDocument(name));
  readonly calls: string[] = [];
  readonly requests: StartSessionRequest[] = [];
  isClosed = false;
  hasGivenUpCredentials = false;
  /** Of an approval: what its sessions are signed with. */
  grant: AccessGrant | undefined;
  startAnswer: () => Promise<StartedSession> = () =>
    Promise.resolve({
      sessionId: 's-1',
      tokenValue: 'secret-token',
      streamUrl: 'wss://service/secret-stream',
      handshake: 'none',
    });
  terminateAnswer: () => Promise<void> = () => Promise.resolve();
  resumeAnswer: () => Promise<{ tokenValue: string }> = () =>
    Promise.resolve({ tokenValue: 'secret-token-2' });
  pages: ManagedNode[][] = [];
  active: ActiveSession[] = [];

  startSession(request: StartSessionRequest): Promise<StartedSession> {
    this.calls.push(`start ${request.target}`);
    this.requests.push(request);
    return this.startAnswer();
  }
  resumeSession(sessionId: string): Promise<{ tokenValue: string }> {
    this.calls.push(`resume ${sessionId}`);
    return this.resumeAnswer();
  }
  classifyResumeError(): 'retry' {
    return 'retry';
  }
  terminateSession(sessionId: string): Promise<void> {
    this.calls.push(`terminate ${sessionId}`);
    return this.terminateAnswer();
  }
  askAnswer: () => Promise<string> = () => Promise.resolve('oi-0123456789ab');
  accessAnswer: (requestId: string) => Promise<AccessStatus> = () => Promise.resolve({ kind: 'pending' });
  startAccessRequest({ target, reason }: AccessRequest): Promise<string> {
    this.calls.push(`ask ${target}: ${reason}`);
    return this.askAnswer();
  }
  readAccess(requestId: string): Promise<AccessStatus> {
    this.calls.push(`access ${requestId}`);
    return this.accessAnswer(requestId);
  }
  describeSession(): Promise<{ owner: string }> {
    return Promise.resolve({ owner: 'arn:me' });
  }
  findNode(id: string): Promise<ManagedNode | undefined> {
    return this.nodeAnswer(id);
  }
  listDocuments(): Promise<DocumentPage> {
    return Promise.resolve({ documents: [] });
  }
  readDocument(name: string): Promise<SessionDocument> {
    return this.documentAnswer(name);
  }
  generateDataKey(): Promise<DataKey> {
    this.calls.push('data key');
    return Promise.resolve({ plaintext: new Uint8Array(64), ciphertext: new Uint8Array(8) });
  }
  async *listActiveSessions(owner?: string): AsyncIterable<ActiveSession[]> {
    this.calls.push(`list active of ${owner ?? 'anybody'}`);
    await turns();
    yield this.active;
  }
  /** What EC2 says of the ids it is asked for; rejects where the caller may not know. */
  instances: (ids: readonly string[]) => Promise<InstanceFacts[]> = () => Promise.resolve([]);
  describeInstances(ids: readonly string[]): Promise<InstanceFacts[]> {
    this.calls.push(`describe ${ids.join(' ')}`);
    return this.instances(ids);
  }
  /** Pages of ListTasks with what DescribeTasks says of them; rejects where the clusters may not be listed. */
  containerPages: () => Promise<ContainerPage[]> = () => Promise.resolve([]);
  async *listContainers(): AsyncIterable<ContainerPage> {
    yield* await this.containerPages();
  }
  /** Looks at a container of the doctor. */
  containerLook: () => Promise<ContainerLook> = () =>
    Promise.resolve({ container: undefined, trouble: undefined });
  lookAtContainer(): Promise<ContainerLook> {
    return this.containerLook();
  }
  execKey: () => Promise<string | undefined> = () => Promise.resolve(undefined);
  execKeyOf(): Promise<string | undefined> {
    return this.execKey();
  }
  listServiceContainers(): Promise<ManagedNode[]> {
    return Promise.resolve([]);
  }
  /** Pages of tags of hybrid nodes; rejects where the caller may not know. */
  hybridTags: () => Promise<InstanceFacts[][]> = () => Promise.resolve([]);
  async *listHybridTags(): AsyncIterable<InstanceFacts[]> {
    this.calls.push('tags of hybrid nodes');
    yield* await this.hybridTags();
  }
  async *listNodes(from = '0'): AsyncIterable<NodePage> {
    for (let at = Number(from); at < this.pages.length; at += 1) {
      await turns();
      const isLast = at === this.pages.length - 1;
      yield { nodes: this.pages[at] ?? [], ...(isLast ? {} : { nextToken: String(at + 1) }) };
    }
  }
  signUpgrade(): Promise<Record<string, string>> {
    return Promise.resolve({});
  }
  giveUpCredentials(): void {
    this.hasGivenUpCredentials = true;
  }
  close(): void {
    this.isClosed = true;
  }
}

/** A data channel that the test drives. */
export class FakeChannel implements LiveSession {
  readonly options: SessionOptions;
  readonly written: string[] = [];
  readonly sizes: string[] = [];
  isReading = true;
  reconnects = 0;
  takesMore = true;
  #hasEnded = false;

  constructor(options: SessionOptions) {
    this.options = options;
  }
  write(bytes: Uint8Array): boolean {
    this.written.push(new TextDecoder().decode(bytes));
    return this.takesMore;
  }
  resize(cols: number, rows: number): void {
    this.sizes.push(`${cols}x${rows}`);
  }
  sendFlag(): void {}
  flushed(): Promise<void> {
    return Promise.resolve();
  }
  pauseReading(): void {
    this.isReading = false;
  }
  resumeReading(): void {
    this.isReading = true;
  }
  reconnectNow(): void {
    this.reconnects += 1;
  }
  end(): void {
    if (!this.#hasEnded) this.tell({ kind: 'ended', end: { kind: 'ended-by-user' } });
  }
  stats() {
    return { sessionId: 's-1', resends: 2, unacknowledged: 0, bytesIn: 10, bytesOut: 20 };
  }
  tell(state: ChannelState): void {
    this.#hasEnded = state.kind === 'ended';
    this.options.onState(state);
  }
}

/** A port session that the test drives. */
export class FakePort implements PortSession {
  readonly options: PortSessionOptions;
  figures: PortStats = {
    sessionId: 's-1',
    resends: 0,
    unacknowledged: 0,
    bytesIn: 0,
    bytesOut: 0,
    connections: [],
    totalConnections: 0,
    refusedConnections: 0,
    bytesUp: 0,
    bytesDown: 0,
    memoryBytes: 0,
    spooledBytes: 0,
  };
  reconnects = 0;
  #hasEnded = false;

  constructor(options: PortSessionOptions) {
    this.options = options;
  }
  async end(): Promise<void> {
    await turns();
    if (!this.#hasEnded) this.tell({ kind: 'ended', end: { kind: 'ended-by-user' } });
  }
  reconnectNow(): void {
    this.reconnects += 1;
  }
  stats(): PortStats {
    return this.figures;
  }
  tell(state: ChannelState): void {
    this.#hasEnded = state.kind === 'ended';
    const { side } = this.options;
    // As the real one does before it tells its end.
    if (this.#hasEnded && 'listener' in side) void side.listener.close();
    this.options.onState(state);
  }
}

/** A service with its channels, for whoever needs {@link Connect} and a driver. */
export class FakeService {
  readonly planes: FakeControlPlane[] = [];
  readonly channels: FakeChannel[] = [];
  /** The next plane that is handed out. */
  nextPlane = new FakeControlPlane();
  readonly doctor = new FakeDoctor();
  readonly members = new FakeMembers();
  isStale = false;

  /** Changes every plane before it is handed out. */
  eachPlane: (plane: FakeControlPlane) => void = () => {};

  readonly connect: Connect = (_profile, grant) => {
    const controlPlane = this.nextPlane;
    controlPlane.grant = grant;
    this.eachPlane(controlPlane);
    this.nextPlane = new FakeControlPlane();
    this.planes.push(controlPlane);
    return Promise.resolve({
      region: 'eu-west-1',
      controlPlane,
      doctor: () => this.doctor,
      memberLookup: () => this.members,
      lookUpCredentials: () => Promise.resolve(),
      isStale: () => this.isStale,
    });
  };

  readonly ports: FakePort[] = [];
  /** What becomes of the next attempt to listen. */
  listenAnswer: (address: LocalAddress) => Promise<LocalAddress> = (address) =>
    Promise.resolve(address.kind === 'tcp' && address.port === 0 ? { ...address, port: 49_152 } : address);
  /** Listeners that are open. */
  listening = 0;

  readonly listenLocally = async (address: LocalAddress): Promise<LocalListener> => {
    const found = await this.listenAnswer(address);
    this.listening += 1;
    let isOpen = true;
    return {
      address: found,
      serve: () => {},
      close: () => {
        if (isOpen) this.listening -= 1;
        isOpen = false;
        return Promise.resolve();
      },
    };
  };

  readonly openPortSession = (options: PortSessionOptions): PortSession => {
    const port = new FakePort(options);
    this.ports.push(port);
    return port;
  };

  readonly openSession = (options: SessionOptions): LiveSession => {
    const channel = new FakeChannel(options);
    this.channels.push(channel);
    return channel;
  };
}

/** Notes as lines of text. */
export class FakeNotes implements SessionNotes {
  readonly lines: string[] = [];
  readonly entries: HistoryStart[] = [];
  started(entry: HistoryStart): void {
    this.entries.push(entry);
    this.lines.push(`${entry.key} started ${entry.target}`);
  }
  learned(key: string, news: object): void {
    this.lines.push(`${key} ${JSON.stringify(news)}`);
  }
  ended(key: string, end: { kind: string }): void {
    this.lines.push(`${key} ended ${end.kind}`);
  }
}

export const stateKinds = (summaries: readonly SessionSummary[]): string[] =>
  summaries.map(({ state }) => (state.kind === 'ended' ? `ended: ${state.end.kind}` : state.kind));
