import type { InventoryHead } from '../../shared/inventory.ts';
import type { Environment, NodeGrouping, Profile } from '../../shared/models.ts';
import { nameOrderKey } from '../../shared/name-order.ts';
import { type Place, placesOf } from '../../shared/places.ts';
import type { NodeIndex } from './node-index.ts';
import type { Postings } from './postings.ts';
import { facetValues } from './query.ts';

export type Heading =
  /** A profile in one of its Regions: one list, with its state. */
  | {
      readonly kind: 'place';
      readonly profile: Profile;
      readonly head: InventoryHead;
      /** The profile has lists in other Regions too. */
      readonly isOneOfSeveral: boolean;
    }
  | { readonly kind: 'environment'; readonly environment: Environment }
  /** Undefined: EC2 has not said which. */
  | { readonly kind: 'account'; readonly accountId: string | undefined }
  /** Undefined: without that tag, or with tags that could not be read. */
  | { readonly kind: 'tag'; readonly key: string; readonly value: string | undefined }
  /** Of ECS, by name. Undefined: no container. */
  | { readonly kind: 'cluster'; readonly cluster: string | undefined }
  | { readonly kind: 'favourites' }
  | { readonly kind: 'recent' };

export interface Group {
  /** The same for the same heading, so that it stays folded. */
  readonly id: string;
  readonly heading: Heading;
  /** How many nodes it has without a filter. */
  readonly total: number;
}

/** Which group each node is in. Made anew after news, and not for each key in the filter. */
export interface Grouped {
  readonly groups: readonly Group[];
  /** By slot: the place in `groups`, -1 for a slot without a node. */
  readonly groupOf: Int32Array;
}

const environments = (facetValues.env ?? []) as readonly Environment[];

/** Profiles of one environment stay together, in the order in which they were saved; the lab comes after what is real. */
const byEnvironment = (a: Profile, b: Profile): number =>
  environments.indexOf(a.environment) - environments.indexOf(b.environment);

type Heads = Readonly<Record<string, InventoryHead>>;

export function groupNodes(
  by: NodeGrouping,
  index: NodeIndex,
  profiles: readonly Profile[],
  heads: Heads,
): Grouped {
  if (by === 'place') return byPlace(index, profiles, heads);
  if (by === 'environment') {
    const environmentOf = new Map(profiles.map(({ id, environment }) => [id, environment]));
    return byKey(
      index,
      environments,
      (known) => environmentOf.get(known.profileId) ?? 'other',
      (environment): Heading => ({ kind: 'environment', environment }),
    );
  }
  if (by === 'account') {
    const accounts = new Set(index.places().flatMap(({ accountId }) => accountId ?? []));
    return byKey(
      index,
      [...[...accounts].toSorted(), undefined],
      (known) => known.accountId,
      (accountId): Heading => ({ kind: 'account', accountId }),
    );
  }
  if (by === 'cluster') {
    return byPostings(index, index.clusters, (cluster): Heading => ({ kind: 'cluster', cluster }));
  }
  const { tag } = by;
  const postings = index.tagValues(tag.toLowerCase());
  return byPostings(index, postings, (value): Heading => ({ kind: 'tag', key: tag, value }));
}

/** The head of a place that nothing has been heard of. */
const unheardOf = ({ id, profileId, region }: Place): InventoryHead => ({
  id,
  profileId,
  ...(region === undefined ? {} : { region }),
  nodeCount: 0,
  state: { kind: 'idle' },
});

function byPlace(index: NodeIndex, profiles: readonly Profile[], heads: Heads): Grouped {
  const groups = profiles.toSorted(byEnvironment).flatMap((profile) => {
    const places = placesOf(profile);
    return places.map((place): Group => {
      const head = heads[place.id] ?? unheardOf(place);
      const heading: Heading = { kind: 'place', profile, head, isOneOfSeveral: places.length > 1 };
      return { id: `place ${place.id}`, heading, total: index.countIn(place.id) };
    });
  });
  const numbers = new Map(
    groups.map(({ heading }, number) => [heading.kind === 'place' ? heading.head.id : '', number]),
  );
  const groupOf = new Int32Array(index.capacity).fill(-1);
  for (let slot = 0; slot < groupOf.length; slot += 1) {
    const known = index.at(slot);
    if (known !== undefined) groupOf[slot] = numbers.get(known.place.id) ?? -1;
  }
  return { groups, groupOf };
}

/** @param keys all there may be, in the order of the groups; those without a node get none */
function byKey<Key extends string | undefined>(
  index: NodeIndex,
  keys: readonly Key[],
  keyOf: (place: { profileId: string; accountId: string | undefined }) => Key,
  headingOf: (key: Key) => Heading,
): Grouped {
  const totals = new Map<Key, number>();
  const placeKeys = new Map(index.places().map((place) => [place.id, keyOf(place)]));
  for (const [placeId, key] of placeKeys) totals.set(key, (totals.get(key) ?? 0) + index.countIn(placeId));
  const used = keys.filter((key) => (totals.get(key) ?? 0) > 0);
  const numbers = new Map(used.map((key, number) => [key, number]));
  const groupOf = new Int32Array(index.capacity).fill(-1);
  for (let slot = 0; slot < groupOf.length; slot += 1) {
    const known = index.at(slot);
    if (known !== undefined) groupOf[slot] = numbers.get(placeKeys.get(known.place.id) as Key) ?? -1;
  }
  const groups = used.map((key): Group => {
    const heading = headingOf(key);
    return { id: `${heading.kind} ${key ?? ''}`, heading, total: totals.get(key) ?? 0 };
  });
  return { groups, groupOf };
}

/** A group for each value, in their order, and one behind them for the nodes that have none. */
function byPostings(
  index: NodeIndex,
  postings: Postings | undefined,
  headingOf: (value: string | undefined) => Heading,
): Grouped {
  const values = [...(postings?.entries() ?? [])].toSorted((a, b) =>
    nameOrderKey(a.value) < nameOrderKey(b.value) ? -1 : 1,
  );
  const groups = values.map(({ value, written, slots }): Group => {
    const heading = headingOf(written);
    return { id: `${idOf(heading)}=${value}`, heading, total: slots.size };
  });
  const groupOf = new Int32Array(index.capacity).fill(-1);
  for (const [number, { slots }] of values.entries()) for (const slot of slots) groupOf[slot] = number;
  let without = 0;
  for (let slot = 0; slot < groupOf.length; slot += 1) {
    if (groupOf[slot] !== -1 || index.at(slot) === undefined) continue;
    groupOf[slot] = groups.length;
    without += 1;
  }
  if (without > 0) {
    const heading = headingOf(undefined);
    groups.push({ id: idOf(heading), heading, total: without });
  }
  return { groups, groupOf };
}

const idOf = (heading: Heading): string => (heading.kind === 'tag' ? `tag ${heading.key}` : heading.kind);
