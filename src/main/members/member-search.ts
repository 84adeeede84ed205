import type { FoundMember, FoundMembers, MemberLookup } from '../../aws/members/member-lookup.ts';
import { noHealthyMember } from '../../aws/members/no-healthy-member.ts';
import { type PickOptions, rankMembers } from '../../aws/members/pick-member.ts';
import type { Profile } from '../../shared/models.ts';
import { inRegion, placesOf } from '../../shared/places.ts';
import type { MemberCounts, QueryMember, Successor, TargetQuery } from '../../shared/target-query.ts';
import type { Connect, Connection } from '../connection.ts';
import { isSignInNeeded } from '../sign-ins/sign-in-errors.ts';

/** Where a query's session goes. Whoever asked for it closes the connection, which is one to the member's Region. */
export interface PickedMember {
  member: FoundMember;
  counts: MemberCounts;
  /** The profile as it connects to the member's Region. */
  profile: Profile;
  connection: Connection;
}

export interface MemberSearchOptions {
  connect: Connect;
  /** How many sessions of this app are live on a target. */
  sessionsOn(target: string): number;
}

export type Wanted = Pick<PickOptions, 'former' | 'prefer' | 'without'>;

type Answer =
  | { kind: 'found'; found: FoundMembers; connection: Connection; profile: Profile }
  | { kind: 'failed'; error: unknown };

/**
 * Who a query stands for at this moment, in all Regions of its profile.
 *
 * All Regions are asked at once, and the first in the profile's order that has a healthy member decides: the first Region is
 * where the profile's sessions start, the others are there for when it has nobody, which then costs no further wait.
 */
export class MemberSearch {
  readonly #options: MemberSearchOptions;

  constructor(options: MemberSearchOptions) {
    this.#options = options;
  }

  /** Rejects with `no-healthy-member`, or with what kept a Region from answering where no other has one. */
  async pick(profile: Profile, query: TargetQuery, wanted: Wanted): Promise<PickedMember> {
    const options = { ...wanted, sessionsOn: this.#options.sessionsOn };
    const { answers, close } = await this.#ask(profile, query, ({ members }) => {
      const [best] = rankMembers(members, options);
      return best !== undefined && best.target !== wanted.former;
    });
    const found = answers.filter((answer) => answer.kind === 'found');
    // Where nobody else is healthy, the one before may be, too.
    const deciding =
      found.find(({ found: { members } }) => {
        const [best] = rankMembers(members, options);
        return best !== undefined && best.target !== wanted.former;
      }) ?? found.find(({ found: { members } }) => rankMembers(members, options).length > 0);
    const [member] = deciding === undefined ? [] : rankMembers(deciding.found.members, options);
    close(deciding?.connection);
    if (deciding === undefined || member === undefined) {
      const failed = answers.find((answer) => answer.kind === 'failed');
      if (failed !== undefined) throw failed.error;
      throw noHealthyMember({
        query,
        members: found.flatMap(({ found: { members } }) => members),
        hasMore: found.some(({ found: { hasMore } }) => hasMore),
        regions: found.map(({ connection }) => connection.region),
        profileName: profile.name,
      });
    }
    return {
      member,
      counts: countsOf(deciding.found),
      profile: deciding.profile,
      connection: deciding.connection,
    };
  }

  /** Who else there is, and what has become of `former`, which was in that Region. */
  async findSuccessor(
    profile: Profile,
    query: TargetQuery,
    former: { target: string; region: string },
  ): Promise<Successor> {
    const others = (members: readonly FoundMember[]): FoundMember[] =>
      members.filter(({ target }) => target !== former.target);
    const { answers, close } = await this.#ask(profile, query, ({ members }) =>
      others(members).some(({ state }) => state === 'online'),
    );
    try {
      const found = answers.filter((answer) => answer.kind === 'found');
      const failed = answers.find((answer) => answer.kind === 'failed');
      const deciding = found.find((each) =>
        others(each.found.members).some(({ state }) => state === 'online'),
      );
      if (deciding === undefined && failed !== undefined) throw failed.error;
      const all = (deciding === undefined ? found : [deciding]).map((each) => each.found);
      const members = others(all.flatMap((each) => each.members));
      const [member] = rankMembers(members, { sessionsOn: this.#options.sessionsOn });
      const listed = found
        .flatMap((each) => each.found.members)
        .find(({ target }) => target === former.target);
      const formerState = listed?.state ?? (await this.#stateOf(profile, former));
      return {
        counts: countsOf({ members, hasMore: all.some(({ hasMore }) => hasMore) }),
        ...(formerState === undefined ? {} : { formerState }),
        ...(member === undefined ? {} : { member: toQueryMember(member) }),
      };
    } finally {
      close(undefined);
    }
  }

  async #stateOf(profile: Profile, { target, region }: { target: string; region: string }) {
    if (target === '') return undefined;
    const connection = await this.#options.connect(inRegion(profile, region === '' ? undefined : region));
    const lookup = connection.memberLookup();
    try {
      return await lookup.stateOf(target);
    } finally {
      lookup.close();
      connection.controlPlane.close();
    }
  }

  /**
   * The answers of the Regions in the profile's order, up to the first that decides; what the rest say is not waited for.
   * Rejects where a sign-in is needed. `close` lets go of all connections but one.
   */
  async #ask(
    profile: Profile,
    query: TargetQuery,
    decides: (found: FoundMembers) => boolean,
  ): Promise<{ answers: Answer[]; close(kept: Connection | undefined): void }> {
    const giveUp = new AbortController();
    const asked = placesOf(profile).map(({ region }) =>
      this.#askOne(inRegion(profile, region), query, giveUp.signal),
    );
    const close = (kept: Connection | undefined): void => {
      giveUp.abort();
      for (const answer of asked) {
        void answer.then((each) => {
          if (each.kind === 'found' && each.connection !== kept) each.connection.controlPlane.close();
        });
      }
    };
    const answers: Answer[] = [];
    for (const asking of asked) {
      const answer = await asking;
      answers.push(answer);
      if (answer.kind === 'found' && decides(answer.found)) break;
      if (answer.kind === 'failed' && isSignInNeeded(answer.error)) {
        close(undefined);
        throw answer.error;
      }
    }
    return { answers, close };
  }

  /** Never rejects. */
  async #askOne(profile: Profile, query: TargetQuery, signal: AbortSignal): Promise<Answer> {
    let connection: Connection | undefined;
    let lookup: MemberLookup | undefined;
    const onAbort = (): void => lookup?.close();
    signal.addEventListener('abort', onAbort);
    try {
      connection = await this.#options.connect(profile);
      lookup = connection.memberLookup();
      const found = await lookup.find(query);
      return { kind: 'found', found, connection, profile };
    } catch (error) {
      connection?.controlPlane.close();
      return { kind: 'failed', error };
    } finally {
      signal.removeEventListener('abort', onAbort);
      lookup?.close();
    }
  }
}

function countsOf({ members, hasMore }: FoundMembers): MemberCounts {
  return {
    healthy: members.filter(({ state }) => state === 'online').length,
    matched: members.length,
    ...(hasMore ? { hasMore: true } : {}),
  };
}

/** Without what only a session has to know. */
const toQueryMember = ({ target, name, region, state, launchedAt }: FoundMember): QueryMember => ({
  target,
  name,
  region,
  state,
  ...(launchedAt === undefined ? {} : { launchedAt }),
});
