import type { AppState } from '../state/app-state.ts';
import type { KnownNode, NodeIndex } from './node-index.ts';
import type { NodeQuery } from './query.ts';
import { nodeKey } from './row-list.ts';
import { bestMatches, searchIndex } from './search.ts';

/** The best matches over all lists: favourites and recent nodes first among equals, then those that are online. */
export function findNodes(
  index: NodeIndex,
  { profiles, favourites, recents }: Pick<AppState, 'profiles' | 'favourites' | 'recents'>,
  query: NodeQuery,
  limit: number,
): KnownNode[] {
  const keys = [...favourites.map(({ profileId, target }) => nodeKey(profileId, target)), ...recents];
  const preferred = new Set(
    keys.flatMap((key) => {
      const at = key.lastIndexOf(' ');
      return index.find(key.slice(0, at), key.slice(at + 1))?.slot ?? [];
    }),
  );
  const found = searchIndex(index, query, new Map(profiles.map((profile) => [profile.id, profile])));
  return bestMatches(index, found, { limit, preferred });
}
