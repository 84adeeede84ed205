import { TriangleAlert } from 'lucide-react';
import type { AppState } from '../../state/app-state.ts';
import { useApp, useAppState } from '../use-app.ts';

const failedLists = ({ settings: { groupNodesBy = 'place' }, inventories }: AppState): number =>
  groupNodesBy === 'place'
    ? 0
    : Object.values(inventories).filter(({ state }) => state.kind === 'failed').length;

/** Where the groups are not the lists, no group can say that its list failed; this line says it for all of them. */
export function ListTroubles() {
  const { lists } = useApp();
  const failed = useAppState(failedLists);
  const all = useAppState((state) => Object.keys(state.inventories).length);
  if (failed === 0) return null;
  return (
    <p className="list-troubles" role="status">
      <TriangleAlert className="icon" aria-hidden />
      <span>
        {failed} of {all} lists could not be read.
      </span>
      <button type="button" className="button small" onClick={() => void lists.groupBy('place')}>
        Show
      </button>
    </p>
  );
}
