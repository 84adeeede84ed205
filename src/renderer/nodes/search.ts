import type { Profile } from '../../shared/models.ts';
import { isWordStart, matchLetters } from './match-letters.ts';
import type { KnownNode, KnownPlace, NodeIndex } from './node-index.ts';
import { type Facet, fitsValue, type NodeQuery, type Term, type Wanted } from './query.ts';

/** What a search found. */
export interface Found {
  /** One for each slot: 1 where the node fits. */
  readonly mask: Uint8Array;
  /** One for each slot: how far the words are from what a person meant, 0 the nearest. */
  readonly ranks: Uint8Array;
  readonly count: number;
}

/** How well a word fits, nearest first; those of several words add up. */
const rank = { nameStart: 0, wordStart: 1, inName: 2, elsewhere: 3, letters: 4 } as const;
/** Beyond it, one node is as far as another. */
export const farthestRank = 15;

type ProfilesById = ReadonlyMap<string, Profile>;

/**
 * The nodes that fit a query. Facets come from the index, words are looked for in the nodes that are left. Some milliseconds for
 * ten thousand nodes.
 */
export function searchIndex(index: NodeIndex, { terms }: NodeQuery, profiles: ProfilesById): Found {
  const mask = new Uint8Array(index.capacity);
  for (let slot = 0; slot < mask.length; slot += 1) if (index.at(slot) !== undefined) mask[slot] = 1;
  const ranks = new Uint8Array(index.capacity);
  for (const term of terms)
    if (term.kind !== 'text') narrow(mask, fitting(index, term, profiles), term.isExcluded);
  for (const term of terms) {
    if (term.kind !== 'text') continue;
    if (term.isExcluded) narrow(mask, holding(index, mask, term.wanted), true);
    else keepWord(index, mask, ranks, term.wanted);
  }
  let count = 0;
  for (const fits of mask) count += fits;
  return { mask, ranks, count };
}

function narrow(mask: Uint8Array, by: Uint8Array, isExcluded: boolean): void {
  const kept = isExcluded ? 0 : 1;
  for (let slot = 0; slot < mask.length; slot += 1) if (by[slot] !== kept) mask[slot] = 0;
}

function fitting(
  index: NodeIndex,
  term: Exclude<Term, { kind: 'text' }>,
  profiles: ProfilesById,
): Uint8Array {
  const fits = new Uint8Array(index.capacity);
  const accepts = (value: string): boolean => term.anyOf.some((wanted) => fitsValue(value, wanted));
  if (term.kind === 'tag') {
    const isAny = term.anyOf.length === 0;
    for (const { key, values } of index.tagKeys())
      if (fitsValue(key, term.key)) values.mark(fits, isAny ? () => true : accepts);
    return fits;
  }
  switch (term.facet) {
    case 'state':
      index.states.mark(fits, accepts);
      return fits;
    case 'platform':
      index.platforms.mark(fits, accepts);
      return fits;
    case 'kind':
      index.kinds.mark(fits, accepts);
      return fits;
    case 'cluster':
      index.clusters.mark(fits, accepts);
      return fits;
    case 'service':
      index.services.mark(fits, accepts);
      return fits;
    case 'env':
    case 'profile':
    case 'region':
    case 'account': {
      const accepted = new Set(
        index
          .places()
          .filter((place) => fitsPlace(place, profiles.get(place.profileId), term.facet, term.anyOf)),
      );
      return marked(index, fits, ({ place }) => accepted.has(place));
    }
    case 'name':
      return marked(index, fits, ({ name }) => term.anyOf.some((wanted) => holdsName(name, wanted)));
    case 'id':
      return marked(index, fits, ({ node }) => accepts(node.id.toLowerCase()));
    case 'ip':
      return marked(index, fits, ({ node }) => accepts(node.ipAddress.toLowerCase()));
    case 'agent':
      return marked(index, fits, ({ node }) => accepts(node.agentVersion.toLowerCase()));
  }
}

function marked(index: NodeIndex, into: Uint8Array, fits: (known: KnownNode) => boolean): Uint8Array {
  for (let slot = 0; slot < into.length; slot += 1) {
    const known = index.at(slot);
    if (known !== undefined && fits(known)) into[slot] = 1;
  }
  return into;
}

/** A profile is found by any part of its name: people name theirs `acme production`. */
export function fitsPlace(
  { region = '', accountId = '' }: Pick<KnownPlace, 'region' | 'accountId'>,
  profile: Pick<Profile, 'name' | 'environment'> | undefined,
  facet: Facet,
  anyOf: readonly Wanted[],
): boolean {
  switch (facet) {
    case 'env':
      return anyOf.some((wanted) => fitsValue(profile?.environment ?? '', wanted));
    case 'profile':
      return anyOf.some((wanted) => holdsName((profile?.name ?? '').toLowerCase(), wanted));
    case 'region':
      return anyOf.some((wanted) => fitsValue(region, wanted));
    default:
      return anyOf.some((wanted) => fitsValue(accountId, wanted));
  }
}

export const holdsName = (name: string, { text, isWhole }: Wanted): boolean =>
  isWhole ? name === text : name.includes(text);

function holding(index: NodeIndex, mask: Uint8Array, { text }: Wanted): Uint8Array {
  const holds = new Uint8Array(mask.length);
  for (let slot = 0; slot < mask.length; slot += 1) {
    const known = mask[slot] === 1 ? index.at(slot) : undefined;
    if (known !== undefined && (known.name.includes(text) || known.rest.includes(text))) holds[slot] = 1;
  }
  return holds;
}

/** The nodes that hold the word; where none of those left does, the ones whose name has its letters in order. */
function keepWord(index: NodeIndex, mask: Uint8Array, ranks: Uint8Array, { text, isWhole }: Wanted): void {
  const before = isWhole ? undefined : mask.slice();
  let holds = false;
  for (let slot = 0; slot < mask.length; slot += 1) {
    const known = mask[slot] === 1 ? index.at(slot) : undefined;
    if (known === undefined) continue;
    const far = rankOf(known, text);
    if (far === undefined) mask[slot] = 0;
    else {
      holds = true;
      add(ranks, slot, far);
    }
  }
  if (holds || before === undefined) return;
  for (let slot = 0; slot < mask.length; slot += 1) {
    const known = before[slot] === 1 ? index.at(slot) : undefined;
    if (known === undefined || matchLetters(known.name, text) === undefined) continue;
    mask[slot] = 1;
    add(ranks, slot, rank.letters);
  }
}

const add = (ranks: Uint8Array, slot: number, far: number): void => {
  ranks[slot] = Math.min(farthestRank, (ranks[slot] ?? 0) + far);
};

/** Undefined where the word is nowhere. */
export function rankOf({ name, rest }: Pick<KnownNode, 'name' | 'rest'>, word: string): number | undefined {
  const at = name.indexOf(word);
  if (at === -1) return rest.includes(word) ? rank.elsewhere : undefined;
  if (at === 0) return rank.nameStart;
  return isWordStart(name, at) ? rank.wordStart : rank.inName;
}

export interface BestOptions {
  readonly limit: number;
  /** Slots that come first among equals, e.g. favourites. */
  readonly preferred?: ReadonlySet<number>;
}

/** The nearest matches of all, those that are preferred and those that are online first among equals. */
export function bestMatches(index: NodeIndex, { mask, ranks }: Found, options: BestOptions): KnownNode[] {
  const { limit, preferred } = options;
  // Each rank in four: preferred or not, online or not.
  const buckets: KnownNode[][] = Array.from({ length: 4 * (farthestRank + 1) }, () => []);
  for (const slot of index.inOrder()) {
    const known = mask[slot] === 1 ? index.at(slot) : undefined;
    if (known === undefined) continue;
    const behind = (preferred?.has(slot) === true ? 0 : 2) + (known.node.online ? 0 : 1);
    const bucket = buckets[4 * (ranks[slot] ?? 0) + behind];
    if (bucket !== undefined && bucket.length < limit) bucket.push(known);
  }
  return buckets.flat().slice(0, limit);
}
