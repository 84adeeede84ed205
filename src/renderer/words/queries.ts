import { queryLabel } from '../../shared/query-words.ts';
import type { MemberCounts, TargetQuery } from '../../shared/target-query.ts';
import { remoteText } from './remote-text.ts';

/** A query in one line; its values may be what a node list suggested. */
export const queryText = (query: TargetQuery): string => remoteText(queryLabel(query), 160);

/** `Role=web, 2 healthy of 3`. */
export function pickedWords(query: TargetQuery, counts: MemberCounts | undefined): string {
  if (counts === undefined) return queryText(query);
  return `${queryText(query)}, ${countsWords(counts)}`;
}

/** `2 healthy of 3`, `1 healthy of more than 500`. */
export const countsWords = ({ healthy, matched, hasMore }: MemberCounts): string =>
  `${healthy.toLocaleString()} healthy of ${hasMore === true ? 'more than ' : ''}${matched.toLocaleString()}`;
