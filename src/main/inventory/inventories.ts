import { AppError, toAppErrorData } from '../../shared/errors.ts';
import {
  type Inventory,
  type InventoryChange,
  type InventoryHead,
  type ListGap,
  type ListPart,
  type ManagedNode,
} from '../../shared/inventory.ts';
import type { Profile } from '../../shared/models.ts';
import { nameOrderKey } from '../../shared/name-order.ts';
import { inRegion, type Place, placesOf } from '../../shared/places.ts';
import { isContainerTarget } from '../../shared/targets.ts';
import type { Connect } from '../connection.ts';
import { logProblem } from '../log.ts';
import { Gate } from './gate.ts';
import { type InventoryCache, sourceOf } from './inventory-cache.ts';
import { InventoryNews } from './inventory-news.ts';
import { NodeList } from './node-list.ts';
import { type FailedPart, readPlace } from './read-place.ts';
import { isDue } from './refresh-plan.ts';

/** Lists that are read at once: each is read page after page, and every account and Region has a limit of its own. */
const readAtOnce = 4;
/** How often it is looked whether a list is due. */
const lookEveryMs = 20_000;

export interface InventoriesOptions {
  cache: InventoryCache;
  connect: Connect;
  profiles(): Profile[];
  /** Whether a list may be read without a person having asked: its credentials ask nobody for anything. */
  mayReadUnasked(profile: Profile): Promise<boolean>;
  tell(changes: InventoryChange[]): void;
  /** Epoch milliseconds. */
  now(): number;
  setTimer(run: () => void, delayMs: number): () => void;
  random(): number;
}

interface Entry {
  place: Place;
  /** What decides which nodes are seen; another one makes another entry. */
  source: string;
  head: InventoryHead;
  list: NodeList;
  /** Resolves when the nodes that were kept on disk are in the list. */
  restored: Promise<void> | undefined;
  /** How many nodes are kept on disk, until they are in the list. */
  keptCount: number;
  refresh: Promise<void> | undefined;
  /** Gives up what is under way; there while it is. */
  giveUp: (() => void) | undefined;
  /** Refreshes that have failed since the last one that succeeded. */
  failures: number;
  /** Epoch milliseconds of the last try's end. */
  triedAt: number | undefined;
  /** The last reading left containers out, as the profile said then. */
  lacksContainers: boolean;
}

/** The node lists of all profiles in all their Regions: what was last known, and the refreshes under way. */
export class Inventories {
  readonly #options: InventoriesOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #news: InventoryNews;
  readonly #gate = new Gate(readAtOnce);
  #cancelLook: (() => void) | undefined;

  constructor(options: InventoriesOptions) {
    this.#options = options;
    this.#news = new InventoryNews(options);
  }

  /** What is known of a profile's lists, from the cache the first time: then the first nodes of each. */
  get(profile: Profile): Inventory[] {
    return placesOf(profile).map((place) => {
      const { head, list } = this.#entry(profile, place);
      return { head, nodes: [...list.values()] };
    });
  }

  /** One node as the lists last had it. */
  findNode(profile: Profile, nodeId: string): ManagedNode | undefined {
    for (const place of placesOf(profile)) {
      const found = this.#entry(profile, place).list.get(nodeId);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The profile as it connects to the Region that has the node; to its own where no list has it. */
  inRegionOf(profile: Profile, nodeId: string): Profile {
    const place = placesOf(profile).find((each) => this.#entry(profile, each).list.get(nodeId) !== undefined);
    return inRegion(profile, place?.region);
  }

  /** Begins to read the lists anew, unless that is under way; answers with what is known meanwhile. */
  refresh(profile: Profile, region?: string): InventoryHead[] {
    return placesOf(profile)
      .filter((place) => region === undefined || place.region === region)
      .map((place) => this.#begin(profile, this.#entry(profile, place)));
  }

  /** What kept lists from being read may be mended: those that failed are read again. */
  refreshFailed(profile: Profile): void {
    for (const place of placesOf(profile)) {
      const entry = this.#entry(profile, place);
      if (entry.head.state.kind === 'failed') this.#begin(profile, entry);
    }
  }

  /** From now on: the rest of what is kept on disk, then every list that is due, again and again. */
  keepFresh(): void {
    if (this.#cancelLook !== undefined) return;
    const look = async (): Promise<void> => {
      for (const profile of this.#options.profiles()) await this.#refreshDue(profile);
    };
    const lookAgain = (): void => {
      void look();
      this.#cancelLook = this.#options.setTimer(lookAgain, lookEveryMs);
    };
    lookAgain();
  }

  /**
   * The profile was saved: where it points to other places by now, the page gets what is known of those; containers that it does not
   * list any more go at once, and those that it lists again are looked for at once.
   */
  profileSaved(profile: Profile): void {
    const places = placesOf(profile);
    void Promise.all(this.#forgetPlaces(profile.id, places));
    for (const place of places) {
      const before = this.#entries.get(place.id);
      const entry = this.#entry(profile, place);
      if (entry === before) {
        this.#followContainers(profile, entry);
        continue;
      }
      const removed = before === undefined ? [] : [...before.list.values()].map(({ id }) => id);
      this.#news.add({ head: entry.head, changed: [...entry.list.values()], removed }, false);
      void this.#restore(entry);
    }
  }

  #followContainers(profile: Profile, entry: Entry): void {
    if (profile.withoutContainers === true) {
      const gone = entry.list.remove(({ container }) => container !== undefined);
      if (gone.length > 0) this.#tell(entry, {}, { removed: gone });
    } else if (entry.lacksContainers) {
      // A reading that is under way still leaves them out.
      void Promise.resolve(entry.refresh).then(() => this.#isCurrent(entry) && this.#begin(profile, entry));
    }
  }

  /** The profile is gone. */
  async forget(profileId: string): Promise<void> {
    await Promise.all(this.#forgetPlaces(profileId, []));
  }

  end(): void {
    this.#cancelLook?.();
    this.#cancelLook = () => {};
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { giveUp } of entries) giveUp?.();
  }

  #forgetPlaces(profileId: string, stillThere: readonly Place[]): Promise<void>[] {
    const gone = [...this.#entries.values()].filter(
      ({ place }) => place.profileId === profileId && !stillThere.some(({ id }) => id === place.id),
    );
    return gone.map(({ place, giveUp }) => {
      this.#entries.delete(place.id);
      giveUp?.();
      this.#news.drop(place.id);
      return this.#options.cache
        .remove(place)
        .catch((error: unknown) => logProblem('A node list cannot be removed', error));
    });
  }

  async #refreshDue(profile: Profile): Promise<void> {
    const due = placesOf(profile)
      .map((place) => this.#entry(profile, place))
      .filter((entry) => {
        void this.#restore(entry);
        return entry.refresh === undefined && isDue(entry, profile, this.#options.now());
      });
    if (due.length === 0 || !(await this.#options.mayReadUnasked(profile).catch(() => false))) return;
    for (const entry of due) this.#begin(profile, entry);
  }

  /** The entry of a place; a new one when there is none, or when the profile sees other nodes there by now. */
  #entry(profile: Profile, place: Place): Entry {
    const source = sourceOf(profile, place);
    const known = this.#entries.get(place.id);
    if (known?.source === source) return known;
    known?.giveUp?.();
    const kept = this.#options.cache.readStart(place, source);
    const list = new NodeList();
    list.restore(kept?.nodes ?? []);
    const { id, profileId, region } = place;
    const entry: Entry = {
      place,
      source,
      head: {
        id,
        profileId,
        ...(region === undefined ? {} : { region }),
        nodeCount: 0,
        ...kept?.head,
        state: { kind: 'idle' },
      },
      list,
      // Nothing is missing where the first nodes are all.
      restored: kept === undefined || kept.head.nodeCount <= list.size ? Promise.resolve() : undefined,
      keptCount: kept?.head.nodeCount ?? 0,
      refresh: undefined,
      giveUp: undefined,
      failures: 0,
      triedAt: undefined,
      lacksContainers: false,
    };
    this.#entries.set(place.id, entry);
    return entry;
  }

  /** Reads the nodes of a list that were not needed for the first screen. */
  #restore(entry: Entry): Promise<void> {
    entry.restored ??= (async () => {
      for await (const nodes of this.#options.cache.readNodes(entry.place)) {
        if (!this.#isCurrent(entry)) return;
        const changed = entry.list.restore(nodes);
        if (changed.length > 0) this.#news.add({ head: entry.head, changed, removed: [] }, false);
      }
      entry.keptCount = 0;
    })();
    return entry.restored;
  }

  #begin(profile: Profile, entry: Entry): InventoryHead {
    if (entry.refresh === undefined) {
      this.#tell(entry, { state: { kind: 'loading', found: 0 } });
      entry.refresh = this.#refresh(profile, entry);
    }
    return entry.head;
  }

  /** Never rejects. */
  async #refresh(profile: Profile, entry: Entry): Promise<void> {
    try {
      await this.#restore(entry);
      await this.#gate.run(() => this.#read(profile, entry));
      entry.failures = 0;
    } catch (error) {
      entry.failures += 1;
      const attempted = `List the nodes of ${profile.name}`;
      this.#tell(entry, { state: { kind: 'failed', error: toAppErrorData(error, attempted) } });
    }
    entry.triedAt = this.#options.now();
    entry.refresh = undefined;
  }

  async #read(profile: Profile, entry: Entry): Promise<void> {
    const { connect, now, setTimer, random } = this.#options;
    const { list, place } = entry;
    if (!this.#isCurrent(entry)) return;
    const { region, controlPlane } = await connect(inRegion(profile, place.region));
    entry.giveUp = () => controlPlane.close();
    if (!this.#isCurrent(entry)) entry.giveUp();
    try {
      list.begin();
      entry.lacksContainers = profile.withoutContainers === true;
      let isListed = false;
      const loading = (waitsUntil?: number): Partial<InventoryHead> =>
        isListed
          ? {}
          : {
              state: {
                kind: 'loading',
                found: list.found,
                ...(waitsUntil === undefined ? {} : { waitsUntil }),
              },
            };
      const failed = await readPlace(controlPlane, profile.withoutContainers !== true, {
        isWanted: () => this.#isCurrent(entry),
        onPage: (nodes) => {
          const isFirst = list.size === 0;
          const changed = list.add(nodes);
          this.#tell(entry, { region, ...loading() }, { changed, isUrgent: isFirst });
        },
        onListed: () => {
          isListed = true;
          const removed = list.finish(({ id }) => !isContainerTarget(id));
          this.#tell(entry, { region, fetchedAt: now(), state: { kind: 'ready' } }, { removed });
        },
        onContainersListed: (besides) => {
          const removed = list.finish(
            ({ container }) => container !== undefined && !besides.includes(container.cluster),
          );
          this.#tell(entry, {}, { removed });
        },
        onFacts: (facts) => {
          const accountId = facts.find((fact) => fact.accountId !== undefined)?.accountId;
          this.#tell(entry, accountId === undefined ? {} : { accountId }, { changed: list.describe(facts) });
        },
        slowDown: {
          wait: (ms) => new Promise((resolve) => void setTimer(resolve, ms)),
          onWait: (ms) => this.#tell(entry, loading(now() + ms)),
          random,
        },
      });
      this.#noteGaps(entry, failed);
    } finally {
      entry.giveUp = undefined;
      controlPlane.close();
    }
    if (this.#isCurrent(entry)) void this.#keep(entry);
  }

  /** A list is good without its other parts; why one is missing is said quietly. */
  #noteGaps(entry: Entry, failed: readonly FailedPart[]): void {
    // What may not be seen any more is not kept in sight: containers come and go by the hour.
    const isBarred = failed.some(
      ({ part, error }) =>
        part === 'containers' && error instanceof AppError && error.data.code === 'access-denied',
    );
    const removed = isBarred ? entry.list.finish(({ container }) => container !== undefined) : [];
    const { gaps: _before, ...head } = entry.head;
    const gaps = failed.map(
      ({ part, error }): ListGap => ({ part, error: toAppErrorData(error, attempts[part]) }),
    );
    entry.head = gaps.length === 0 ? head : { ...head, gaps };
    this.#tell(entry, {}, { removed });
  }

  async #keep({ head, list, place, source }: Entry): Promise<void> {
    const { region, accountId, fetchedAt } = head;
    if (fetchedAt === undefined) return;
    const kept = {
      ...(region === undefined ? {} : { region }),
      ...(accountId === undefined ? {} : { accountId }),
      fetchedAt,
    };
    await this.#options.cache
      .write(place, source, kept, inNameOrder(list.values()))
      .catch((error: unknown) => logProblem('The node list cannot be kept', error));
  }

  #tell(
    entry: Entry,
    head: Partial<InventoryHead>,
    news: { changed?: ManagedNode[]; removed?: string[]; isUrgent?: boolean } = {},
  ): void {
    const { changed = [], removed = [], isUrgent = false } = news;
    entry.head = { ...entry.head, ...head, nodeCount: Math.max(entry.list.size, entry.keptCount) };
    if (this.#isCurrent(entry)) this.#news.add({ head: entry.head, changed, removed }, isUrgent);
  }

  #isCurrent(entry: Entry): boolean {
    return this.#entries.get(entry.place.id) === entry;
  }
}

const attempts: Readonly<Record<ListPart, string>> = {
  names: 'Read names and tags from EC2',
  'hybrid-tags': 'Read the tags of hybrid nodes',
  containers: 'List the containers of ECS',
};

/** As the screen shows them, so that the first of them are those of the first screen. */
function inNameOrder(nodes: Iterable<ManagedNode>): ManagedNode[] {
  const keyed = Array.from(nodes, (node) => ({ node, key: nameOrderKey(node.name) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ node }) => node);
}
