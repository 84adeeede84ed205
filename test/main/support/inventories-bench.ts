import { Inventories } from '../../../src/main/inventory/inventories.ts';
import { InventoryCache } from '../../../src/main/inventory/inventory-cache.ts';
import type { InventoryChange, InventoryHead, ManagedNode } from '../../../src/shared/inventory.ts';
import type { Profile } from '../../../src/shared/models.ts';
import { FakeService, turns } from './fake-service.ts';
import { HandClock } from './hand-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const profile: Profile = {
  id: 'p',
  name: 'Production',
  environment: 'production',
  credentials: { kind: 'shared-profile', profileName: 'acme' },
  region: 'eu-west-1',
  builtIn: false,
};
export const twoRegions: Profile = { ...profile, moreRegions: ['eu-west-1', 'us-east-1'] };

export function node(id: string, change: Partial<ManagedNode> = {}): ManagedNode {
  return {
    id,
    name: id,
    platform: 'linux',
    platformName: '',
    online: true,
    agentVersion: '',
    ipAddress: '',
    ...change,
  };
}

/** The node lists of one profile, a service that answers as it is told to, a clock, and a screen that hears what is told. */
export class InventoriesBench {
  readonly service = new FakeService();
  readonly told: InventoryChange[][] = [];
  readonly clock = new HandClock();
  readonly folder: string;
  readonly cache: InventoryCache;
  readonly inventories: Inventories;
  profiles: Profile[] = [profile];
  mayReadUnasked = true;

  constructor(folder = temporaryFolder()) {
    this.folder = folder;
    this.cache = new InventoryCache(folder);
    this.inventories = new Inventories({
      cache: this.cache,
      connect: this.service.connect,
      profiles: () => this.profiles,
      mayReadUnasked: () => Promise.resolve(this.mayReadUnasked),
      tell: (changes) => this.told.push(changes),
      now: () => this.clock.now(),
      setTimer: (run, delayMs) => this.clock.setTimer(run, delayMs),
      random: () => 0.5,
    });
  }

  head(asked: Profile = profile): InventoryHead {
    const [first] = this.inventories.get(asked);
    if (first === undefined) throw new Error('A profile has a place.');
    return first.head;
  }

  ids(asked: Profile = profile): string[] {
    return this.inventories.get(asked).flatMap(({ nodes }) => nodes.map(({ id }) => id));
  }

  /** Until nothing happens any more without the clock. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 60; turn += 1) await turns();
    await this.cache.settled();
  }

  async refreshed(asked: Profile = profile): Promise<InventoryHead> {
    this.inventories.refresh(asked);
    await this.settled();
    return this.head(asked);
  }

  /** The screen that has heard all that was told. */
  get screen(): { heads: Map<string, InventoryHead>; nodes: Map<string, ManagedNode> } {
    const heads = new Map<string, InventoryHead>();
    const nodes = new Map<string, ManagedNode>();
    for (const { head, changed, removed } of this.told.flat()) {
      heads.set(head.id, head);
      for (const id of removed) nodes.delete(id);
      for (const each of changed) nodes.set(each.id, each);
    }
    return { heads, nodes };
  }
}
