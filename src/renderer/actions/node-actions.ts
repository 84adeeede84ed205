import type { InventoryChange, InventoryHead } from '../../shared/inventory.ts';
import type { NodeGrouping, Profile } from '../../shared/models.ts';
import { placesOf } from '../../shared/places.ts';
import type { Workspace } from '../../shared/workspace.ts';
import { nodeKey } from '../nodes/row-list.ts';
import { withHeads, withProfiles, withRecents } from '../state/app-state.ts';
import { type ActionContext, valueOrNotice } from './context.ts';

/** Entries of history that are looked through for nodes that were used lately. */
const recentEntries = 100;

/** Node lists, and what a person does to them. */
export function createNodeActions(context: ActionContext) {
  const { door, store, nodes } = context;

  return {
    /** The first nodes of each list. */
    begin({ inventories }: Pick<Workspace, 'inventories'>): void {
      nodes.apply(inventories.map(({ head, nodes: changed }) => ({ head, changed, removed: [] })));
    },

    accept(changes: readonly InventoryChange[]): void {
      store.change((state) =>
        withHeads(
          state,
          changes.map(({ head }) => head),
        ),
      );
      nodes.apply(changes);
    },

    /** Lists that no profile has any more go with it. */
    acceptProfiles(profiles: readonly Profile[]): void {
      store.change((state) => withProfiles(state, profiles));
      nodes.retain(new Set(profiles.flatMap((profile) => placesOf(profile).map(({ id }) => id))));
    },

    /** All lists of the profile, or that of one Region. */
    async refresh(profileId: string, region?: string): Promise<void> {
      const reply = await door.refreshNodes({ profileId, ...(region === undefined ? {} : { region }) });
      store.change((state) => {
        if (reply.ok) return withHeads(state, reply.value);
        const failed = Object.values(state.inventories).filter(
          (head) => head.profileId === profileId && (region === undefined || head.region === region),
        );
        return withHeads(
          state,
          failed.map((head): InventoryHead => ({ ...head, state: { kind: 'failed', error: reply.error } })),
        );
      });
    },

    async setFavourite(profileId: string, target: string, isFavourite: boolean): Promise<void> {
      await valueOrNotice(context, door.saveFavourite({ profileId, target, isFavourite }));
    },

    async groupBy(groupNodesBy: NodeGrouping): Promise<void> {
      const settings = { ...store.read().settings, groupNodesBy };
      store.change((state) => ({ ...state, settings }));
      await valueOrNotice(context, door.saveSettings(settings));
    },

    /** The nodes of history's latest shells. What history says of its own failure is said where it is shown. */
    async loadRecents(): Promise<void> {
      const reply = await door.listHistory({ limit: recentEntries });
      if (!reply.ok) return;
      const keys = reply.value.flatMap(({ kind, profileId, target }) =>
        kind === 'shell' ? [nodeKey(profileId, target)] : [],
      );
      store.change((state) => withRecents(state, [...new Set(keys)]));
    },
  };
}

export type NodeActions = ReturnType<typeof createNodeActions>;
