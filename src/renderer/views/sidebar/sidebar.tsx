import { Cable, FileKey2, Plus, SquareChevronRight } from 'lucide-react';
import { type KeyboardEvent, useCallback, useMemo } from 'react';
import { filterId } from '../../commands/commands.ts';
import { connectTo } from '../../nodes/connect.ts';
import { isEmptyQuery } from '../../nodes/query.ts';
import { elementId, type GroupRow, type NodeRow, type Row } from '../../nodes/row-list.ts';
import { withFolded, withList } from '../../state/app-state.ts';
import { isRunning } from '../../state/commands.ts';
import { runningCount } from '../../state/tunnels.ts';
import { sharedProfilesOf, unusedProfiles } from '../../profiles/shared-profiles.ts';
import { useApp, useAppState } from '../use-app.ts';
import { FilterBox } from './filter-box.tsx';
import { ListTroubles } from './list-troubles.tsx';
import { NodeList } from './node-list.tsx';
import { ResizeHandle } from './resize-handle.tsx';
import { useRows } from './use-rows.ts';
import './sidebar.css';

/** Rows that Page Up and Page Down pass. */
const pageRows = 10;

export function Sidebar() {
  const app = useApp();
  const { store, workspace } = app;
  const { rows, query } = useRows();
  const { filter, current } = useAppState((state) => state.list);
  const width = useAppState((state) => state.panels.sidebarWidth);
  const currentRow = rows.at(rows.indexOf(current));
  const connect = useCallback((row: NodeRow) => connectTo(app, row, 'now'), [app]);

  const setCurrent = (row: Row | undefined): void => {
    if (row !== undefined) store.change((state) => withList(state, { current: row.id }));
  };
  const setFolded = ({ group }: GroupRow, isFolded: boolean): void =>
    store.change((state) => withFolded(state, group.id, isFolded));

  const onKeyDown = (event: KeyboardEvent): void => {
    const isInFilter = event.target instanceof HTMLInputElement;
    const step = steps[event.key];
    if (step !== undefined && !(isInFilter && (event.key === 'Home' || event.key === 'End'))) {
      setCurrent(rows.step(current, step));
    } else if (event.key === 'Enter') {
      const row = currentRow ?? rows.firstNode();
      if (row?.kind === 'node') connectTo(app, row, event.ctrlKey || event.metaKey ? 'ask' : 'now');
      if (row?.kind === 'group') setFolded(row, !row.isFolded);
    } else if (event.key === 'Escape' && filter !== '') {
      store.change((state) => withList(state, { filter: '', current: undefined }));
    } else if (
      (event.key === 'ArrowLeft' || event.key === 'ArrowRight') &&
      !isInFilter &&
      currentRow !== undefined
    ) {
      const group = rows.groupOf(currentRow);
      if (group === undefined) return;
      const isFolding = event.key === 'ArrowLeft';
      setFolded(group, isFolding);
      if (isFolding) setCurrent(group);
    } else if (!isInFilter && isText(event)) {
      // Typing anywhere in the list filters it.
      const input = document.getElementById(filterId);
      if (input instanceof HTMLInputElement) input.focus();
      return;
    } else return;
    event.preventDefault();
  };

  return (
    <aside className="sidebar" style={{ width }} onKeyDown={onKeyDown} aria-label="Nodes">
      <FilterBox query={query} activeRow={currentRow === undefined ? undefined : elementId(currentRow.id)} />
      {!isEmptyQuery(query) && rows.length === 0 ? (
        <div className="list-empty" role="status">
          <p>No node fits this filter.</p>
          <button
            type="button"
            className="button small"
            onClick={() => store.change((state) => withList(state, { filter: '' }))}
          >
            Clear the filter
          </button>
        </div>
      ) : (
        <>
          <ListTroubles />
          <NodeList rows={rows} current={current} onConnect={connect} />
        </>
      )}
      <Views />
      <div className="sidebar-foot">
        <button
          type="button"
          className="foot-button"
          onClick={() => workspace.setDialog({ kind: 'profile' })}
        >
          <Plus className="icon" aria-hidden />
          New profile
        </button>
        <FoundButton />
      </div>
      <ResizeHandle />
    </aside>
  );
}

/** The way to the profiles of the AWS files that are not in the list yet. */
function FoundButton() {
  const { workspace } = useApp();
  const shared = useAppState(sharedProfilesOf);
  const saved = useAppState((state) => state.profiles);
  const found = useMemo(() => unusedProfiles(shared, saved).length, [shared, saved]);
  if (found === 0) return null;
  return (
    <button
      type="button"
      className="foot-button"
      onClick={() => workspace.setDialog({ kind: 'found-profiles' })}
    >
      <FileKey2 className="icon" aria-hidden />
      Add from your AWS files
      <span className="foot-count numbers">{found}</span>
    </button>
  );
}

/** The ways to the views of one kind of session, with how many of them run. */
function Views() {
  const { sessions } = useApp();
  const activeId = useAppState((state) => state.tabs.activeId);
  const tunnels = useAppState(runningCount);
  const commands = useAppState((state) => state.commands.runs.filter(isRunning).length);
  const tunnelMark = useAppState(({ tunnelStatuses }) => worstMark(Object.values(tunnelStatuses)));
  const commandMark = useAppState(({ commands: { runs } }) => worstMark(runs));
  const entries = [
    { kind: 'tunnels', word: 'Tunnels', icon: Cable, running: tunnels, mark: tunnelMark },
    { kind: 'commands', word: 'Commands', icon: SquareChevronRight, running: commands, mark: commandMark },
  ] as const;
  return (
    <nav className="sidebar-foot" aria-label="Views">
      {entries.map(({ kind, word, icon: Icon, running, mark }) => (
        <button
          key={kind}
          type="button"
          className="foot-button"
          aria-current={activeId === kind ? 'page' : undefined}
          onClick={() => sessions.openView(kind)}
        >
          <Icon className="icon" aria-hidden />
          {word}
          {running > 0 && (
            <span className="foot-count numbers">
              <i className={`dot ${mark}`} aria-hidden />
              {running} running
            </span>
          )}
        </button>
      ))}
    </nav>
  );
}

/** Of all that run: one that needs somebody shows, however many are well. */
const worstMark = (all: readonly { readonly state: { readonly kind: string } }[]): string =>
  ['needs-sign-in', 'needs-approval', 'awaiting-approval', 'reconnecting', 'live'].find((kind) =>
    all.some(({ state }) => state.kind === kind),
  ) ?? 'connecting';

const steps: Partial<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: pageRows,
  PageUp: -pageRows,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

const isText = ({ key, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean =>
  key.length === 1 && key !== ' ' && key !== '?' && !ctrlKey && !altKey && !metaKey;
