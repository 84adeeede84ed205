import { AppError } from '../../shared/errors.ts';
import { waitAtMost } from '../limited-wait.ts';

/** A session of any kind, as far as all are treated alike. */
export interface Live {
  readonly profileId: string;
  readonly target: string;
  readonly isEnded: boolean;
  /** The network is what it waits for, among others. */
  readonly isReconnecting: boolean;
  readonly needsSignIn: boolean;
  reconnectNow(): void;
  askForAccess(reason: string): Promise<void>;
  reachable(): void;
  end(): Promise<void>;
  settled(): Promise<void>;
}

/**
 * The sessions of every kind in this run of the app, by the id that the page knows them by: what happens to the computer, the
 * network, the credentials and the app happens to all of them.
 */
export class LiveSessions {
  readonly #all = new Map<string, Live>();
  readonly #leaving = new Set<Promise<void>>();
  #isClosing = false;

  /** In place of the one of that id, which has ended. */
  add(id: string, session: Live): void {
    this.remove(id);
    this.#all.set(id, session);
  }

  /** Only after its end. What of it is still under way at the service is waited for when the app quits. */
  remove(id: string): void {
    const session = this.#all.get(id);
    if (session === undefined) return;
    this.#all.delete(id);
    const settled = session.settled().finally(() => this.#leaving.delete(settled));
    this.#leaving.add(settled);
  }

  /** Throws while the app quits: no session may begin that nobody would end. */
  assertOpen(attempted: string): void {
    if (!this.#isClosing) return;
    throw new AppError({
      code: 'bad-request',
      attempted,
      message: 'Nodewharf is quitting.',
      hint: '',
      retryable: false,
    });
  }

  isAnyLive(): boolean {
    return this.#unended().length > 0;
  }

  isAnyLiveOn(profileId: string): boolean {
    return this.#unended().some((session) => session.profileId === profileId);
  }

  /** How many sessions are live on a node. */
  countOn(target: string): number {
    return this.#unended().filter((session) => session.target === target).length;
  }

  isAnyReconnecting(): boolean {
    return this.#unended().some((session) => session.isReconnecting);
  }

  /** One sign-in serves all sessions of its profile that wait for it. */
  reconnectNow(id: string): void {
    const asked = this.#get(id, 'Reconnect a session');
    const waiting = asked.needsSignIn
      ? this.#unended().filter(({ needsSignIn, profileId }) => needsSignIn && profileId === asked.profileId)
      : [asked];
    for (const session of waiting) session.reconnectNow();
  }

  /** The user asks for access to the node of that session. */
  askForAccess(id: string, reason: string): Promise<void> {
    return this.#get(id, 'Ask for access').askForAccess(reason);
  }

  /** Credentials of these profiles can be had again, or have to be tried: whoever waits for them goes on. */
  signedIn(isOneOfThem: (profileId: string) => boolean): void {
    for (const session of this.#unended()) {
      if (session.needsSignIn && isOneOfThem(session.profileId)) session.reconnectNow();
    }
  }

  /** The computer is awake, or the network is up. */
  reconnectAll(): void {
    for (const session of this.#unended()) session.reachable();
  }

  /**
   * Ends every session, and lets no new one begin. Resolves when the service has been told of all, or after `limitMs`:
   * then what could not be told ends at the service by its idle time-out.
   */
  async endAll(limitMs: number): Promise<void> {
    this.#isClosing = true;
    const ended = [...this.#all.values()].map((session) => session.end().then(() => session.settled()));
    await waitAtMost(Promise.all([...ended, ...this.#leaving]), limitMs);
  }

  #get(id: string, attempted: string): Live {
    const asked = this.#all.get(id);
    if (asked !== undefined) return asked;
    throw new AppError({
      code: 'not-found',
      attempted,
      message: 'There is no such session; it may have been closed.',
      hint: '',
      retryable: false,
    });
  }

  #unended(): Live[] {
    return [...this.#all.values()].filter((session) => !session.isEnded);
  }
}
