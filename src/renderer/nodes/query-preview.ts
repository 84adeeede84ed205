import type { ManagedNode } from '../../shared/inventory.ts';
import { fitTags, tagConditions } from '../../shared/query-words.ts';
import type { TargetQuery } from '../../shared/target-query.ts';
import type { NodeIndex } from './node-index.ts';

/** What the node lists at hand say of a query; who is picked is looked up when a session starts. */
export type QueryPreview =
  /** There is nothing to look at: no list, or lists without the tags it would take. */
  | { readonly kind: 'unknown'; readonly why: 'no-list' | 'no-tags' | 'not-listed' }
  | {
      readonly kind: 'known';
      readonly matched: number;
      readonly online: number;
      /** How many nodes were looked at. */
      readonly listed: number;
      /** The first of them, those online before the others. Untrusted. */
      readonly names: readonly string[];
    };

const namedNodes = 3;

export function previewQuery(
  index: NodeIndex,
  profileId: string | undefined,
  query: TargetQuery,
): QueryPreview {
  const conditions = tagConditions(query);
  if (conditions === undefined) return { kind: 'unknown', why: 'not-listed' };
  const nodes = profileId === undefined ? [] : nodesOf(index, profileId);
  if (nodes.length === 0) return { kind: 'unknown', why: 'no-list' };
  if (nodes.every(({ tags }) => tags === undefined)) return { kind: 'unknown', why: 'no-tags' };
  const matching = nodes.filter(({ tags = [] }) => fitTags(conditions, tags));
  const online = matching.filter((node) => node.online);
  const offline = matching.filter((node) => !node.online);
  return {
    kind: 'known',
    matched: matching.length,
    online: online.length,
    listed: nodes.length,
    names: [...online, ...offline].slice(0, namedNodes).map(({ id, name }) => name || id),
  };
}

/** A value that a field of a query may take, and how many nodes have it. */
export interface KnownValue {
  readonly value: string;
  readonly count: number;
}

/** More than this nobody reads: another letter is quicker. */
const mostValues = 8;

/** Keys of tags that the profile's nodes have; of all nodes where it has none. */
export const knownTagKeys = (index: NodeIndex, profileId: string | undefined, typed: string): KnownValue[] =>
  mostFrequent(
    suggestingNodes(index, profileId).flatMap(({ tags = [] }) => tags.map(([key]) => key)),
    typed,
  );

/** Values of one tag, its key as it is written. */
export const knownTagValues = (
  index: NodeIndex,
  profileId: string | undefined,
  key: string,
  typed: string,
): KnownValue[] =>
  mostFrequent(
    suggestingNodes(index, profileId).flatMap(({ tags = [] }) =>
      tags.flatMap(([known, value]) => (known === key ? [value] : [])),
    ),
    typed,
  );

function mostFrequent(values: readonly string[], typed: string): KnownValue[] {
  const wanted = typed.trim().toLowerCase();
  const counts = new Map<string, number>();
  for (const value of values) {
    if (value !== '' && value.toLowerCase().includes(wanted)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  // The one that is typed already is no suggestion.
  if (counts.size === 1 && counts.has(typed)) return [];
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, mostValues);
}

const suggestingNodes = (index: NodeIndex, profileId: string | undefined): ManagedNode[] => {
  const own = profileId === undefined ? [] : nodesOf(index, profileId);
  return own.length > 0 ? own : nodesOf(index, undefined);
};

/** In the order of their names; of all profiles where none is given. */
function nodesOf(index: NodeIndex, profileId: string | undefined): ManagedNode[] {
  return index.inOrder().flatMap((slot) => {
    const known = index.at(slot);
    if (known === undefined || (profileId !== undefined && known.place.profileId !== profileId)) return [];
    return [known.node];
  });
}
