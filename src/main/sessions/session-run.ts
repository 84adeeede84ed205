import type { StartedSession, StartSessionRequest } from '../../aws/control-plane.ts';
import { MemberTries } from '../../aws/members/member-tries.ts';
import type { SessionType } from '../../aws/session-document.ts';
import { AppError, type AppErrorData, toAppErrorData } from '../../shared/errors.ts';
import type { SessionTerms } from '../../shared/session-terms.ts';
import type { Approval, ChannelFacts, Profile, SessionEnd, SessionState } from '../../shared/models.ts';
import { isApprovalNeeded, isDenied } from '../approvals/access-errors.ts';
import type { Approvals } from '../approvals/approvals.ts';
import { type AccessOutcome, SessionAccess } from '../approvals/session-access.ts';
import type { Carrier, ChannelNews } from '../bytes/session-bytes.ts';
import type { Connect, Connection } from '../connection.ts';
import { waitAtMost } from '../limited-wait.ts';
import type { PickedMember } from '../members/member-search.ts';
import { hasRunOut, ServiceLink } from './service-link.ts';
import { preferencesOf, toTerms } from './session-terms.ts';
import { isSignInNeeded } from '../sign-ins/sign-in-errors.ts';

/** How long the service may take to answer TerminateSession before the session is left without it. */
export const terminateLimitMs = 3_000;

/** How long what carries the bytes may take to leave; a port session gives its agent two seconds to say goodbye. */
const leaveLimitMs = 3_000;

/** A node; or one that is to be picked, for which there are words for people, such as `any of Role=web`. */
export type Destination =
  | { kind: 'node'; target: string }
  | { kind: 'query'; words: string; pick(without: ReadonlySet<string>): Promise<PickedMember> };

export interface RunOptions {
  profile: Profile;
  destination: Destination;
  /** The kinds of session that `carrier` can carry. */
  sessionTypes: readonly SessionType[];
  /** Makes ready what has to be there before StartSession, such as a listener, and says what to ask for. */
  prepare(): Promise<Omit<StartSessionRequest, 'target' | 'sessionTypes'>>;
  connect: Connect;
  approvals: Approvals;
  /** What the session is for, where an approval has to be asked for. */
  reason: string | undefined;
  carrier: Omit<Carrier, 'dispose'>;
  now(): number;
}

/** What a run tells. After `onState` has told `ended`, it tells nothing more, except that a warning may still come. */
export interface RunEvents {
  onRegion(region: string): void;
  onPicked(picked: Pick<PickedMember, 'member' | 'counts'>): void;
  onStarted(started: Pick<StartedSession, 'sessionId' | 'document'>): void;
  /** What the channel agreed on, once it is established. */
  onFacts(facts: ChannelFacts): void;
  onExitCode(code: number): void;
  /** DescribeSessions' name of the caller. */
  onOwner(owner: string): void;
  /** How it is kept and when the service ends it, as far as that can be found out. Not asked for where nobody listens. */
  onTerms?(terms: SessionTerms): void;
  onWarning(warning: string): void;
  /** It is signed with the keys of this approval from now on. */
  onApproval(approval: Approval): void;
  /** A request for access was decided about. */
  onAccessOutcome(outcome: AccessOutcome): void;
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
  readonly #link: ServiceLink;
  /** Empty until a query has picked one. */
  #target: string;
  /** Of a query. */
  readonly #members: MemberTries<PickedMember> | undefined;
  #sessionId: string | undefined;
  /** The data channel has been opened; how it ends decides how the session ends. */
  #isOpen = false;
  /** The user has asked for the end. */
  #isEnding = false;
  #ending: Promise<void> | undefined;
  /** How it has ended where the end was asked for on this side. */
  #wantedEnd: SessionEnd = { kind: 'ended-by-user' };
  #hasEnded = false;
  /** Somebody has to sign in before StartSession can be asked for; called when that was done, or is of no more use. */
  #goOn: (() => void) | undefined;
  readonly #access: SessionAccess;
  /** The keys of an approval were given for this start. */
  #hasNewKeys = false;

  constructor(options: RunOptions, events: RunEvents) {
    this.#options = options;
    this.#events = events;
    const { profile, destination } = options;
    this.#target = destination.kind === 'node' ? destination.target : '';
    this.#members = destination.kind === 'query' ? new MemberTries(destination.pick) : undefined;
    this.#attempted = `Start a session on ${destination.kind === 'node' ? destination.target : destination.words}`;
    const { approvals, reason, now } = options;
    this.#access = new SessionAccess({
      approvals,
      reason,
      now,
      onState: (state) => events.onState(state),
      onApproval: (approval) => events.onApproval(approval),
      onOutcome: (outcome) => events.onAccessOutcome(outcome),
    });
    this.#link = new ServiceLink(options.connect, this.#access, profile);
    this.#begun = this.#begin();
  }

  /** @param withFreshCredentials whether to look the credentials up anew for the next resume */
  reconnectNow(withFreshCredentials: boolean): void {
    this.#goOn?.();
    this.#access.lookNow(withFreshCredentials);
    if (withFreshCredentials) this.#link.lookCredentialsUpAnew();
    if (this.#isOpen && !this.#hasEnded && !this.#access.isWaiting) this.#options.carrier.reconnectNow();
  }

  /** The user asks for access to the node; nothing happens where it is not what is waited for. */
  askForAccess(reason: string): Promise<void> {
    return this.#access.ask(reason);
  }

  /**
   * Ends the session at the service, then here. Resolves, within {@link terminateLimitMs} and {@link leaveLimitMs}, when it
   * has ended here, whatever the service says. Idempotent.
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
    try {
      const request = await this.#options.prepare();
      const started = await this.#start(request);
      if (started === undefined) return;
      const { sessionId, warning } = started;
      this.#sessionId = sessionId;
      this.#events.onStarted(started);
      if (warning !== undefined) this.#events.onWarning(warning);
      // Ended meanwhile: the user saw it end, and the service must hear of it too.
      if (this.#isEnding) {
        await this.#terminate(sessionId);
        return;
      }
      this.#open(started);
      void this.#learnMore(started);
    } catch (error) {
      if (this.#sessionId !== undefined) await this.#terminate(this.#sessionId);
      // The listener of a tunnel that did not come to be. After its end the carrier may serve the next run.
      if (!this.#hasEnded) await waitAtMost(this.#options.carrier.endChannel(), leaveLimitMs);
      this.#finish({ kind: 'failed', error: this.#placed(toAppErrorData(error, this.#attempted)) });
    } finally {
      if (this.#hasEnded) this.#link.letGo();
    }
  }

  /** Waits for a sign-in as often as one is needed, and for an approval. Undefined when the user has ended it meanwhile. */
  async #start(
    request: Omit<StartSessionRequest, 'target' | 'sessionTypes'>,
  ): Promise<StartedSession | undefined> {
    const { sessionTypes } = this.#options;
    while (!this.#isEnding) {
      try {
        const { connection, profile, agentVersion } = await this.#connect();
        this.#link.hold(connection, profile);
        this.#events.onRegion(connection.region);
        this.#access.arrived({ profile, region: connection.region, target: this.#target });
        const signed = this.#access.grant === undefined ? connection : await this.#link.connectAnew();
        if (this.#isEnding) return undefined;
        return await signed.controlPlane.startSession({
          ...request,
          ...(agentVersion === undefined ? {} : { agentVersion }),
          target: this.#target,
          sessionTypes,
        });
      } catch (error) {
        if (this.#isEnding) throw error;
        if (this.#members?.mayGoOn(this.#target, error) === true) {
          this.#link.letGo();
          continue;
        }
        if (isSignInNeeded(error)) await this.#signedIn(toAppErrorData(error, this.#attempted));
        else if (!(await this.#mayStart(error))) throw error;
      }
    }
    return undefined;
  }

  /** To the node's Region; a query finds its node on the way, anew at each try. */
  async #connect(): Promise<{
    connection: Connection;
    profile: Profile;
    agentVersion?: string | undefined;
  }> {
    const { profile: known } = this.#link;
    // An approval is for the node that was picked.
    if (this.#members === undefined || this.#access.grant !== undefined)
      return { connection: await this.#options.connect(known), profile: known };
    const { member, counts, profile, connection } = await this.#members.next();
    this.#target = member.target;
    this.#events.onPicked({ member, counts });
    return { connection, profile, agentVersion: member.agentVersion };
  }

  /**
   * After a refusal: whether it can be tried again with the keys of an approval. Those of one that was held may have been taken back,
   * and another is then asked for; those that have just been given are refused for good.
   */
  async #mayStart(error: unknown): Promise<boolean> {
    const isRefusedWithKeys = this.#access.grant !== undefined && (isDenied(error) || hasRunOut(error));
    if (isRefusedWithKeys) {
      if (this.#hasNewKeys) return false;
      this.#access.lost();
      this.#hasNewKeys = await this.#access.renew();
      return true;
    }
    if (!isApprovalNeeded(error)) return false;
    this.#link.letGo();
    this.#hasNewKeys = await this.#access.approved(toAppErrorData(error, this.#attempted));
    if (!this.#isEnding) this.#events.onState({ kind: 'connecting' });
    return true;
  }

  /** Resolves when somebody has signed in, wants it tried, or has ended the session. */
  async #signedIn(error: AppErrorData): Promise<void> {
    this.#link.letGo();
    const goneOn = new Promise<void>((resolve) => {
      this.#goOn = resolve;
    });
    this.#events.onState({ kind: 'needs-sign-in', error });
    await goneOn;
    this.#goOn = undefined;
    if (!this.#isEnding) this.#events.onState({ kind: 'connecting' });
  }

  #open({ sessionId, tokenValue, streamUrl, handshake, tunnel }: StartedSession): void {
    this.#isOpen = true;
    this.#options.carrier.openChannel({
      sessionId,
      tokenValue,
      streamUrl,
      target: this.#target,
      handshake,
      ...(tunnel && { tunnel }),
      resume: () => this.#link.resume(sessionId, this.#target),
      // Where there is no connection, its absence is what the error is about.
      classifyResumeError: (error) =>
        this.#link.connection?.controlPlane.classifyResumeError(error) ?? 'retry',
      signUpgrade: (url) => this.#link.call((controlPlane) => controlPlane.signUpgrade(url)),
      generateDataKey: (request) => this.#link.call((controlPlane) => controlPlane.generateDataKey(request)),
      onNews: (news) => this.#channelNews(news),
    });
  }

  #channelNews(news: ChannelNews): void {
    if (this.#hasEnded) return;
    switch (news.kind) {
      case 'established':
        this.#established(news.facts);
        break;
      case 'exit-code':
        this.#events.onExitCode(news.code);
        break;
      case 'ended':
        this.#channelEnded(news);
        break;
      case 'needs-sign-in':
        if (news.error.code === 'approval-needed') void this.#approvedAnew();
        else if (!this.#access.isWaiting) this.#events.onState(news);
        break;
      case 'live':
        this.#access.leave();
        this.#events.onState(news);
        break;
      default:
        // While an approval is waited for, that is what there is to say.
        if (!this.#access.isWaiting) this.#events.onState(news);
    }
  }

  /** The session cannot be resumed without a new approval; with one it goes on. */
  async #approvedAnew(): Promise<void> {
    if (this.#access.isWaiting || this.#isEnding) return;
    const isApproved = await this.#access.approvedAnew();
    if (!isApproved || this.#hasEnded) return;
    this.#link.lookCredentialsUpAnew();
    this.#events.onState({ kind: 'connecting' });
    this.#options.carrier.reconnectNow();
  }

  /** Where the document could not be looked at, only now it shows what it starts. */
  #established(facts: ChannelFacts): void {
    this.#events.onFacts(facts);
    if (this.#options.sessionTypes.includes(facts.sessionType)) return;
    this.#wantedEnd = {
      kind: 'failed',
      error: {
        code: 'document-not-session',
        attempted: this.#attempted,
        message: `The session document started a session of the kind ${facts.sessionType}.`,
        hint: `Name a document of the kind ${this.#options.sessionTypes.join(' or ')}.`,
        retryable: false,
      },
    };
    void this.end();
  }

  #channelEnded(news: Extract<ChannelNews, { kind: 'ended' }>): void {
    if (news.isOutputIncomplete && !this.#isEnding) {
      this.#events.onWarning('The last part of the output was lost when the session ended.');
    }
    const end: SessionEnd =
      news.end.kind === 'failed' ? { kind: 'failed', error: this.#placed(news.end.error) } : news.end;
    const wasWanted = this.#isEnding;
    // A channel that failed on this side, or in the handshake, leaves a session at the service that nobody would use.
    if (end.kind === 'failed' && !wasWanted && this.#sessionId !== undefined) {
      this.#isEnding = true;
      this.#ending = this.#terminate(this.#sessionId).finally(() => this.#link.letGo());
    }
    this.#finish(wasWanted ? this.#wantedEnd : end);
  }

  async #endPolitely(): Promise<void> {
    this.#isEnding = true;
    if (this.#hasEnded) return;
    this.#goOn?.();
    this.#access.leave();
    const sessionId = this.#sessionId;
    // Nobody waits for credentials to start it with; a StartSession that has been sent goes on.
    if (!this.#isOpen) this.#link.connection?.controlPlane.giveUpCredentials();
    // Still starting: it has ended for the user; `begin` tells the service as soon as there is an id to tell.
    if (sessionId !== undefined && this.#isOpen) await this.#terminate(sessionId);
    await waitAtMost(this.#options.carrier.endChannel(), leaveLimitMs);
    this.#finish(this.#wantedEnd);
    if (this.#isOpen) this.#link.letGo();
  }

  /** Tells the service; gives up after {@link terminateLimitMs}, with a warning. Never rejects. */
  async #terminate(sessionId: string): Promise<void> {
    const { connection } = this.#link;
    if (connection === undefined) return;
    const asked =
      this.#hasEnded || connection.isStale()
        ? connection.controlPlane.terminateSession(sessionId)
        : this.#link.call((controlPlane) => controlPlane.terminateSession(sessionId));
    const outcome = await waitAtMost(asked, terminateLimitMs);
    // A service that is not there any more took its sessions with it.
    if (outcome.kind === 'done' || connection.isStale()) return;
    this.#events.onWarning(notTold(outcome.kind === 'failed' ? outcome.error : undefined));
  }

  /** What the channel does without. Not everybody may ask for it; history and screen then go without as well. */
  async #learnMore(started: StartedSession): Promise<void> {
    const controlPlane = this.#link.connection?.controlPlane;
    if (controlPlane === undefined) return;
    const { onTerms } = this.#events;
    const startedAt = this.#options.now();
    const [described, preferences] = await Promise.all([
      controlPlane.describeSession(started.sessionId).catch(() => undefined),
      onTerms === undefined ? Promise.resolve<'unknown'>('unknown') : preferencesOf(started, controlPlane),
    ]);
    if (described?.owner !== undefined) this.#events.onOwner(described.owner);
    onTerms?.(toTerms(startedAt, preferences, described?.maxMinutes));
  }

  #finish(end: SessionEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#link.over();
    this.#access.leave();
    this.#events.onState({ kind: 'ended', end, endedAt: this.#options.now() });
    // While it is still starting, or the service is being told, whoever does that lets go.
    if (this.#isOpen && !this.#isEnding) this.#link.letGo();
  }

  /** An error that is not a call's own does not say where it was; this session knows. */
  #placed(error: AppErrorData): AppErrorData {
    const { connection, profile } = this.#link;
    const region = connection?.region ?? profile.region;
    const where = { profileName: profile.name, ...(region === undefined ? {} : { region }) };
    return { ...error, where: { ...where, ...error.where } };
  }
}

function notTold(error: unknown): string {
  const why = error instanceof AppError ? ` (${error.data.message})` : '';
  return `The session has ended here, but the service could not be told${why}. There it ends at its idle time-out.`;
}
