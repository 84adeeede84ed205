import type { FoundMember } from '../aws/members/member-lookup.ts';
import { noHealthyMember } from '../aws/members/no-healthy-member.ts';
import { rankMembers } from '../aws/members/pick-member.ts';
import { queryLabel } from '../shared/query-words.ts';
import type { TargetQuery } from '../shared/target-query.ts';
import type { ConnectRequest } from './command-line.ts';
import type { ControlPlaneSource } from './control-plane-source.ts';
import { type Notice, printable } from './notices.ts';

/** A member of the query that can be connected to, and what to tell of it. Rejects with an AppError where there is none. */
export async function pickTarget(
  planes: Pick<ControlPlaneSource, 'memberLookup' | 'region'>,
  query: TargetQuery,
  without: ReadonlySet<string>,
): Promise<{ member: FoundMember; notice: Notice }> {
  const lookup = planes.memberLookup();
  try {
    const { members, hasMore } = await lookup.find(query);
    const healthy = rankMembers(members, { sessionsOn: () => 0, without });
    const [member] = healthy;
    if (member === undefined) throw noHealthyMember({ query, members, hasMore, regions: [planes.region] });
    return { member, notice: [pickWords(member, healthy.length, members.length, hasMore, query)] };
  } finally {
    lookup.close();
  }
}

function pickWords(
  { target, name }: FoundMember,
  healthy: number,
  matched: number,
  hasMore: boolean,
  query: TargetQuery,
): string {
  const called = printable(name);
  const node = called === '' || called === target ? target : `${called} (${target})`;
  return `picked ${node}, one of ${healthy} healthy out of ${hasMore ? 'more than ' : ''}${matched} of ${printable(queryLabel(query))}`;
}

/** Where a request leads, in words. */
export const destinationOf = ({ target, targetQuery }: ConnectRequest): string =>
  target === '' && targetQuery !== undefined ? `any of ${printable(queryLabel(targetQuery))}` : target;
