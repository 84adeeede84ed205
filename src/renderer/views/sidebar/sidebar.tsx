import { Cable, FileKey2, Plus, SquareChevronRight, X } from 'lucide-react';
import { type KeyboardEvent, useMemo } from 'react';
import { filterId } from '../../commands/commands.ts';
import { isEmptyQuery, parseQuery } from '../../nodes/filter.ts';
import { elementId, firstNode, listRows, type NodeRow, type Row, stepRow } from '../../nodes/rows.ts';
import { withFolded, withList } from '../../state/app-state.ts';
import { isRunning } from '../../state/commands.ts';
import { runningCount } from '../../state/tunnels.ts';
import { connectTo } from '../../nodes/connect.ts';
import { sharedProfilesOf, unusedProfiles } from '../../profiles/shared-profiles.ts';
import { useApp, useAppState } from '../use-app.ts';
import { NodeList } from './node-list.tsx';
import { ResizeHandle } from './resize-handle.tsx';
import { IconButton } from '../icon-button.tsx';
import './sidebar.css';

/** Rows that Page Up and Page Down pass. */
const pageRows = 10;

export function Sidebar() {
  const app = useApp();
  const { store, workspace } = app;
  const profiles = useAppState((state) => state.profiles);
  const inventories = useAppState((state) => state.inventories);
  const { filter, folded, current } = useAppState((state) => state.list);
  const width = useAppState((state) => state.panels.sidebarWidth);
  // Not deferred: Enter must mean the row that the text on screen has chosen.
  const query = useMemo(() => parseQuery(filter), [filter]);
  const rows = useMemo(
    () => listRows(profiles, inventories, query, folded),
    [profiles, inventories, query, folded],
  );

  const setCurrent = (row: Row | undefined): void => {
    if (row !== undefined) store.change((state) => withList(state, { current: row.id }));
  };
  const currentRow = rows.find(({ id }) => id === current);

  const onKeyDown = (event: KeyboardEvent): void => {
    const isInFilter = event.target instanceof HTMLInputElement;
    const step = steps[event.key];
    if (step !== undefined && !(isInFilter && (event.key === 'Home' || event.key === 'End'))) {
      setCurrent(stepRow(rows, current, step));
    } else if (event.key === 'Enter') {
      const row = currentRow ?? firstNode(rows);
      if (row?.kind === 'node') connectTo(app, row, event.ctrlKey || event.metaKey ? 'ask' : 'now');
      if (row?.kind === 'group') store.change((state) => withFolded(state, row.profile.id, !row.folded));
    } else if (event.key === 'Escape' && filter !== '') {
      store.change((state) => withList(state, { filter: '', current: undefined }));
    } else if (
      (event.key === 'ArrowLeft' || event.key === 'ArrowRight') &&
      !isInFilter &&
      currentRow !== undefined
    ) {
      const isFolding = event.key === 'ArrowLeft';
      store.change((state) => withFolded(state, currentRow.profile.id, isFolding));
      if (isFolding)
        setCurrent(rows.find(({ kind, profile }) => kind === 'group' && profile === currentRow.profile));
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
      <div className="filter">
        <input
          id={filterId}
          data-testid="filter"
          className="field mono"
          type="text"
          placeholder="Filter: web state:online"
          aria-label="Filter nodes by name, id, address or platform"
          aria-controls="node-list"
          aria-activedescendant={currentRow === undefined ? undefined : elementId(currentRow.id)}
          spellCheck={false}
          autoComplete="off"
          value={filter}
          onChange={({ target }) =>
            store.change((state) => withList(state, { filter: target.value, current: undefined }))
          }
        />
        {filter !== '' && (
          <IconButton
            label="Clear the filter"
            onClick={() => {
              store.change((state) => withList(state, { filter: '' }));
              document.getElementById(filterId)?.focus();
            }}
            icon={X}
            className="filter-clear"
          />
        )}
      </div>
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
        <NodeList rows={rows} current={current} onConnect={(row: NodeRow) => connectTo(app, row, 'now')} />
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
  ['needs-sign-in', 'reconnecting', 'live'].find((kind) => all.some(({ state }) => state.kind === kind)) ??
  'connecting';

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
