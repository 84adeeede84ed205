import { AppError } from '../../shared/errors.ts';
import { queryLabel } from '../../shared/query-words.ts';
import type { MemberState, QueryMember, TargetQuery } from '../../shared/target-query.ts';

export interface SearchOutcome {
  query: TargetQuery;
  members: readonly Pick<QueryMember, 'state'>[];
  /** There are more than were looked at. */
  hasMore: boolean;
  regions: readonly string[];
  /** What the user calls the profile. */
  profileName?: string | undefined;
}

/** Nobody to connect to: what was matched, in which states, and what to try. */
export function noHealthyMember({ query, members, hasMore, regions, profileName }: SearchOutcome): AppError {
  const what = query.kind === 'ecs-service' ? 'container' : 'node';
  const label = queryLabel(query);
  const [region] = regions;
  const where = {
    ...(profileName === undefined ? {} : { profileName }),
    ...(region === undefined || regions.length > 1 ? {} : { region }),
  };
  return new AppError({
    code: 'no-healthy-member',
    attempted: `Connect to any ${what} of ${label}`,
    message:
      members.length === 0
        ? `No ${what} matches ${label} in ${regions.join(', ')}.`
        : `${countWords(members.length, hasMore, what)} ${label}, and none can be connected to: ${stateWords(members)}.`,
    hint: hintFor(query, members),
    retryable: true,
    where,
  });
}

function countWords(count: number, hasMore: boolean, what: string): string {
  if (hasMore) return `The first ${count} ${what}s were looked at that match`;
  return count === 1 ? `One ${what} matches` : `${count} ${what}s match`;
}

const words: Record<MemberState, string> = {
  online: 'online',
  offline: 'offline',
  'not-managed': 'unknown to Systems Manager',
  starting: 'starting',
  stopped: 'stopped',
  ending: 'going away',
  terminated: 'terminated',
  'no-exec-agent': 'without a running ECS Exec agent',
};

function stateWords(members: SearchOutcome['members']): string {
  const counts = new Map<MemberState, number>();
  for (const { state } of members) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([state, count]) => `${count} ${words[state]}`)
    .join(', ');
}

function hintFor(query: TargetQuery, members: SearchOutcome['members']): string {
  const has = (state: MemberState): boolean => members.some((member) => member.state === state);
  if (members.length === 0) {
    return query.kind === 'ecs-service'
      ? 'Check cluster, service and Region, and that the service has running tasks.'
      : 'Check the spelling, where upper and lower case differ, and the Regions of the profile.';
  }
  if (has('starting')) return 'Wait until one has started, then try again.';
  if (has('no-exec-agent'))
    return 'Enable ECS Exec for the service (enableExecuteCommand), deploy it anew, and allow ssmmessages to its task role.';
  if (has('offline') || has('not-managed'))
    return 'Check on one of them that the SSM Agent runs, has a role that lets it register, and may reach the service.';
  return 'Start one of them, or wait until a successor has come up.';
}
