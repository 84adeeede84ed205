import type { Profile } from '../../shared/models.ts';
import type { NodeIndex } from './node-index.ts';
import { type Facet, facets, facetValues, writeValue } from './query.ts';

/** A way to go on with what is being typed. */
export interface Suggestion {
  /** What is shown. */
  readonly label: string;
  /** How many nodes have it; absent for a facet's name. */
  readonly count?: number;
  /** The whole text with it, and where the caret goes. */
  readonly text: string;
  readonly caret: number;
}

export interface Suggestions {
  /** The values of a facet or a tag, or names of facets. */
  readonly kind: 'values' | 'facets';
  readonly items: readonly Suggestion[];
}

/** More than this nobody reads: another letter is quicker. */
const mostItems = 8;

const nothing: Suggestions = { kind: 'values', items: [] };

export function suggest(
  text: string,
  caret: number,
  index: NodeIndex,
  profiles: readonly Profile[],
): Suggestions {
  // In the middle of a word nothing is finished.
  if (/\S/.test(text.charAt(caret))) return nothing;
  const { isExcluded, facet, tagKey, typed, typedFrom } = openTerm(text.slice(0, caret));
  const wanted = typed.replace(/^"/, '').toLowerCase();
  const complete = (value: string, label: string, count?: number): Suggestion => {
    const start = text.slice(0, typedFrom) + value;
    return {
      label,
      ...(count === undefined ? {} : { count }),
      text: start + text.slice(caret),
      caret: start.length,
    };
  };
  if (facet === undefined) {
    if (typed.startsWith('"') || (wanted === '' && !isExcluded)) return nothing;
    const names = [...facets, 'tag'].filter((name) => name.startsWith(wanted));
    return { kind: 'facets', items: names.map((name) => complete(`${name}:`, `${name}:`)) };
  }
  const isKey = facet === 'tag' && tagKey === undefined;
  const values = isKey
    ? [...index.tagKeys()].map(({ key, written, values: { size } }) => ({ value: key, written, count: size }))
    : tagKey === undefined
      ? valuesOf(facet, index, profiles)
      : (index.tagValues(tagKey)?.counts() ?? []);
  // As the search does: a profile is found by any part of its name.
  const fits = (value: string): boolean =>
    facet === 'profile' ? value.includes(wanted) : value.startsWith(wanted);
  return {
    kind: 'values',
    items: best(values, wanted, fits).map(({ written, count }) =>
      complete(isKey ? `${writeValue(written)}=` : writeValue(written), written, count),
    ),
  };
}

interface OpenTerm {
  readonly isExcluded: boolean;
  /** In lower case; absent for a word. */
  readonly facet: string | undefined;
  /** In lower case; absent before the `=` of a tag. */
  readonly tagKey: string | undefined;
  /** The value so far, and where it begins. */
  readonly typed: string;
  readonly typedFrom: number;
}

/** What stands before the caret since the last space that is not in quotes. */
function openTerm(before: string): OpenTerm {
  const start = afterLast(before, /\s/);
  const [, minus = '', name] = /^(-?)(?:([a-z][a-z-]*):)?/i.exec(before.slice(start)) ?? [];
  const facet = name?.toLowerCase();
  const valueFrom = start + minus.length + (name === undefined ? 0 : name.length + 1);
  const rest = before.slice(valueFrom);
  const equals = facet === 'tag' ? afterLast(rest, /=/) : 0;
  const typedFrom = valueFrom + (facet === undefined ? 0 : Math.max(equals, afterLast(rest, /[,=]/)));
  return {
    isExcluded: minus !== '',
    facet,
    tagKey:
      equals === 0
        ? undefined
        : rest
            .slice(0, equals - 1)
            .replaceAll(/^"|"$|\\(?=.)/g, '')
            .toLowerCase(),
    typed: before.slice(typedFrom),
    typedFrom,
  };
}

/** The place behind the last such sign outside quotes; 0 where there is none. */
function afterLast(text: string, sign: RegExp): number {
  let after = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const each = text.charAt(at);
    if (isQuoted && each === '\\') at += 1;
    else if (each === '"') isQuoted = !isQuoted;
    else if (!isQuoted && sign.test(each)) after = at + 1;
  }
  return after;
}

interface Value {
  readonly value: string;
  readonly written: string;
  readonly count: number;
}

/**
 * The most frequent ones; nothing where what is typed is the one value there is. A key may have a value of its own for every
 * node, so they are not sorted.
 */
function best(values: Iterable<Value>, wanted: string, fits: (value: string) => boolean): Value[] {
  const chosen: Value[] = [];
  let fitting = 0;
  for (const each of values) {
    if (each.value === '' || !fits(each.value)) continue;
    fitting += 1;
    const at = chosen.findIndex((other) => comesBefore(each, other));
    if (at !== -1) chosen.splice(at, 0, each);
    else if (chosen.length < mostItems) chosen.push(each);
    if (chosen.length > mostItems) chosen.pop();
  }
  return fitting === 1 && chosen[0]?.value === wanted ? [] : chosen;
}

const comesBefore = (a: Value, b: Value): boolean =>
  a.count === b.count ? a.value < b.value : a.count > b.count;

function valuesOf(facet: string, index: NodeIndex, profiles: readonly Profile[]): Value[] {
  const byPlace = (wordOf: (place: ReturnType<NodeIndex['places']>[number]) => string): Value[] => {
    const counts = new Map<string, number>();
    for (const place of index.places()) {
      const word = wordOf(place);
      counts.set(word, (counts.get(word) ?? 0) + index.countIn(place.id));
    }
    return [...counts].map(([written, count]) => ({ value: written.toLowerCase(), written, count }));
  };
  const profileOf = (id: string): Profile | undefined => profiles.find((profile) => profile.id === id);
  switch (facet as Facet) {
    case 'state':
      return [...index.states.counts()];
    case 'platform':
      return [...index.platforms.counts()];
    case 'kind':
      return [...index.kinds.counts()];
    case 'cluster':
      return [...index.clusters.counts()];
    case 'service':
      return [...index.services.counts()];
    case 'env': {
      const known = byPlace(({ profileId }) => profileOf(profileId)?.environment ?? 'other');
      return (facetValues.env ?? []).flatMap((name) => known.filter(({ value }) => value === name));
    }
    case 'profile':
      return byPlace(({ profileId }) => profileOf(profileId)?.name ?? '');
    case 'region':
      return byPlace(({ region = '' }) => region);
    case 'account':
      return byPlace(({ accountId = '' }) => accountId);
    default:
      return [];
  }
}
