import type { ManagedNode } from '../../shared/inventory.ts';
import { nameInArn, tagConditions, tagMatcher } from '../../shared/query-words.ts';
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
  const fits = tagMatcher(tagConditions(query));
  return ({ tags = [] }) => fits(tags);
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
    tagParts(index, profileId, ([key]) => key),
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
    tagParts(index, profileId, ([known, value]) => (known === key ? value : undefined)),
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

function mostFrequent(values: Iterable<string>, typed: string): KnownValue[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const wanted = typed.trim().toLowerCase();
  const fitting = [...counts].filter(([value]) => value !== '' && value.toLowerCase().includes(wanted));
  // The one that is typed already is no suggestion.
  if (fitting.length === 1 && fitting[0]?.[0] === typed) return [];
  return fitting
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, mostValues);
}

const suggestingNodes = (index: NodeIndex, profileId: string | undefined): ManagedNode[] => {
  const own = profileId === undefined ? [] : nodesOf(index, profileId);
  return own.length > 0 ? own : nodesOf(index, undefined);
};

/** A part of each tag; not of containers, whose tags are no part of a query of tags. */
function* tagParts(
  index: NodeIndex,
  profileId: string | undefined,
  partOf: (tag: [key: string, value: string]) => string | undefined,
): Iterable<string> {
  for (const { container, tags = [] } of suggestingNodes(index, profileId)) {
    if (container !== undefined) continue;
    for (const tag of tags) {
      const part = partOf(tag);
      if (part !== undefined) yield part;
    }
  }
}

/** In the order of their names; of all profiles where none is given. */
function nodesOf(index: NodeIndex, profileId: string | undefined): ManagedNode[] {
  const nodes: ManagedNode[] = [];
  for (const slot of index.inOrder()) {
    const known = index.at(slot);
    if (known !== undefined && (profileId === undefined || known.place.profileId === profileId))
      nodes.push(known.node);
  }
  return nodes;
}
