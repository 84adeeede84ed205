import type { InventoryHead, ManagedNode } from '../../shared/inventory.ts';
import type { Profile } from '../../shared/models.ts';
import { namedRegion } from '../../shared/places.ts';
import type { Group, Grouped, Heading } from './groups.ts';
import { matchLetters } from './match-letters.ts';
import type { KnownNode, NodeIndex } from './node-index.ts';
import { isEmptyQuery, type NodeQuery, wordsOf } from './query.ts';
import { farthestRank, type Found, searchIndex } from './search.ts';

/** The node list as one flat sequence, which is what a virtual list draws and the arrow keys walk. */
export type Row =
  | {
      readonly kind: 'group';
      readonly id: string;
      readonly group: Group;
      readonly isFolded: boolean;
      /** Nodes that fit the filter. */
      readonly shown: number;
      readonly position: Position;
    }
  | {
      readonly kind: 'node';
      readonly id: string;
      readonly groupId: string;
      readonly profile: Profile;
      readonly node: ManagedNode;
      /** The Region that it is listed in, where the profile names it. */
      readonly region: string | undefined;
      /** Places in the name that carry the match, ascending. */
      readonly marks: readonly number[];
      readonly isFavourite: boolean;
      /** The group does not say whose it is. */
      readonly showsPlace: boolean;
      readonly position: Position;
    }
  /** What stands in a group that has no nodes to show, or whose last refresh failed. */
  | {
      readonly kind: 'note';
      readonly id: string;
      readonly profile: Profile;
      readonly head: InventoryHead;
      readonly note: Note;
    };

/** Among the rows of the same level: the first is 1. The document holds only those in sight, so it cannot tell. */
export interface Position {
  readonly at: number;
  readonly of: number;
}

export type Note = 'loading' | 'failed' | 'empty';
export type NodeRow = Extract<Row, { kind: 'node' }>;
export type GroupRow = Extract<Row, { kind: 'group' }>;

/** A DOM id has no spaces. */
export const elementId = (rowId: string): string => rowId.replaceAll(/\s/g, '·');

export const nodeKey = (profileId: string, nodeId: string): string => `${profileId} ${nodeId}`;

export interface RowListInputs {
  readonly index: NodeIndex;
  readonly grouped: Grouped;
  readonly query: NodeQuery;
  readonly profiles: readonly Profile[];
  /** Ids of groups. */
  readonly folded: ReadonlySet<string>;
  /** Node keys ({@link nodeKey}). */
  readonly favourites: ReadonlySet<string>;
  /** Node keys, latest first. */
  readonly recents: readonly string[];
}

/** In a list this short everything is in sight, and recent nodes of their own would only repeat it. */
const recentsFrom = 20;
const mostRecents = 5;

interface Section {
  readonly group: Group;
  /** The first is 1. */
  readonly number: number;
  readonly isFolded: boolean;
  readonly shown: number;
  readonly note: Note | undefined;
  /** In the order in which they are shown; empty when folded. */
  readonly slots: readonly number[];
  /** The number of the section's first row. */
  readonly from: number;
}

/**
 * The rows, made when they are asked for: a list of ten thousand nodes is a few arrays of numbers, and a key in the filter makes
 * no more rows than are in sight.
 */
export class RowList {
  readonly #index: NodeIndex;
  readonly #inputs: RowListInputs;
  readonly #profiles: ReadonlyMap<string, Profile>;
  readonly #sections: readonly Section[];
  readonly #made = new Map<number, Row>();
  readonly length: number;
  /** Nodes that fit, each counted once. */
  readonly found: number;

  constructor(inputs: RowListInputs) {
    this.#inputs = inputs;
    this.#index = inputs.index;
    this.#profiles = new Map(inputs.profiles.map((profile) => [profile.id, profile]));
    const found = searchIndex(inputs.index, inputs.query, this.#profiles);
    this.#sections = makeSections(inputs, found);
    this.found = found.count;
    const last = this.#sections.at(-1);
    this.length = last === undefined ? 0 : last.from + rowsIn(last);
  }

  at(number: number): Row | undefined {
    const known = this.#made.get(number);
    if (known !== undefined) return known;
    const section = this.#sectionAt(number);
    if (section === undefined) return undefined;
    const made = this.#make(section, number - section.from);
    if (made !== undefined) this.#made.set(number, made);
    return made;
  }

  /** How the row is drawn, without making it. */
  kindAt(number: number): Row['kind'] {
    const section = this.#sectionAt(number);
    if (section === undefined || number === section.from) return 'group';
    return section.note !== undefined && number === section.from + 1 ? 'note' : 'node';
  }

  /** -1 where it is not in the list. */
  indexOf(rowId: string | undefined): number {
    if (rowId === undefined) return -1;
    for (const section of this.#sections) {
      const { group, from, slots, note } = section;
      if (rowId === groupRowId(group)) return from;
      const prefix = `${nodeRowPrefix(group)} `;
      if (!rowId.startsWith(prefix)) continue;
      const placeAndNode = rowId.slice(prefix.length);
      const at = placeAndNode.lastIndexOf(' ');
      const known = this.#index.get(placeAndNode.slice(0, at), placeAndNode.slice(at + 1));
      const number = known === undefined ? -1 : slots.indexOf(known.slot);
      if (number !== -1) return from + 1 + (note === undefined ? 0 : 1) + number;
    }
    return -1;
  }

  /** The row an arrow key leads to; notes are not stopped at. `by` may be infinite. */
  step(current: string | undefined, by: number): Row | undefined {
    const from = this.indexOf(current);
    const direction = by > 0 ? 1 : -1;
    let at = from === -1 ? (by > 0 ? 0 : this.length - 1) : from + by;
    at = Math.max(0, Math.min(this.length - 1, at));
    if (this.kindAt(at) === 'note') {
      const beyond = at + direction;
      at = beyond >= 0 && beyond < this.length ? beyond : at - direction;
    }
    return this.at(at);
  }

  /** Where Enter leads from the filter box when no row has been chosen: the best match. */
  firstNode(): NodeRow | undefined {
    for (const section of this.#sections) {
      if (section.slots.length === 0) continue;
      const row = this.at(section.from + 1 + (section.note === undefined ? 0 : 1));
      if (row?.kind === 'node') return row;
    }
    return undefined;
  }

  groupOf(row: Row): GroupRow | undefined {
    const id = row.kind === 'node' ? row.groupId : row.kind === 'group' ? row.group.id : undefined;
    const section = this.#sections.find(({ group }) => group.id === id);
    const made = section === undefined ? undefined : this.at(section.from);
    return made?.kind === 'group' ? made : undefined;
  }

  #sectionAt(number: number): Section | undefined {
    if (number < 0 || number >= this.length) return undefined;
    let low = 0;
    let high = this.#sections.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#sections[middle]?.from ?? 0) <= number) low = middle;
      else high = middle - 1;
    }
    return this.#sections[low];
  }

  #make({ group, number, isFolded, shown, note, slots }: Section, at: number): Row | undefined {
    if (at === 0) {
      const position = { at: number, of: this.#sections.length };
      return { kind: 'group', id: groupRowId(group), group, isFolded, shown, position };
    }
    const { heading } = group;
    if (note !== undefined && at === 1 && heading.kind === 'place') {
      const { profile, head } = heading;
      return { kind: 'note', id: `note ${group.id}`, profile, head, note };
    }
    const place = at - (note === undefined ? 1 : 2);
    const slot = slots[place];
    const known = slot === undefined ? undefined : this.#index.at(slot);
    const profile = known === undefined ? undefined : this.#profiles.get(known.place.profileId);
    if (known === undefined || profile === undefined) return undefined;
    return {
      kind: 'node',
      id: `${nodeRowPrefix(group)} ${known.place.id} ${known.node.id}`,
      groupId: group.id,
      profile,
      node: known.node,
      region: namedRegion(known.place),
      marks: marksIn(known, this.#inputs.query),
      isFavourite: this.#inputs.favourites.has(nodeKey(profile.id, known.node.id)),
      showsPlace: heading.kind !== 'place',
      position: { at: place + 1, of: slots.length },
    };
  }
}

const groupRowId = ({ id }: Group): string => `group ${id}`;
const nodeRowPrefix = ({ id }: Group): string => `node ${id}`;
const rowsIn = ({ slots, note }: Section): number => 1 + (note === undefined ? 0 : 1) + slots.length;

function makeSections(inputs: RowListInputs, found: Found): Section[] {
  const { index, grouped, query, folded } = inputs;
  const isFiltered = !isEmptyQuery(query);
  const sections: Section[] = [];
  let from = 0;
  const add = (group: Group, slots: readonly number[], shown: number, note?: Note): void => {
    // A filter looks into folded groups as well: what was asked for must not be hidden.
    const isFolded = !isFiltered && folded.has(group.id);
    const section: Section = {
      group,
      number: sections.length + 1,
      isFolded,
      shown,
      note: isFolded ? undefined : note,
      slots: isFolded ? [] : slots,
      from,
    };
    sections.push(section);
    from += rowsIn(section);
  };
  for (const { group, slots } of shortcuts(inputs, found)) add(group, slots, slots.length);
  const members = membersOf(index, grouped, found);
  for (const [number, group] of grouped.groups.entries()) {
    const slots = members[number] ?? [];
    if (isFiltered && slots.length === 0) continue;
    const note = isFiltered || group.heading.kind !== 'place' ? undefined : noteFor(group.heading);
    add(group, slots, slots.length, note);
  }
  return sections;
}

/** Favourites and recent nodes, above all groups; they stay in their groups as well, so that nothing moves there. */
function shortcuts(
  { index, favourites, recents }: RowListInputs,
  { mask }: Found,
): { group: Group; slots: number[] }[] {
  const slotsOf = (keys: Iterable<string>): number[] =>
    [...keys].flatMap((key) => {
      const at = key.lastIndexOf(' ');
      const slot = index.find(key.slice(0, at), key.slice(at + 1))?.slot;
      return slot === undefined || mask[slot] !== 1 ? [] : [slot];
    });
  const shown = (heading: Heading, slots: number[]): { group: Group; slots: number[] }[] =>
    slots.length === 0 ? [] : [{ group: { id: heading.kind, heading, total: slots.length }, slots }];
  const orderOf = (slot: number): string => index.at(slot)?.order ?? '';
  return [
    ...shown(
      { kind: 'favourites' },
      slotsOf(favourites).sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)),
    ),
    ...(index.size < recentsFrom
      ? []
      : shown(
          { kind: 'recent' },
          slotsOf(recents.filter((key) => !favourites.has(key))).slice(0, mostRecents),
        )),
  ];
}

/** The nodes of each group that fit: the nearest matches first, equals by name. */
function membersOf(index: NodeIndex, { groups, groupOf }: Grouped, { mask, ranks }: Found): number[][] {
  const byRank: (number[] | undefined)[][] = groups.map(() => []);
  for (const slot of index.inOrder()) {
    if (mask[slot] !== 1) continue;
    const ranked = byRank[groupOf[slot] ?? -1];
    if (ranked === undefined) continue;
    const far = Math.min(farthestRank, ranks[slot] ?? 0);
    const same = ranked[far];
    if (same === undefined) ranked[far] = [slot];
    else same.push(slot);
  }
  return byRank.map((ranked) => ranked.flatMap((slots) => slots ?? []));
}

function noteFor({ head }: Extract<Heading, { kind: 'place' }>): Note | undefined {
  const { nodeCount, state, fetchedAt } = head;
  if (state.kind === 'failed') return 'failed';
  if (nodeCount > 0) return undefined;
  if (state.kind === 'loading') return 'loading';
  return fetchedAt === undefined ? undefined : 'empty';
}

/** A word that was found elsewhere, in an address for example, marks nothing in the name. */
function marksIn({ name, rest }: KnownNode, query: NodeQuery): readonly number[] {
  const marks = new Set<number>();
  for (const { text } of wordsOf(query)) {
    if (!name.includes(text) && rest.includes(text)) continue;
    for (const mark of matchLetters(name, text)?.marks ?? []) marks.add(mark);
  }
  return [...marks].sort((a, b) => a - b);
}
