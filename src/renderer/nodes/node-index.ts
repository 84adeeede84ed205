import type { InventoryChange, ManagedNode } from '../../shared/inventory.ts';
import { nameOrderKey } from '../../shared/name-order.ts';
import { targetKind } from '../../shared/targets.ts';
import { Postings } from './postings.ts';

/** A node in the index. A node that changes gets another value in the same slot. */
export interface KnownNode {
  readonly slot: number;
  readonly place: KnownPlace;
  readonly node: ManagedNode;
  /** The name in lower case. */
  readonly name: string;
  /** All else that a word is looked for in, in lower case. */
  readonly rest: string;
  readonly order: string;
}

/** Where a list comes from, as its head tells it. */
export interface KnownPlace {
  readonly id: string;
  readonly profileId: string;
  readonly region: string | undefined;
  readonly accountId: string | undefined;
}

interface PlaceNodes {
  place: KnownPlace;
  slots: Map<string, number>;
}

/**
 * All nodes of all lists, ready to be searched. It grows and changes with the news, node by node, outside the state of the page:
 * a state that is replaced at each change would copy the whole fleet for every page that arrives.
 *
 * A slot is a node's number for as long as it is known; masks and ranks of a search are arrays over slots.
 */
export class NodeIndex {
  readonly #slots: (KnownNode | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #places = new Map<string, PlaceNodes>();
  readonly #tags = new Map<string, { written: string; values: Postings }>();
  readonly #states = new Postings();
  readonly #platforms = new Postings();
  readonly #kinds = new Postings();
  readonly #clusters = new Postings();
  readonly #services = new Postings();
  readonly #listeners = new Set<() => void>();
  /** Slots in the order of the nodes' names; those of `#unordered` are not in it yet. */
  #ordered: number[] = [];
  readonly #unordered = new Set<number>();
  #isOrderStale = false;
  #version = 0;

  /** Another number after each change. */
  get version(): number {
    return this.#version;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** As many as slots were ever used: the length of masks. */
  get capacity(): number {
    return this.#slots.length;
  }

  get size(): number {
    return this.#slots.length - this.#free.length;
  }

  at(slot: number): KnownNode | undefined {
    return this.#slots[slot];
  }

  /** The node of an id, in whichever of the profile's Regions it is. */
  find(profileId: string, nodeId: string): KnownNode | undefined {
    for (const { place, slots } of this.#places.values()) {
      if (place.profileId !== profileId) continue;
      const slot = slots.get(nodeId);
      if (slot !== undefined) return this.#slots[slot];
    }
    return undefined;
  }

  get(placeId: string, nodeId: string): KnownNode | undefined {
    const slot = this.#places.get(placeId)?.slots.get(nodeId);
    return slot === undefined ? undefined : this.#slots[slot];
  }

  /** The first node by name that is online, of one profile. */
  firstOnline(profileId: string): ManagedNode | undefined {
    for (const slot of this.inOrder()) {
      const known = this.#slots[slot];
      if (known?.place.profileId === profileId && known.node.online) return known.node;
    }
    return undefined;
  }

  places(): readonly KnownPlace[] {
    return [...this.#places.values()].map(({ place }) => place);
  }

  countIn(placeId: string): number {
    return this.#places.get(placeId)?.slots.size ?? 0;
  }

  get states(): Postings {
    return this.#states;
  }

  get platforms(): Postings {
    return this.#platforms;
  }

  get kinds(): Postings {
    return this.#kinds;
  }

  /** Of containers, by name. */
  get clusters(): Postings {
    return this.#clusters;
  }

  get services(): Postings {
    return this.#services;
  }

  /** Keys in lower case. */
  tagValues(key: string): Postings | undefined {
    return this.#tags.get(key)?.values;
  }

  *tagKeys(): Iterable<{ key: string; written: string; values: Postings }> {
    for (const [key, { written, values }] of this.#tags) yield { key, written, values };
  }

  apply(changes: readonly Pick<InventoryChange, 'head' | 'changed' | 'removed'>[]): void {
    for (const { head, changed, removed } of changes) {
      const known = this.#place(head);
      for (const id of removed) this.#remove(known, id);
      for (const node of changed) this.#put(known, node);
    }
    this.#changed();
  }

  /** Forgets the lists that are not among these. */
  retain(placeIds: ReadonlySet<string>): void {
    const gone = [...this.#places.values()].filter(({ place }) => !placeIds.has(place.id));
    if (gone.length === 0) return;
    for (const known of gone) {
      for (const id of known.slots.keys()) this.#remove(known, id);
      this.#places.delete(known.place.id);
    }
    this.#changed();
  }

  /** Slots in the order of names. Costs something after a change only. */
  inOrder(): readonly number[] {
    if (!this.#isOrderStale && this.#unordered.size === 0) return this.#ordered;
    const orderOf = (slot: number): string => this.#slots[slot]?.order ?? '';
    const kept = this.#isOrderStale
      ? this.#ordered.filter((slot) => this.#slots[slot] !== undefined && !this.#unordered.has(slot))
      : this.#ordered;
    const added = [...this.#unordered].filter((slot) => this.#slots[slot] !== undefined);
    added.sort((a, b) => compare(orderOf(a), orderOf(b)));
    this.#ordered = merged(kept, added, orderOf);
    this.#unordered.clear();
    this.#isOrderStale = false;
    return this.#ordered;
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  /** The place as it is known by now; its nodes share the value. */
  #place({ id, profileId, region, accountId }: InventoryChange['head']): PlaceNodes {
    const known = this.#places.get(id);
    if (known?.place.region === region && known?.place.accountId === accountId && known !== undefined)
      return known;
    const place: KnownPlace = { id, profileId, region, accountId };
    const renewed: PlaceNodes = { place, slots: known?.slots ?? new Map<string, number>() };
    this.#places.set(id, renewed);
    for (const slot of renewed.slots.values()) {
      const node = this.#slots[slot];
      if (node !== undefined) this.#slots[slot] = { ...node, place };
    }
    return renewed;
  }

  #put({ place, slots }: PlaceNodes, node: ManagedNode): void {
    const known = slots.get(node.id);
    const slot = known ?? this.#free.pop() ?? this.#slots.length;
    const before = this.#slots[slot];
    if (before !== undefined) this.#forgetFacets(before);
    const value = toKnownNode(slot, place, node);
    this.#slots[slot] = value;
    slots.set(node.id, slot);
    if (before === undefined) this.#unordered.add(slot);
    else if (before.order !== value.order) {
      this.#unordered.add(slot);
      this.#isOrderStale = true;
    }
    this.#noteFacets(value);
  }

  #remove({ slots }: PlaceNodes, id: string): void {
    const slot = slots.get(id);
    const node = slot === undefined ? undefined : this.#slots[slot];
    if (slot === undefined || node === undefined) return;
    this.#forgetFacets(node);
    slots.delete(id);
    this.#slots[slot] = undefined;
    this.#free.push(slot);
    this.#isOrderStale = true;
  }

  #noteFacets({ slot, node }: KnownNode): void {
    for (const state of statesOf(node)) this.#states.add(state, slot);
    this.#platforms.add(node.platform, slot);
    this.#kinds.add(targetKind(node.id), slot);
    if (node.container !== undefined) {
      const { cluster, service } = node.container;
      this.#clusters.add(cluster, slot);
      if (service !== undefined) this.#services.add(service, slot);
    }
    for (const [written, value] of node.tags ?? []) {
      const key = written.toLowerCase();
      let known = this.#tags.get(key);
      if (known === undefined) {
        known = { written, values: new Postings() };
        this.#tags.set(key, known);
      }
      known.values.add(value, slot);
    }
  }

  #forgetFacets({ slot, node }: KnownNode): void {
    for (const state of statesOf(node)) this.#states.remove(state, slot);
    this.#platforms.remove(node.platform, slot);
    this.#kinds.remove(targetKind(node.id), slot);
    if (node.container !== undefined) {
      const { cluster, service } = node.container;
      this.#clusters.remove(cluster, slot);
      if (service !== undefined) this.#services.remove(service, slot);
    }
    for (const [written, value] of node.tags ?? []) {
      const key = written.toLowerCase();
      const known = this.#tags.get(key);
      known?.values.remove(value, slot);
      if (known?.values.isEmpty === true) this.#tags.delete(key);
    }
  }
}

/** Whether the agent answers, and what EC2 says of the machine. */
export const statesOf = ({ online, instanceState }: ManagedNode): string[] => [
  online ? 'online' : 'offline',
  ...(instanceState === undefined ? [] : [instanceState]),
];

function toKnownNode(slot: number, place: KnownPlace, node: ManagedNode): KnownNode {
  const { id, name, hostName = '', ipAddress, platform, platformName, tags = [], container } = node;
  const values = tags.flatMap(([key, value]) => (key === 'Name' ? [] : [value]));
  return {
    slot,
    place,
    node,
    name: (name === '' ? id : name).toLowerCase(),
    // A sign that nobody types keeps a word from being found across two of them.
    rest: [id, hostName, ipAddress, platform, platformName, container?.family ?? '', ...values]
      .join('\n')
      .toLowerCase(),
    order: nameOrderKey(name === '' ? id : name),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function merged(a: readonly number[], b: readonly number[], orderOf: (slot: number) => string): number[] {
  if (b.length === 0) return [...a];
  const result: number[] = [];
  let at = 0;
  for (const slot of b) {
    const order = orderOf(slot);
    for (let next = a[at]; next !== undefined && orderOf(next) <= order; next = a[at]) {
      result.push(next);
      at += 1;
    }
    result.push(slot);
  }
  for (; at < a.length; at += 1) result.push(a[at] as number);
  return result;
}
