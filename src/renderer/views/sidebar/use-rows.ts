import { useMemo } from 'react';
import { groupNodes } from '../../nodes/groups.ts';
import { parseQuery } from '../../nodes/query.ts';
import { nodeKey, RowList } from '../../nodes/row-list.ts';
import { useAppState, useNodes } from '../use-app.ts';

/** The rows as filter, grouping and news make them. Not deferred: Enter must mean the row that the text on screen has chosen. */
export function useRows(): { rows: RowList; query: ReturnType<typeof parseQuery> } {
  const index = useNodes();
  const { version } = index;
  const profiles = useAppState((state) => state.profiles);
  const inventories = useAppState((state) => state.inventories);
  const favouriteNodes = useAppState((state) => state.favourites);
  const recents = useAppState((state) => state.recents);
  const { filter, folded } = useAppState((state) => state.list);
  const groupBy = useAppState((state) => state.settings.groupNodesBy ?? 'place');

  const query = useMemo(() => parseQuery(filter), [filter]);
  const favourites = useMemo(
    () => new Set(favouriteNodes.map(({ profileId, target }) => nodeKey(profileId, target))),
    [favouriteNodes],
  );
  const foldedGroups = useMemo(() => new Set(folded), [folded]);
  // The index stays the same value when it changes; its version does not.
  const grouped = useMemo(
    () => groupNodes(groupBy, index, profiles, inventories),
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [groupBy, index, version, profiles, inventories],
  );
  const rows = useMemo(
    () => new RowList({ index, grouped, query, profiles, folded: foldedGroups, favourites, recents }),
    [index, grouped, query, profiles, foldedGroups, favourites, recents],
  );
  return { rows, query };
}
