import { randomUUID } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import type { Profile, SessionStats, SessionSummary, StartRequest } from '../../shared/models.ts';
import type { SessionBytes } from '../bytes/session-bytes.ts';
import { waitAtMost } from '../limited-wait.ts';
import { Session, type SessionSurroundings } from './session.ts';

/** News of sessions, for the page. */
export interface SessionNews {
  changed(summary: SessionSummary): void;
  forgotten(key: string): void;
}

/** The sessions of this run of the app, live and ended; a session leaves when its tab is closed. */
export class SessionRegistry {
  readonly #surroundings: SessionSurroundings;
  readonly #profile: (id: string, attempted: string) => Profile;
  readonly #news: SessionNews;
  readonly #sessions = new Map<string, Session>();
  #isClosing = false;

  /** @param profile gives the profile of an id, or throws `not-found` */
  constructor(
    surroundings: SessionSurroundings,
    profile: (id: string, attempted: string) => Profile,
    news: SessionNews,
  ) {
    this.#surroundings = surroundings;
    this.#profile = profile;
    this.#news = news;
  }

  list(): SessionSummary[] {
    return [...this.#sessions.values()].map((session) => session.summary());
  }

  live(): SessionSummary[] {
    return this.#unended().map((session) => session.summary());
  }

  isAnyReconnecting(): boolean {
    return this.#unended().some((session) => session.isReconnecting);
  }

  /** Answers before StartSession has; what becomes of it comes as news. */
  start(request: StartRequest): SessionSummary {
    const attempted = `Start a session on ${request.target}`;
    const profile = this.#profile(request.profileId, attempted);
    if (this.#isClosing) throw quitting(attempted);
    const session = new Session(randomUUID(), profile, request, this.#surroundings, (summary) =>
      this.#news.changed(summary),
    );
    this.#sessions.set(session.key, session);
    return session.summary();
  }

  restart(key: string, cols: number, rows: number): SessionSummary {
    const attempted = 'Start the session again';
    const session = this.#get(key, attempted);
    if (!session.isEnded) throw stillLive(attempted);
    if (this.#isClosing) throw quitting(attempted);
    session.restart(this.#profile(session.profileId, attempted), cols, rows);
    return session.summary();
  }

  bytes(key: string): SessionBytes {
    return this.#get(key, 'Attach a terminal').bytes;
  }

  async stats(key: string): Promise<SessionStats> {
    return this.#get(key, 'Read the figures of a session').stats();
  }

  /** One sign-in serves all sessions of its profile that wait for it. */
  reconnectNow(key: string): void {
    const asked = this.#get(key, 'Reconnect a session');
    const waiting = asked.needsSignIn
      ? this.#unended().filter(({ needsSignIn, profileId }) => needsSignIn && profileId === asked.profileId)
      : [asked];
    for (const session of waiting) session.reconnectNow();
  }

  /** The computer is awake, or the network is up. */
  reconnectAll(): void {
    for (const session of this.#unended()) session.reachable();
  }

  end(key: string): Promise<void> {
    return this.#get(key, 'End a session').end();
  }

  forget(key: string): void {
    const attempted = 'Forget a session';
    const session = this.#get(key, attempted);
    if (!session.isEnded) throw stillLive(attempted);
    session.bytes.dispose();
    this.#sessions.delete(key);
    this.#news.forgotten(key);
  }

  /**
   * Ends every session, and lets no new one begin. Resolves when the service has been told of all, or after `limitMs`:
   * then what could not be told ends at the service by its idle time-out.
   */
  async endAll(limitMs: number): Promise<void> {
    this.#isClosing = true;
    const all = [...this.#sessions.values()];
    const ended = all.map((session) => session.end().then(() => session.settled()));
    await waitAtMost(Promise.all(ended), limitMs);
  }

  #unended(): Session[] {
    return [...this.#sessions.values()].filter((session) => !session.isEnded);
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

function stillLive(attempted: string): AppError {
  return new AppError({
    code: 'bad-request',
    attempted,
    message: 'The session is still live.',
    hint: 'End it first.',
    retryable: false,
  });
}

function quitting(attempted: string): AppError {
  return new AppError({
    code: 'bad-request',
    attempted,
    message: 'Nodewharf is quitting.',
    hint: '',
    retryable: false,
  });
}
