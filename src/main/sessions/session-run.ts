import type { StartSessionRequest } from '../../aws/control-plane.ts';
import { AppError, toAppErrorData } from '../../shared/errors.ts';
import type { Profile, SessionEnd, SessionState } from '../../shared/models.ts';
import type { ChannelNews, ChannelOptions } from '../bytes/session-bytes.ts';
import type { Connect, Connection } from '../connection.ts';
import { waitAtMost } from '../limited-wait.ts';

/** How long the service may take to answer TerminateSession before the session is left without it. */
export const terminateLimitMs = 3_000;

export interface RunOptions {
  profile: Profile;
  request: StartSessionRequest;
  connect: Connect;
  channel: RunChannel;
  now(): number;
}

/** The tab's bytes, as far as a run steers them. */
export interface RunChannel {
  openChannel(options: ChannelOptions): void;
  reconnectNow(): void;
  endChannel(): void;
}

/** What a run tells. After `onState` has told `ended`, it tells nothing more, except that a warning may still come. */
export interface RunEvents {
  onRegion(region: string): void;
  onStarted(sessionId: string): void;
  /** DescribeSessions' name of the caller. */
  onOwner(owner: string): void;
  onWarning(warning: string): void;
  onState(state: SessionState): void;
}

/**
 * One session at the service, from StartSession to its end: owns its control plane, opens its data channel, and lets go of
 * both. Begins when it is made.
 */
export class SessionRun {
  readonly #options: RunOptions;
  readonly #events: RunEvents;
  readonly #attempted: string;
  readonly #begun: Promise<void>;
  #connection: Connection | undefined;
  #sessionId: string | undefined;
  /** The data channel has been opened; how it ends decides how the session ends. */
  #isOpen = false;
  /** The user has asked for the end. */
  #isEnding = false;
  #ending: Promise<void> | undefined;
  #hasEnded = false;
  /** The next resume looks the credentials up anew. */
  #wantsFreshCredentials = false;

  constructor(options: RunOptions, events: RunEvents) {
    this.#options = options;
    this.#events = events;
    this.#attempted = `Start a session on ${options.request.target}`;
    this.#begun = this.#begin();
  }

  /** @param withFreshCredentials whether to look the credentials up anew for the next resume */
  reconnectNow(withFreshCredentials: boolean): void {
    this.#wantsFreshCredentials ||= withFreshCredentials;
    if (this.#isOpen) this.#options.channel.reconnectNow();
  }

  /**
   * Ends the session at the service, then here. Resolves, within {@link terminateLimitMs}, when it has ended here,
   * whatever the service says. Idempotent.
   */
  end(): Promise<void> {
    this.#ending ??= this.#endPolitely();
    return this.#ending;
  }

  /** Resolves when nothing is left under way, also not a StartSession whose answer nobody waits for any more. */
  async settled(): Promise<void> {
    await this.#begun;
    await this.#ending;
  }

  /** Never rejects: what goes wrong is how the session ended. */
  async #begin(): Promise<void> {
    const { profile, request, connect } = this.#options;
    try {
      this.#connection = await connect(profile);
      this.#events.onRegion(this.#connection.region);
      if (this.#isEnding) return;
      const { controlPlane } = this.#connection;
      const { sessionId, tokenValue, streamUrl, warning } = await controlPlane.startSession(request);
      this.#sessionId = sessionId;
      this.#events.onStarted(sessionId);
      if (warning !== undefined) this.#events.onWarning(warning);
      // Ended meanwhile: the user saw it end, and the service must hear of it too.
      if (this.#isEnding) {
        await this.#terminate(sessionId);
        return;
      }
      this.#open(sessionId, tokenValue, streamUrl);
      void this.#learnOwner(sessionId);
    } catch (error) {
      if (this.#sessionId !== undefined) await this.#terminate(this.#sessionId);
      this.#finish({ kind: 'failed', error: toAppErrorData(error, this.#attempted) });
    } finally {
      if (this.#hasEnded) this.#letGo();
    }
  }

  #open(sessionId: string, tokenValue: string, streamUrl: string): void {
    this.#isOpen = true;
    this.#options.channel.openChannel({
      sessionId,
      tokenValue,
      streamUrl,
      resume: async () => (await this.#currentConnection()).controlPlane.resumeSession(sessionId),
      // Where there is no connection, its absence is what the error is about.
      classifyResumeError: (error) => this.#connection?.controlPlane.classifyResumeError(error) ?? 'retry',
      signUpgrade: async (url) => (await this.#currentConnection()).controlPlane.signUpgrade(url),
      onNews: (news) => this.#channelNews(news),
    });
  }

  /** The connection to resume over: a new one where the old one's credentials or service are no longer the current ones. */
  async #currentConnection(): Promise<Connection> {
    const held = this.#connection;
    if (held !== undefined && !held.isStale() && !this.#wantsFreshCredentials) return held;
    const fresh = await this.#options.connect(this.#options.profile);
    held?.controlPlane.close();
    this.#connection = fresh;
    this.#wantsFreshCredentials = false;
    if (this.#hasEnded) this.#letGo();
    return fresh;
  }

  #channelNews(news: ChannelNews): void {
    if (this.#hasEnded) return;
    if (news.kind !== 'ended') {
      this.#events.onState(news);
      return;
    }
    if (news.isOutputIncomplete && !this.#isEnding) {
      this.#events.onWarning('The last part of the output was lost when the session ended.');
    }
    this.#finish(this.#isEnding ? { kind: 'ended-by-user' } : news.end);
  }

  async #endPolitely(): Promise<void> {
    this.#isEnding = true;
    if (this.#hasEnded) return;
    const sessionId = this.#sessionId;
    // Still starting: it has ended for the user; `begin` tells the service as soon as there is an id to tell.
    if (sessionId !== undefined && this.#isOpen) await this.#terminate(sessionId);
    this.#options.channel.endChannel();
    this.#finish({ kind: 'ended-by-user' });
    if (this.#isOpen) this.#letGo();
  }

  /** Tells the service; gives up after {@link terminateLimitMs}, with a warning. Never rejects. */
  async #terminate(sessionId: string): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    const outcome = await waitAtMost(connection.controlPlane.terminateSession(sessionId), terminateLimitMs);
    // A service that is not there any more took its sessions with it.
    if (outcome.kind === 'done' || connection.isStale()) return;
    this.#events.onWarning(notTold(outcome.kind === 'failed' ? outcome.error : undefined));
  }

  async #learnOwner(sessionId: string): Promise<void> {
    try {
      const found = await this.#connection?.controlPlane.describeSession(sessionId);
      if (found?.owner !== undefined) this.#events.onOwner(found.owner);
    } catch {
      // Not everybody may call DescribeSessions; history then goes without the name.
    }
  }

  #finish(end: SessionEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#events.onState({ kind: 'ended', end, endedAt: this.#options.now() });
    // While it is still starting, or the service is being told, whoever does that lets go.
    if (this.#isOpen && !this.#isEnding) this.#letGo();
  }

  #letGo(): void {
    this.#connection?.controlPlane.close();
    this.#connection = undefined;
  }
}

function notTold(error: unknown): string {
  const why = error instanceof AppError ? ` (${error.data.message})` : '';
  return `The session has ended here, but the service could not be told${why}. There it ends at its idle time-out.`;
}
