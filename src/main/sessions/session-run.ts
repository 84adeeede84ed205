import type { StartSessionRequest } from '../../aws/control-plane.ts';
import { AppError, toAppErrorData } from '../../shared/errors.ts';
import type { Profile, SessionEnd, SessionState } from '../../shared/models.ts';
import type { ChannelState } from '../../ssm/channel/channel-types.ts';
import type { LiveSession, SessionOptions, SessionStats } from '../../ssm/node/open-session.ts';
import type { Connect, Connection } from '../connection.ts';
import { waitAtMost } from '../limited-wait.ts';
import { ssmErrorData, toSessionEnd } from './session-end.ts';

/** How long the service may take to answer TerminateSession before the session is left without it. */
export const terminateLimitMs = 3_000;

export interface RunOptions {
  profile: Profile;
  request: StartSessionRequest;
  connect: Connect;
  openSession(options: SessionOptions): Promise<LiveSession>;
  /** The terminal's size when the channel is opened. */
  size(): { cols: number; rows: number };
  now(): number;
}

/** What a run tells. After `onState` has told `ended`, it tells nothing more, except that a warning may still come. */
export interface RunEvents {
  onRegion(region: string): void;
  onStarted(sessionId: string): void;
  /** DescribeSessions' name of the caller. */
  onOwner(owner: string): void;
  onWarning(warning: string): void;
  onState(state: SessionState): void;
  /** The data channel is there; it can be written to, and reads. */
  onOpened(): void;
  onOutput(bytes: Uint8Array): void;
  onDrain(): void;
}

/**
 * One session at the service, from StartSession to its end: owns its control plane and its data channel, and lets go of
 * both. Begins when it is made.
 */
export class SessionRun {
  readonly #options: RunOptions;
  readonly #events: RunEvents;
  readonly #attempted: string;
  readonly #begun: Promise<void>;
  #connection: Connection | undefined;
  #sessionId: string | undefined;
  #live: LiveSession | undefined;
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

  write(bytes: Uint8Array): boolean {
    return this.#live?.write(bytes) ?? false;
  }

  resize(cols: number, rows: number): void {
    this.#live?.resize(cols, rows);
  }

  pauseReading(): void {
    this.#live?.pauseReading();
  }

  resumeReading(): void {
    this.#live?.resumeReading();
  }

  stats(): SessionStats | undefined {
    return this.#live?.stats();
  }

  /** @param withFreshCredentials whether to look the credentials up anew for the next resume */
  reconnectNow(withFreshCredentials: boolean): void {
    this.#wantsFreshCredentials ||= withFreshCredentials;
    this.#live?.reconnectNow();
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
      const live = await this.#open(sessionId, tokenValue, streamUrl);
      if (this.#isEnding) {
        live.end();
        await this.#terminate(sessionId);
        return;
      }
      this.#live = live;
      this.#events.onOpened();
      void this.#learnOwner(sessionId);
    } catch (error) {
      if (this.#sessionId !== undefined) await this.#terminate(this.#sessionId);
      this.#finish({ kind: 'failed', error: toAppErrorData(error, this.#attempted) });
    } finally {
      if (this.#hasEnded) this.#letGo();
    }
  }

  #open(sessionId: string, tokenValue: string, streamUrl: string): Promise<LiveSession> {
    return this.#options.openSession({
      sessionId,
      tokenValue,
      streamUrl,
      size: this.#options.size(),
      resume: async () => (await this.#currentConnection()).controlPlane.resumeSession(sessionId),
      // Where there is no connection, its absence is what the error is about.
      classifyResumeError: (error) => this.#connection?.controlPlane.classifyResumeError(error) ?? 'retry',
      signUpgrade: async (url) => (await this.#currentConnection()).controlPlane.signUpgrade(url),
      onOutput: (bytes) => {
        if (!this.#hasEnded) this.#events.onOutput(bytes);
      },
      onState: (state) => this.#channelState(state),
      onDrain: () => {
        if (!this.#hasEnded) this.#events.onDrain();
      },
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

  #channelState(state: ChannelState): void {
    if (this.#hasEnded) return;
    switch (state.kind) {
      case 'connecting':
      case 'live':
      case 'reconnecting':
        this.#events.onState(state);
        break;
      case 'needs-credentials':
        this.#events.onState({
          kind: 'needs-sign-in',
          error: ssmErrorData(state.error, 'Resume the session'),
        });
        break;
      case 'ended':
        if (state.end.kind === 'closed' && state.end.isOutputIncomplete) {
          this.#events.onWarning('The last part of the output was lost when the service closed the session.');
        }
        this.#finish(this.#isEnding ? { kind: 'ended-by-user' } : toSessionEnd(state.end, this.#attempted));
        break;
    }
  }

  async #endPolitely(): Promise<void> {
    this.#isEnding = true;
    if (this.#hasEnded) return;
    const sessionId = this.#sessionId;
    // Still starting: it has ended for the user; `begin` tells the service as soon as there is an id to tell.
    if (sessionId !== undefined && this.#live !== undefined) await this.#terminate(sessionId);
    this.#live?.end();
    this.#finish({ kind: 'ended-by-user' });
    if (this.#live !== undefined) this.#letGo();
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
    if (this.#live !== undefined && !this.#isEnding) this.#letGo();
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
