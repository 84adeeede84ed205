import { AppError, type AppErrorData, toAppErrorData } from '../../shared/errors.ts';
import type { HistoryEntry, Profile } from '../../shared/models.ts';
import type { Orphan } from '../../shared/orphans.ts';
import type { Connect } from '../connection.ts';
import { logProblem } from '../log.ts';

export interface OrphanSweepOptions {
  /** Entries of sessions that the app was killed over, of which nothing has been decided yet. */
  unsettled(): Promise<HistoryEntry[]>;
  /** Nothing is left to decide about the entries of these keys. */
  settle(keys: string[]): void;
  profiles(): Profile[];
  connect: Connect;
  /** Whether a profile's credentials can be had without asking anybody for a code or a password. */
  needsNobody(profile: Profile): Promise<boolean>;
  /** All that are not decided yet; told when that changes. */
  onFound(orphans: Orphan[]): void;
}

/** Sessions that one call can list: those of one identity in one Region. */
interface Group {
  profile: Profile;
  owner: string | undefined;
  orphans: Orphan[];
}

/**
 * Sessions that this installation began and could not end because it was killed. They are looked for once at the start, with
 * calls that change nothing, and ended only when the user has seen them listed and says so. What is not in our own history is
 * somebody else's.
 */
export class OrphanSweep {
  readonly #options: OrphanSweepOptions;
  #found: Orphan[] = [];

  constructor(options: OrphanSweepOptions) {
    this.#options = options;
  }

  list(): Orphan[] {
    return this.#found;
  }

  /** Never rejects: a profile that cannot be asked now is asked at the next start. */
  async look(): Promise<void> {
    const entries = await this.#options.unsettled().catch(() => []);
    await Promise.all(this.#groups(entries).map((group) => this.#lookAt(group)));
  }

  /** Ends those of `ids` that were found. What could not be ended stays listed. */
  async end(
    ids: readonly string[],
  ): Promise<{ ended: string[]; failed: { id: string; error: AppErrorData }[] }> {
    const chosen = this.#found.filter(({ sessionId }) => ids.includes(sessionId));
    const ended: string[] = [];
    const failed: { id: string; error: AppErrorData }[] = [];
    await Promise.all(
      groupBy(chosen, (orphan) => `${orphan.profileId} ${orphan.region}`).map(async (orphans) => {
        for (const [id, error] of await this.#endAll(orphans)) {
          if (error === undefined) ended.push(id);
          else failed.push({ id, error });
        }
      }),
    );
    this.#decided((orphan) => ended.includes(orphan.sessionId));
    return { ended, failed };
  }

  /** They go on, and are not asked about again. */
  keep(): void {
    this.#decided(() => true);
  }

  #decided(isDecided: (orphan: Orphan) => boolean): void {
    const decided = this.#found.filter(isDecided);
    if (decided.length === 0) return;
    this.#options.settle(decided.map(({ key }) => key));
    this.#found = this.#found.filter((orphan) => !isDecided(orphan));
    this.#options.onFound(this.#found);
  }

  #groups(entries: readonly HistoryEntry[]): Group[] {
    const profiles = new Map(this.#options.profiles().map((profile) => [profile.id, profile]));
    const groups: Group[] = [];
    for (const entriesOfOne of groupBy(
      entries,
      ({ profileId, region, owner }) => `${profileId} ${region} ${owner}`,
    )) {
      const [first] = entriesOfOne;
      const profile = first === undefined ? undefined : profiles.get(first.profileId);
      if (first === undefined || profile === undefined) continue;
      groups.push({ profile, owner: first.owner, orphans: entriesOfOne.flatMap(toOrphan) });
    }
    return groups;
  }

  async #lookAt({ profile, owner, orphans }: Group): Promise<void> {
    // The lab took its sessions with it when the app ended.
    if (profile.credentials.kind === 'lab') {
      this.#options.settle(orphans.map(({ key }) => key));
      return;
    }
    try {
      if (!(await this.#options.needsNobody(profile))) return;
      const active = await this.#activeOnes(inRegionOf(profile, orphans), owner);
      const gone = orphans.filter(({ sessionId }) => !active.has(sessionId));
      if (gone.length > 0) this.#options.settle(gone.map(({ key }) => key));
      const found = orphans.filter(({ sessionId }) => active.has(sessionId));
      if (found.length === 0) return;
      this.#found = [...this.#found, ...found].toSorted((a, b) => b.startedAt - a.startedAt);
      this.#options.onFound(this.#found);
    } catch (error) {
      logProblem(
        `The sessions of an earlier run cannot be looked for with the profile ${profile.name}`,
        error,
      );
    }
  }

  async #activeOnes(profile: Profile, owner: string | undefined): Promise<Set<string>> {
    const { controlPlane } = await this.#options.connect(profile);
    try {
      const ids = new Set<string>();
      for await (const page of controlPlane.listActiveSessions(owner)) {
        for (const { sessionId } of page) ids.add(sessionId);
      }
      return ids;
    } finally {
      controlPlane.close();
    }
  }

  /** Ends sessions of one profile and Region; each with its error, if any. */
  async #endAll(orphans: readonly Orphan[]): Promise<[string, AppErrorData | undefined][]> {
    const attempted = 'End sessions of an earlier run';
    const outcomes: [string, AppErrorData | undefined][] = [];
    try {
      const profile = this.#options.profiles().find(({ id }) => id === orphans[0]?.profileId);
      if (profile === undefined) throw profileGone(attempted);
      const { controlPlane } = await this.#options.connect(inRegionOf(profile, orphans));
      try {
        for (const { sessionId } of orphans) {
          const error = await controlPlane.terminateSession(sessionId).then(
            () => undefined,
            (reason: unknown) => toAppErrorData(reason, attempted),
          );
          outcomes.push([sessionId, error]);
        }
      } finally {
        controlPlane.close();
      }
      return outcomes;
    } catch (error) {
      return orphans.map(({ sessionId }) => [sessionId, toAppErrorData(error, attempted)]);
    }
  }
}

/** The Region that the sessions were begun in; the profile may name another one by now. */
function inRegionOf(profile: Profile, [first]: readonly Orphan[]): Profile {
  return first === undefined || first.region === '' ? profile : { ...profile, region: first.region };
}

/** Without an id the service never answered, and there is nothing that could be found. */
function toOrphan(entry: HistoryEntry): Orphan[] {
  const { sessionId, endedAt: _at, end: _end, exitCode: _code, ...rest } = entry;
  return sessionId === undefined ? [] : [{ ...rest, sessionId }];
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return [...groups.values()];
}

function profileGone(attempted: string): AppError {
  return new AppError({
    code: 'not-found',
    attempted,
    message: 'The profile of these sessions has been removed.',
    hint: 'End them in the AWS console; otherwise they end at their idle time-out.',
    retryable: false,
  });
}
