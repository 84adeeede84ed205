import { join } from 'node:path';
import type { StartedSession } from '../../../src/aws/control-plane.ts';
import { Approvals } from '../../../src/main/approvals/approvals.ts';
import type { KeptRequest } from '../../../src/main/approvals/request-store.ts';
import type { Commands } from '../../../src/main/commands/commands.ts';
import type { CommandRun } from '../../../src/shared/commands.ts';
import type { EventPayload } from '../../../src/shared/contract.ts';
import type { EventName } from '../../../src/shared/contract-names.ts';
import type { Profile, SessionSummary, Settings } from '../../../src/shared/models.ts';
import { requiresReason } from '../../../src/shared/reason-rule.ts';
import type { ToPage } from '../../../src/shared/terminal-port.ts';
import type { TunnelStatus } from '../../../src/shared/tunnels.ts';
import type { LiveSessions } from '../../../src/main/sessions/live-sessions.ts';
import {
  makeSessionKinds,
  type SessionKinds,
  type SessionKindsOptions,
} from '../../../src/main/sessions/session-kinds.ts';
import type { SessionRegistry } from '../../../src/main/sessions/session-registry.ts';
import { BytesWorkerOwner } from '../../../src/main/bytes/bytes-worker-owner.ts';
import { LocalBytes } from '../../../src/main/bytes/local-bytes.ts';
import { LocalCommand } from '../../../src/main/bytes/local-command.ts';
import { LocalTunnel } from '../../../src/main/bytes/local-tunnel.ts';
import type { PagePort } from '../../../src/main/bytes/session-bytes.ts';
import { TunnelStore } from '../../../src/main/tunnels/tunnel-store.ts';
import type { Tunnels } from '../../../src/main/tunnels/tunnels.ts';
import { appError, type FakeControlPlane, FakeNotes, FakeService, held, turns } from './fake-service.ts';
import { FakeWorker } from './fake-worker.ts';
import { HandClock } from './hand-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const profile: Profile = {
  id: 'p',
  name: 'Production',
  environment: 'production',
  credentials: { kind: 'default-chain' },
  builtIn: false,
};
export const request = { profileId: 'p', target: 'i-1', cols: 80, rows: 24 };

/** Where the bytes run: the same must hold for both. */
export const places = ['this thread', 'a worker'] as const;

/** The owners of all sessions, whose service, channels and worker do as the test says. */
export class Bench {
  readonly workers: FakeWorker[] = [];
  readonly service = new FakeService();
  readonly clock = new HandClock();
  readonly #owner = new BytesWorkerOwner(() => {
    const worker = new FakeWorker(this.service, this.clock);
    this.workers.push(worker);
    return worker;
  });
  /** Of one node: the latest request. */
  readonly kept: KeptRequest[] = [];
  /** Times are those of the clock, with no jitter. */
  readonly approvals = new Approvals({
    connect: this.service.connect,
    store: {
      list: () => this.kept,
      save: (request) => {
        this.kept.splice(0, this.kept.length, request);
      },
      remove: (id) => {
        const at = this.kept.findIndex(({ requestId }) => requestId === id);
        if (at !== -1) this.kept.splice(at, 1);
      },
    },
    now: () => this.clock.now(),
    random: () => 0.5,
    setTimer: (run, delayMs) => this.clock.setTimer(run, delayMs),
  });
  readonly accessOutcomes: string[] = [];
  readonly notes = new FakeNotes();
  readonly news: SessionSummary[] = [];
  readonly tunnelNews: TunnelStatus[] = [];
  /** Listeners that were open when the page heard of an end. */
  readonly listeningAtEnd: number[] = [];
  readonly commandNews: CommandRun[] = [];
  readonly forgotten: string[] = [];
  readonly cutOffs: SessionSummary['cutOff'][] = [];
  profiles = [profile];
  settings: Pick<Settings, 'requireReason'> = { requireReason: 'never' };
  readonly tunnelStore = new TunnelStore(join(temporaryFolder(), 'tunnels.json'), 0, () => {});
  readonly #kinds: SessionKinds;

  constructor(place: (typeof places)[number]) {
    this.#kinds = makeSessionKinds({
      surroundings: {
        connect: this.service.connect,
        notes: this.notes,
        now: () => 5000,
        agentVersion: () => undefined,
        requiresReason: (asked) => requiresReason(asked, this.settings),
        approvals: this.approvals,
        onAccessOutcome: (_session, { kind }) => this.accessOutcomes.push(kind),
      },
      bytes: place === 'a worker' ? this.#owner : this.#bytesHere(),
      tunnelStore: this.tunnelStore,
      clock: this.clock,
      profile: (id) => {
        const found = this.profiles.find((each) => each.id === id);
        if (found === undefined) throw appError('not-found');
        return found;
      },
      onCutOff: ({ cutOff }) => this.cutOffs.push(cutOff),
      tell: (name, payload) => this.#told(name, payload),
    });
  }

  get registry(): SessionRegistry {
    return this.#kinds.sessions;
  }

  get lives(): LiveSessions {
    return this.#kinds.lives;
  }

  get tunnels(): Tunnels {
    return this.#kinds.tunnels;
  }

  get commands(): Commands {
    return this.#kinds.commands;
  }

  #bytesHere(): SessionKindsOptions['bytes'] {
    return {
      bytesOf: () => new LocalBytes(this.service.openSession, this.clock),
      tunnelOf: (_key, onFigures) => new LocalTunnel(this.service, this.clock, onFigures),
      commandOf: (_key, onProgress) => new LocalCommand(this.service.openSession, this.clock, onProgress),
    };
  }

  #told<N extends EventName>(name: N, payload: EventPayload<N>): void {
    if (name === 'sessionChanged') this.news.push(payload as SessionSummary);
    if (name === 'tunnelStatusChanged') {
      const status = payload as TunnelStatus;
      this.tunnelNews.push(status);
      if (status.state.kind === 'ended') this.listeningAtEnd.push(this.service.listening);
    }
    if (name === 'commandChanged') this.commandNews.push(payload as CommandRun);
    if (name === 'sessionForgotten' || name === 'commandForgotten') {
      this.forgotten.push((payload as { key: string }).key);
    }
  }

  get plane(): FakeControlPlane {
    return this.service.planes[0] as FakeControlPlane;
  }

  get channel() {
    return this.service.channels.at(-1) as (typeof this.service.channels)[number];
  }

  summary(): SessionSummary {
    return this.registry.list()[0] as SessionSummary;
  }

  /** A session ended and started again before StartSession of its first run has answered; answers now. */
  async restartedBeforeTheAnswer(): Promise<() => void> {
    const answer = held<StartedSession>();
    this.service.nextPlane.startAnswer = () => answer.promise;
    const { key } = this.registry.start(request);
    await turns();
    await this.registry.end(key);
    this.registry.restart(key, 80, 24);
    await turns();
    return () =>
      answer.resolve({ sessionId: 'old', tokenValue: 't', streamUrl: 'wss://x', handshake: 'none' });
  }

  /** A session whose channel is live; its key. */
  async live(): Promise<string> {
    const { key } = this.registry.start(request);
    await turns();
    this.channel.tell({ kind: 'live' });
    return key;
  }
}

export class FakePage implements PagePort {
  readonly messages: ToPage[] = [];
  isClosed = false;
  post(message: ToPage): void {
    this.messages.push(message);
  }
  close(): void {
    this.isClosed = true;
  }
  get text(): string {
    return this.messages
      .map((message) => (message instanceof Uint8Array ? new TextDecoder().decode(message) : ''))
      .join('');
  }
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
