import { queryLabel } from '../../shared/query-words.ts';
import type { MemberCounts, MemberState, Successor, TargetQuery } from '../../shared/target-query.ts';
import type { SessionFacts } from '../../shared/models.ts';
import type { Loadable } from '../state/app-state.ts';
import type { QueryPreview } from '../nodes/query-preview.ts';
import { errorTitle } from './errors.ts';
import { count } from './numbers.ts';
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

/** `Matches 3 nodes, 2 online: lab-relay, lab-web, lab-batch`. */
export function previewWords(preview: QueryPreview): string {
  if (preview.kind === 'unknown') return unknownWords[preview.why];
  const { of, matched, online, listed, names, moreNames } = preview;
  if (matched === 0)
    return `Matches none of the ${count(listed, of)} listed. It is looked up anew at each start.`;
  const named = names.map((name) => remoteText(name, 40)).join(', ');
  return `Matches ${count(matched, of)}, ${online === 0 ? 'none' : online.toLocaleString()} online: ${named}${
    moreNames > 0 ? ` and ${moreNames.toLocaleString()} more` : ''
  }`;
}

const unknownWords = {
  'no-list': 'Looked up when a session starts. There is no node list of this profile to try it on yet.',
  'no-tags': 'Looked up when a session starts. The tags of these nodes are not known here.',
  'no-containers': 'Looked up when a session starts. No containers of this profile are listed to try it on.',
};

/** `lab-relay was terminated`; undefined where it is there as before, or nobody knows. */
export function goneNode(
  { formerState }: Successor,
  { nodeName, target }: Pick<SessionFacts, 'nodeName' | 'target'>,
): string | undefined {
  const words = formerState === undefined ? undefined : goneWords[formerState];
  return words === undefined ? undefined : `${remoteText(nodeName, 60) || target} ${words}`;
}

/** `2 other healthy members`. */
export function successorWords(successor: Loadable<Successor>): string {
  if (successor.kind === 'loading') return 'looking for another member';
  if (successor.kind === 'failed') return `other members are not known: ${errorTitle(successor.error.code)}`;
  const { healthy } = successor.value.counts;
  return healthy === 0 ? 'no other healthy member' : count(healthy, 'other healthy member');
}

/** What has become of a node that a session was on. One that is online is there as before. */
const goneWords: Partial<Record<MemberState, string>> = {
  offline: 'does not answer any more',
  'not-managed': 'is gone from Systems Manager',
  starting: 'is starting anew',
  stopped: 'was stopped',
  ending: 'is going away',
  terminated: 'was terminated',
  'no-exec-agent': 'has lost its ECS Exec agent',
};
