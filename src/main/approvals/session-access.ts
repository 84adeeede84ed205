import { accessRefused } from '../../aws/access-refused.ts';
import type { AccessGrant } from '../../aws/control-plane.ts';
import { AppError, type AppErrorData, toAppErrorData } from '../../shared/errors.ts';
import type { Approval, SessionState } from '../../shared/models.ts';
import { accessAnew } from './access-errors.ts';
import type { AccessPlace, Approvals, AskedAccess } from './approvals.ts';

/** How a request came out, for whoever does not look at the window. */
export type AccessOutcome =
  | { readonly kind: 'approved'; readonly requestId: string }
  | { readonly kind: 'refused'; readonly requestId: string; readonly error: AppErrorData };

export interface SessionAccessOptions {
  approvals: Approvals;
  /** What the session was to be started for: it stands in the form. */
  reason: string | undefined;
  now(): number;
  /** While an approval is waited for. */
  onState(state: SessionState): void;
  /** The approval that the session is signed with from now on. */
  onApproval(approval: Approval): void;
  /** A request that was made in this run of the app has been decided about. */
  onOutcome(outcome: AccessOutcome): void;
}

/**
 * What one session has to do with approvals: the keys it is signed with, and the wait for them. While it waits it is either asking the
 * user for a reason, or following a request that somebody made for its node.
 */
export class SessionAccess {
  readonly #options: SessionAccessOptions;
  #place: AccessPlace | undefined;
  #grant: AccessGrant | undefined;
  #wasApproved = false;
  #wait:
    | { error: AppErrorData; isAsking: boolean; settle(isApproved: boolean, error?: AppError): void }
    | undefined;
  #stopWatching: () => void = () => {};

  constructor(options: SessionAccessOptions) {
    this.#options = options;
  }

  /** The keys to sign with; undefined for the profile's own. */
  get grant(): AccessGrant | undefined {
    return this.#grant;
  }

  get isWaiting(): boolean {
    return this.#wait !== undefined;
  }

  /** Whether there was an approval, also one that has run out. */
  get wasApproved(): boolean {
    return this.#wasApproved;
  }

  /** Where the session is to be started, as soon as that is known: an approval that holds there is used without asking. */
  arrived(place: AccessPlace): void {
    this.#place = place;
    const held = this.#options.approvals.held(place);
    if (held !== undefined && held !== this.#grant) this.#use(held);
  }

  /** Whether the keys can still be used; those that cannot are let go. */
  stillHolds(): boolean {
    if (this.#grant === undefined) return true;
    const held = this.#options.approvals.held(this.#arrivedAt);
    if (held === this.#grant) return true;
    this.#grant = undefined;
    if (held !== undefined) this.#use(held);
    return false;
  }

  /** The service does not take the keys any more, whatever their end says. */
  lost(): void {
    this.#grant = undefined;
  }

  /** New keys of the same approval, where it goes on. Rejects where that could not be found out. */
  async renew(): Promise<boolean> {
    const grant = await this.#options.approvals.renewed(this.#arrivedAt);
    if (grant !== undefined) this.#use(grant);
    return grant !== undefined;
  }

  /**
   * Waits for an approval: for one that was asked for already, else until the user has asked. Resolves with false when the session
   * has ended meanwhile, and rejects with `approval-refused` or whatever else a request ended with.
   */
  approved(error: AppErrorData): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#wait = {
        error,
        isAsking: false,
        settle: (isApproved, refusal) => {
          this.#wait = undefined;
          this.#stopWatching();
          if (refusal === undefined) resolve(isApproved);
          else reject(refusal);
        },
      };
      this.#stopWatching = this.#options.approvals.watch(this.#arrivedAt, () => this.#follow());
      this.#follow();
    });
  }

  /** The same in the middle of a session, where a refusal leaves the form open: the session may still be had. */
  async approvedAnew(): Promise<boolean> {
    let error = accessAnew(this.#arrivedAt.target).data;
    for (;;) {
      try {
        return await this.approved(error);
      } catch (refusal) {
        error = toAppErrorData(refusal, error.attempted);
      }
    }
  }

  /** The user asks for access. What the service answers to that stands in the form. */
  async ask(reason: string): Promise<void> {
    const wait = this.#wait;
    if (wait === undefined || wait.isAsking) return;
    wait.isAsking = true;
    try {
      await this.#options.approvals.ask(this.#arrivedAt, reason);
    } catch (error) {
      wait.error = toAppErrorData(error, `Ask for access to ${this.#arrivedAt.target}`);
      wait.isAsking = false;
      if (this.#wait === wait) this.#follow();
    }
  }

  /** @param isSignedIn credentials may be had now */
  lookNow(isSignedIn: boolean): void {
    if (this.#wait !== undefined) this.#options.approvals.look(this.#arrivedAt, isSignedIn);
  }

  /** The session ends: nothing is waited for any more. A request that was made goes on at the service. */
  leave(): void {
    this.#wait?.settle(false);
  }

  /** What the place says now, as a state of the session. */
  #follow(): void {
    const wait = this.#wait;
    if (wait === undefined) return;
    const { approvals, onState, reason } = this.#options;
    const asked = approvals.asked(this.#arrivedAt);
    if (asked === undefined) {
      if (wait.isAsking) return;
      // Given to another session while this one was being refused.
      const held = approvals.held(this.#arrivedAt);
      if (held !== undefined) {
        this.#use(held);
        wait.settle(true);
        return;
      }
      onState({ kind: 'needs-approval', error: wait.error, ...(reason === undefined ? {} : { reason }) });
      return;
    }
    const { course } = asked;
    switch (course.kind) {
      case 'granted':
        this.#use(course.grant);
        this.#tell(asked, { kind: 'approved', requestId: asked.requestId });
        wait.settle(true);
        return;
      case 'refused':
      case 'lost':
        this.#ended(
          asked,
          course.kind === 'lost'
            ? new AppError(course.error)
            : accessRefused(this.#arrivedAt.target, course.why),
        );
        return;
      case 'barred':
        onState({ kind: 'needs-sign-in', error: course.error });
        return;
      case 'waiting':
      case 'looking':
        onState(awaiting(asked));
    }
  }

  #ended(asked: AskedAccess, error: AppError): void {
    this.#tell(asked, { kind: 'refused', requestId: asked.requestId, error: error.data });
    const wait = this.#wait;
    // One that was made before the app was started: its end is no news, and the user has not asked now.
    if (!asked.isKept) wait?.settle(false, error);
    else if (wait !== undefined) queueMicrotask(() => this.#follow());
  }

  #tell({ isKept }: AskedAccess, outcome: AccessOutcome): void {
    if (!isKept || outcome.kind === 'approved') this.#options.onOutcome(outcome);
  }

  #use(grant: AccessGrant): void {
    this.#grant = grant;
    this.#wasApproved = true;
    this.#options.onApproval(this.#approvalOf(grant));
  }

  #approvalOf({ requestId, expiresAt }: AccessGrant): Approval {
    return { requestId, since: this.#options.now(), until: expiresAt };
  }

  /** Nothing is asked of an approval before the session has arrived somewhere. */
  get #arrivedAt(): AccessPlace {
    if (this.#place === undefined) throw new Error('The session has not arrived anywhere.');
    return this.#place;
  }
}

function awaiting({ requestId, reason, askedAt, course }: AskedAccess): SessionState {
  const trouble = 'trouble' in course ? course.trouble : undefined;
  return {
    kind: 'awaiting-approval',
    requestId,
    reason,
    since: askedAt,
    ...(trouble === undefined ? {} : { trouble }),
  };
}
