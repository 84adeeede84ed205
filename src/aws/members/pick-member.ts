import type { QueryMember } from '../../shared/target-query.ts';

export interface PickOptions {
  /** The target of the session that is to be followed: the service may call it healthy for minutes after its end. */
  former?: string | undefined;
  /** The one that a person was offered. */
  prefer?: string | undefined;
  /** Healthy by the service's word, but a session could not be started on them. */
  without?: ReadonlySet<string> | undefined;
  /** How many sessions of our own are live on a target. */
  sessionsOn(target: string): number;
}

/**
 * The members that can be connected to, the best first: the one that is preferred, not the one that has just ended, the fewest
 * of our own sessions, the latest launch, and the id last, so that the order is always the same.
 */
export function rankMembers<Member extends QueryMember>(
  members: readonly Member[],
  { former, prefer, without, sessionsOn }: PickOptions,
): Member[] {
  const ranked = members
    .filter(({ state, target }) => state === 'online' && without?.has(target) !== true)
    .map((member) => ({
      member,
      rank: [
        member.target === prefer ? 0 : 1,
        member.target === former ? 1 : 0,
        sessionsOn(member.target),
        -(member.launchedAt ?? 0),
      ],
    }));
  return ranked
    .sort((a, b) => compareRanks(a.rank, b.rank) || compareTexts(a.member.target, b.member.target))
    .map(({ member }) => member);
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [at, rank] of a.entries()) {
    const difference = rank - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
