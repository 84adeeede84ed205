import { type AccessCourse, type AccessInput, begin, proceed } from '../../aws/access-course.ts';
import type { AccessGrant, AccessStatus } from '../../aws/control-plane.ts';
import { AppError, type AppErrorData, toAppErrorData } from '../../shared/errors.ts';
import type { Profile } from '../../shared/models.ts';
import type { Connect } from '../connection.ts';
import type { KeptRequest, RequestStore } from './request-store.ts';

/** What an approval is for: one node in one Region, asked for with one profile. */
export interface AccessPlace {
  profile: Profile;
  region: string;
  target: string;
}

/** An access request that was made, and where it stands until it is decided. */
export interface AskedAccess extends Pick<KeptRequest, 'requestId' | 'reason' | 'askedAt'> {
  readonly course: AccessCourse;
  /** Made in an earlier run of the app: nobody is told of its end, which may be long ago. */
  readonly isKept: boolean;
}

export interface ApprovalsOptions {
  connect: Connect;
  /** Ids of requests, for the next start of the app. */
  store: Pick<RequestStore, 'list' | 'save' | 'remove'>;
  /** Epoch milliseconds. */
  now(): number;
  /** From 0 to 1. */
  random(): number;
  /** Runs something later; the result cancels it. */
  setTimer(run: () => void, delayMs: number): () => void;
}

/** Keys that end so soon are not begun with, milliseconds: the call they sign has to arrive. */
const marginMs = 10_000;

/** Of short-lived keys, the last tenth. */
const shortMargin = 10;

interface Entry {
  place: AccessPlace;
  asked: AskedAccess | undefined;
  held: { grant: AccessGrant; since: number } | undefined;
  readonly watchers: Set<() => void>;
  cancelTimer(): void;
}

/**
 * Owns every access request and every approval of this run of the app. The keys of an approval stay in memory, here and in the
 * control planes that sign with them; what is kept on disk is the id of a request that may still be good for some.
 *
 * A request is looked after while somebody watches its place. One request serves all sessions on a node, and so does its approval.
 */
export class Approvals {
  readonly #options: ApprovalsOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: ApprovalsOptions) {
    this.#options = options;
  }

  /** The approval that still holds. */
  held(place: AccessPlace): AccessGrant | undefined {
    const held = this.#entries.get(keyOf(place))?.held;
    return held !== undefined && this.#holds(held.grant, held.since) ? held.grant : undefined;
  }

  /** The request that is under way for that place, if there is one. */
  asked(place: AccessPlace): AskedAccess | undefined {
    return this.#entry(place).asked;
  }

  /** @returns ends the watch; the request then rests until somebody watches again */
  watch(place: AccessPlace, onChanged: () => void): () => void {
    const entry = this.#entry(place);
    entry.place = place;
    entry.watchers.add(onChanged);
    // Whoever comes to watch had credentials a moment ago.
    if (entry.asked !== undefined) this.#steer(entry, { kind: 'signed-in' });
    return () => {
      entry.watchers.delete(onChanged);
      if (entry.watchers.size === 0) entry.cancelTimer();
    };
  }

  /** Makes a request, unless one is under way. Rejects with what the service answers. */
  async ask(place: AccessPlace, reason: string): Promise<void> {
    const entry = this.#entry(place);
    if (entry.asked !== undefined) return;
    const { target } = place;
    const requestId = await this.#call(place, (plane) => plane.startAccessRequest({ target, reason }));
    const askedAt = this.#options.now();
    entry.asked = { requestId, reason, askedAt, course: begin(askedAt), isKept: false };
    this.#options.store.save({ ...idsOf(place), requestId, reason, askedAt });
    this.#changed(entry);
  }

  /** Somebody wants to know at once. @param isSignedIn credentials may be had now that could not be had before */
  look(place: AccessPlace, isSignedIn: boolean): void {
    this.#steer(this.#entry(place), { kind: isSignedIn ? 'signed-in' : 'wanted' });
  }

  /**
   * Asks for new keys where the approval itself goes on beyond those that were given. Undefined where it does not; rejects where
   * that could not be found out.
   */
  async renewed(place: AccessPlace): Promise<AccessGrant | undefined> {
    const entry = this.#entry(place);
    const before = entry.held?.grant;
    if (before === undefined) return undefined;
    const status = await this.#call(place, (plane) => plane.readAccess(before.requestId)).catch(
      (error: unknown) => {
        if (isAnswer(error)) return { kind: 'expired' } as const;
        throw error;
      },
    );
    const since = this.#options.now();
    if (status.kind !== 'approved' || !this.#holds(status.grant, since)) {
      if (entry.held?.grant === before) entry.held = undefined;
      this.#options.store.remove(before.requestId);
      return undefined;
    }
    entry.held = { grant: status.grant, since };
    return status.grant;
  }

  /** The profile is gone, or gets its credentials from elsewhere. */
  forget(profileId: string): void {
    for (const [key, entry] of this.#entries) {
      if (entry.place.profile.id !== profileId) continue;
      entry.cancelTimer();
      this.#entries.delete(key);
    }
    for (const kept of this.#options.store.list()) {
      if (kept.profileId === profileId) this.#options.store.remove(kept.requestId);
    }
  }

  end(): void {
    for (const entry of this.#entries.values()) entry.cancelTimer();
    this.#entries.clear();
  }

  #holds({ expiresAt }: AccessGrant, since: number): boolean {
    const margin = Math.min(marginMs, Math.max(0, expiresAt - since) / shortMargin);
    return expiresAt - margin > this.#options.now();
  }

  #entry(place: AccessPlace): Entry {
    const key = keyOf(place);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const kept = this.#options.store.list().find((request) => keyOfKept(request) === key);
    const entry: Entry = {
      place,
      asked: kept && {
        requestId: kept.requestId,
        reason: kept.reason,
        askedAt: kept.askedAt,
        course: begin(this.#options.now()),
        isKept: true,
      },
      held: undefined,
      watchers: new Set(),
      cancelTimer: () => {},
    };
    this.#entries.set(key, entry);
    return entry;
  }

  /** Something happened to a request: where it stands now, and what is to be done about it. */
  #steer(entry: Entry, input: AccessInput): void {
    const { asked } = entry;
    if (asked === undefined) return;
    const { now, random } = this.#options;
    const course = proceed(asked.course, input, now(), random());
    if (course !== asked.course) entry.asked = { ...asked, course };
    if (course.kind === 'granted') entry.held = { grant: course.grant, since: now() };
    this.#changed(entry);
    // Whoever watched has seen how it ended.
    const isOver = course.kind === 'granted' || course.kind === 'refused' || course.kind === 'lost';
    if (!isOver) return;
    // One that was approved is good for new keys after the next start of the app.
    if (course.kind !== 'granted') this.#options.store.remove(asked.requestId);
    if (entry.asked?.requestId === asked.requestId) entry.asked = undefined;
  }

  #changed(entry: Entry): void {
    entry.cancelTimer();
    const course = entry.asked?.course;
    if (course?.kind === 'waiting' && entry.watchers.size > 0) {
      const wait = Math.max(0, course.nextAt - this.#options.now());
      entry.cancelTimer = this.#options.setTimer(() => void this.#look(entry), wait);
    }
    for (const tell of entry.watchers) tell();
  }

  async #look(entry: Entry): Promise<void> {
    const { asked, place } = entry;
    if (asked?.course.kind !== 'waiting') return;
    this.#steer(entry, { kind: 'looked' });
    const { requestId } = asked;
    const input = await this.#call(place, (plane) => plane.readAccess(requestId)).then(
      (status: AccessStatus): AccessInput => ({ kind: 'answered', status }),
      (error: unknown): AccessInput => ({ kind: 'failed', error: lookFailed(error) }),
    );
    if (entry.asked?.requestId === requestId) this.#steer(entry, input);
  }

  /** A connection for each look: the credentials are those of now, and nothing is held open for a wait of hours. */
  async #call<T>(
    { profile }: AccessPlace,
    work: (plane: Awaited<ReturnType<Connect>>['controlPlane']) => Promise<T>,
  ): Promise<T> {
    const { controlPlane } = await this.#options.connect(profile);
    try {
      return await work(controlPlane);
    } finally {
      controlPlane.close();
    }
  }
}

const idsOf = ({ profile, region, target }: AccessPlace) => ({ profileId: profile.id, region, target });

const keyOf = (place: AccessPlace): string => keyOfKept(idsOf(place));

/** None of the parts holds a space. */
const keyOfKept = ({ profileId, region, target }: ReturnType<typeof idsOf>): string =>
  `${profileId} ${region} ${target}`;

/** The service has said no, and says so again: nothing was in its way. */
function isAnswer(error: unknown): boolean {
  return error instanceof AppError && ['not-found', 'access-denied', 'bad-request'].includes(error.data.code);
}

function lookFailed(error: unknown): AppErrorData {
  return toAppErrorData(error, 'Look for the approval');
}
