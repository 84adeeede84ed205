import { toAppErrorData } from '../../shared/errors.ts';
import type { Inventory, ManagedNode, Profile } from '../../shared/models.ts';
import type { Connect } from '../connection.ts';
import { logProblem } from '../log.ts';
import { type InventoryCache, placeOf } from './inventory-cache.ts';

/** A large fleet arrives in hundreds of pages; the screen has no use for more news than this. */
const publishEveryMs = 200;

export interface InventoriesOptions {
  cache: InventoryCache;
  connect: Connect;
  publish(inventory: Inventory): void;
  /** Epoch milliseconds. */
  now(): number;
}

interface Entry {
  inventory: Inventory;
  place: string;
  /** A refresh that is under way; one that is not the entry's any more finishes without being heard. */
  refresh: Promise<void> | undefined;
}

/** The node lists of all profiles: what was last known, and the refreshes under way. */
export class Inventories {
  readonly #options: InventoriesOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: InventoriesOptions) {
    this.#options = options;
  }

  /** What is known of a profile's nodes, from the cache the first time. */
  get(profile: Profile): Inventory {
    return this.#entry(profile).inventory;
  }

  /** Begins to read the list anew, unless that is under way; answers with what is known meanwhile. */
  refresh(profile: Profile): Inventory {
    const entry = this.#entry(profile);
    if (entry.refresh === undefined) {
      this.#set(entry, { ...entry.inventory, state: { kind: 'loading' } });
      entry.refresh = this.#read(profile, entry);
    }
    return entry.inventory;
  }

  /** The profile was saved: where it points to another place by now, the page gets what is known of that. */
  profileSaved(profile: Profile): void {
    const before = this.#entries.get(profile.id);
    const entry = this.#entry(profile);
    if (entry !== before) this.#options.publish(entry.inventory);
  }

  /** The profile is gone. */
  async forget(profileId: string): Promise<void> {
    this.#entries.delete(profileId);
    await this.#options.cache.remove(profileId);
  }

  /** The entry of a profile; a new one when there is none, or when the profile points to another place by now. */
  #entry(profile: Profile): Entry {
    const place = placeOf(profile);
    const known = this.#entries.get(profile.id);
    if (known?.place === place) return known;
    const cached = this.#options.cache.read(profile);
    const entry: Entry = {
      inventory: {
        profileId: profile.id,
        nodes: cached?.nodes ?? [],
        ...(cached === undefined ? {} : { fetchedAt: cached.fetchedAt }),
        state: { kind: 'idle' },
      },
      place,
      refresh: undefined,
    };
    this.#entries.set(profile.id, entry);
    return entry;
  }

  /** Never rejects. */
  async #read(profile: Profile, entry: Entry): Promise<void> {
    const { connect, cache, now } = this.#options;
    const found: ManagedNode[] = [];
    const stale = entry.inventory.nodes;
    let publishedAt = now();
    try {
      const { controlPlane } = await connect(profile);
      try {
        for await (const { nodes } of controlPlane.listNodes()) {
          found.push(...nodes);
          if (now() - publishedAt < publishEveryMs) continue;
          publishedAt = now();
          this.#set(entry, { ...entry.inventory, nodes: merge(stale, found) });
        }
      } finally {
        controlPlane.close();
      }
    } catch (error) {
      entry.refresh = undefined;
      this.#set(entry, {
        ...entry.inventory,
        state: { kind: 'failed', error: toAppErrorData(error, `List the nodes of ${profile.name}`) },
      });
      return;
    }
    entry.refresh = undefined;
    const fetchedAt = now();
    this.#set(entry, { profileId: profile.id, nodes: found, fetchedAt, state: { kind: 'ready' } });
    if (!this.#isCurrent(entry)) return;
    await cache
      .write(profile, { nodes: found, fetchedAt })
      .catch((error: unknown) => logProblem('The node list cannot be kept', error));
  }

  #set(entry: Entry, inventory: Inventory): void {
    entry.inventory = inventory;
    if (this.#isCurrent(entry)) this.#options.publish(inventory);
  }

  #isCurrent(entry: Entry): boolean {
    return this.#entries.get(entry.inventory.profileId) === entry;
  }
}

/** Nodes not seen again so far stay in sight until the whole list has been read. */
function merge(stale: readonly ManagedNode[], found: readonly ManagedNode[]): ManagedNode[] {
  const ids = new Set(found.map(({ id }) => id));
  return [...found, ...stale.filter(({ id }) => !ids.has(id))];
}
