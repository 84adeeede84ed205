import { randomUUID } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import type { Profile, SessionStats, SessionSummary, StartRequest } from '../../shared/models.ts';
import type { Successor, TargetQuery } from '../../shared/target-query.ts';
import type { SessionBytes } from '../bytes/session-bytes.ts';
import type { LiveSessions } from './live-sessions.ts';
import { destinationWords, type SessionSurroundings } from './session-life.ts';
import { Session } from './session.ts';

/** News of sessions, for the page. */
export interface SessionNews {
  changed(summary: SessionSummary): void;
  /** The service is about to end this one. */
  cutOff(summary: SessionSummary): void;
  forgotten(key: string): void;
}

export interface RegistryOptions extends SessionSurroundings {
  /** The bytes of the session of that key; to be disposed of with it. */
  bytesOf(key: string): SessionBytes;
  /** Gives the profile of an id, as it connects to the Region that the target is in, or throws `not-found`. */
  profile(id: string, attempted: string, target: string | undefined): Profile;
  /** Who can follow a session of a query. */
  findSuccessor(
    profile: Profile,
    query: TargetQuery,
    former: { target: string; region: string },
  ): Promise<Successor>;
  lives: LiveSessions;
  /** Runs something later; the result cancels it. */
  setTimer(run: () => void, delayMs: number): () => void;
}

/** The sessions in tabs, live and ended; a session leaves when its tab is closed. */
export class SessionRegistry {
  readonly #options: RegistryOptions;
  readonly #news: SessionNews;
  readonly #sessions = new Map<string, Session>();

  constructor(options: RegistryOptions, news: SessionNews) {
    this.#options = options;
    this.#news = news;
  }

  list(): SessionSummary[] {
    return [...this.#sessions.values()].map((session) => session.summary());
  }

  live(): SessionSummary[] {
    return this.list().filter(({ state }) => state.kind !== 'ended');
  }

  /** Answers before StartSession has; what becomes of it comes as news. */
  start(request: StartRequest): SessionSummary {
    const attempted = `Start a session on ${destinationWords(request)}`;
    const { profile: profileOf, lives, bytesOf } = this.#options;
    const profile = profileOf(request.profileId, attempted, request.target);
    lives.assertOpen(attempted);
    const key = randomUUID();
    const session = new Session({
      key,
      profile,
      request,
      bytes: bytesOf(key),
      surroundings: this.#options,
      setTimer: this.#options.setTimer,
      onChanged: (summary) => this.#news.changed(summary),
      onCutOff: (summary) => this.#news.cutOff(summary),
    });
    this.#sessions.set(key, session);
    lives.add(key, session.life);
    return session.summary();
  }

  /** @param prefer the member that was offered, for a session of a query */
  restart(key: string, cols: number, rows: number, prefer?: string): SessionSummary {
    const attempted = 'Start the session again';
    const session = this.#get(key, attempted);
    if (!session.life.isEnded) throw stillLive(attempted);
    this.#options.lives.assertOpen(attempted);
    const { profileId, target, targetQuery } = session.life.facts();
    const node = targetQuery === undefined ? target : undefined;
    session.restart(this.#options.profile(profileId, attempted, node), cols, rows, prefer);
    return session.summary();
  }

  async findSuccessor(key: string): Promise<Successor> {
    const attempted = 'Look for another node';
    const { profileId, target, region, targetQuery } = this.#get(key, attempted).life.facts();
    if (targetQuery === undefined) throw notOfQuery(attempted);
    const profile = this.#options.profile(profileId, attempted, undefined);
    return this.#options.findSuccessor(profile, targetQuery, { target, region });
  }

  bytes(key: string): SessionBytes {
    return this.#get(key, 'Attach a terminal').bytes;
  }

  async stats(key: string): Promise<SessionStats> {
    return this.#get(key, 'Read the figures of a session').stats();
  }

  end(key: string): Promise<void> {
    return this.#get(key, 'End a session').life.end();
  }

  forget(key: string): void {
    const attempted = 'Forget a session';
    const session = this.#get(key, attempted);
    if (!session.life.isEnded) throw stillLive(attempted);
    session.dispose();
    this.#sessions.delete(key);
    this.#options.lives.remove(key);
    this.#news.forgotten(key);
  }

  #get(key: string, attempted: string): Session {
    const session = this.#sessions.get(key);
    if (session === undefined) {
      throw new AppError({
        code: 'not-found',
        attempted,
        message: 'There is no such session; its tab may have been closed.',
        hint: '',
        retryable: false,
      });
    }
    return session;
  }
}

function notOfQuery(attempted: string): AppError {
  return new AppError({
    code: 'bad-request',
    attempted,
    message: 'The session is one of a node, and not of a query that could pick another.',
    hint: '',
    retryable: false,
  });
}

function stillLive(attempted: string): AppError {
  return new AppError({
    code: 'bad-request',
    attempted,
    message: 'The session is still live.',
    hint: 'End it first.',
    retryable: false,
  });
}
