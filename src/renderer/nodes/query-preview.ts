import type { ManagedNode } from '../../shared/inventory.ts';
import { fitTags, nameInArn, tagConditions } from '../../shared/query-words.ts';
import type { TargetQuery } from '../../shared/target-query.ts';
import type { NodeIndex } from './node-index.ts';

/** What the node lists at hand say of a query; who is picked is looked up when a session starts. */
export type QueryPreview =
  /** There is nothing to look at: no list, or one without the tags or containers it would take. */
  | { readonly kind: 'unknown'; readonly why: 'no-list' | 'no-tags' | 'no-containers' }
  | {
      readonly kind: 'known';
      readonly of: 'node' | 'container';
      readonly matched: number;
      readonly online: number;
      /** How many nodes were looked at. */
      readonly listed: number;
      /** The first of their names, each once, those online before the others. Untrusted. */
      readonly names: readonly string[];
      readonly moreNames: number;
    };

const namedNodes = 3;

export function previewQuery(
  index: NodeIndex,
  profileId: string | undefined,
  query: TargetQuery,
): QueryPreview {
  const all = profileId === undefined ? [] : nodesOf(index, profileId);
  if (all.length === 0) return { kind: 'unknown', why: 'no-list' };
  const isOfContainers = query.kind === 'ecs-service';
  const nodes = all.filter(({ container }) => (container !== undefined) === isOfContainers);
  if (nodes.length === 0 && isOfContainers) return { kind: 'unknown', why: 'no-containers' };
  if (!isOfContainers && nodes.every(({ tags }) => tags === undefined))
    return { kind: 'unknown', why: 'no-tags' };
  const matching = nodes.filter(matcherOf(query));
  const online = matching.filter((node) => node.online);
  const offline = matching.filter((node) => !node.online);
  const names = [...new Set([...online, ...offline].map(({ id, name }) => name || id))];
  return {
    kind: 'known',
    of: isOfContainers ? 'container' : 'node',
    matched: matching.length,
    online: online.length,
    listed: nodes.length,
    names: names.slice(0, namedNodes),
    moreNames: Math.max(0, names.length - namedNodes),
  };
}

function matcherOf(query: TargetQuery): (node: ManagedNode) => boolean {
  if (query.kind === 'ecs-service') {
    const [cluster, service] = [nameInArn(query.cluster), nameInArn(query.service)];
    return ({ container }) =>
      container?.cluster === cluster &&
      container.service === service &&
      (query.container === undefined || container.name === query.container);
  }
  const conditions = tagConditions(query);
  return ({ tags = [] }) => fitTags(conditions, tags);
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
    machinesOf(index, profileId).flatMap(({ tags = [] }) => tags.map(([key]) => key)),
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
    machinesOf(index, profileId).flatMap(({ tags = [] }) =>
      tags.flatMap(([known, value]) => (known === key ? [value] : [])),
    ),
    typed,
  );

/** Clusters, services of a cluster, or containers of a service, by what is in the lists. */
export const knownContainerNames = (
  index: NodeIndex,
  profileId: string | undefined,
  field: 'cluster' | 'service' | 'name',
  within: { readonly cluster?: string; readonly service?: string },
  typed: string,
): KnownValue[] =>
  mostFrequent(
    suggestingNodes(index, profileId).flatMap(({ container }) => {
      const fits = (part: 'cluster' | 'service'): boolean =>
        within[part] === undefined || container?.[part] === nameInArn(within[part]);
      const value = container?.[field];
      return value !== undefined && fits('cluster') && fits('service') ? [value] : [];
    }),
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

/** Without containers, whose tags are no part of a query of tags. */
const machinesOf = (index: NodeIndex, profileId: string | undefined): ManagedNode[] =>
  suggestingNodes(index, profileId).filter(({ container }) => container === undefined);

/** In the order of their names; of all profiles where none is given. */
function nodesOf(index: NodeIndex, profileId: string | undefined): ManagedNode[] {
  return index.inOrder().flatMap((slot) => {
    const known = index.at(slot);
    if (known === undefined || (profileId !== undefined && known.place.profileId !== profileId)) return [];
    return [known.node];
  });
}
