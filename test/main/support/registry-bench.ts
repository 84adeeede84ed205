import type { StartedSession } from '../../../src/aws/control-plane.ts';
import type { Profile, SessionSummary } from '../../../src/shared/models.ts';
import type { ToPage } from '../../../src/shared/terminal-port.ts';
import { SessionRegistry } from '../../../src/main/sessions/session-registry.ts';
import { BytesWorkerOwner } from '../../../src/main/bytes/bytes-worker-owner.ts';
import { LocalBytes } from '../../../src/main/bytes/local-bytes.ts';
import type { PagePort } from '../../../src/main/bytes/session-bytes.ts';
import { appError, type FakeControlPlane, FakeNotes, FakeService, held, turns } from './fake-service.ts';
import { FakeWorker } from './fake-worker.ts';

export const profile: Profile = {
  id: 'p',
  name: 'Production',
  environment: 'production',
  credentials: { kind: 'default-chain' },
  builtIn: false,
};
export const request = { profileId: 'p', target: 'i-1', cols: 80, rows: 24 };

const clock = { now: () => 0, setTimer: () => () => {} };

/** Where the bytes run: the same must hold for both. */
export const places = ['this thread', 'a worker'] as const;

/** A registry of sessions whose service, channels and worker do as the test says. */
export class Bench {
  readonly workers: FakeWorker[] = [];
  readonly #owner = new BytesWorkerOwner(() => {
    const worker = new FakeWorker(this.service.openSession, clock);
    this.workers.push(worker);
    return worker;
  });
  readonly service = new FakeService();
  readonly notes = new FakeNotes();
  readonly news: SessionSummary[] = [];
  readonly forgotten: string[] = [];
  profiles = [profile];
  readonly #place: (typeof places)[number];

  constructor(place: (typeof places)[number]) {
    this.#place = place;
  }

  readonly registry = new SessionRegistry(
    {
      connect: this.service.connect,
      bytesOf: (key) =>
        this.#place === 'a worker'
          ? this.#owner.bytesOf(key)
          : new LocalBytes(this.service.openSession, clock),
      notes: this.notes,
      now: () => 5000,
    },
    (id) => {
      const found = this.profiles.find((each) => each.id === id);
      if (found === undefined) throw appError('not-found');
      return found;
    },
    {
      changed: (summary) => this.news.push(summary),
      forgotten: (key) => this.forgotten.push(key),
    },
  );

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
