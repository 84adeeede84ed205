import { type MouseEvent, useEffect, useRef } from 'react';
import { sessionOf } from '../../actions/session-actions.ts';
import { runCommand } from '../../commands/commands.ts';
import { shortcutLabel } from '../../commands/shortcuts.ts';
import { type SessionTab, tabState } from '../../state/tabs.ts';
import { ErrorCard } from '../error-card.tsx';
import { openMenu } from '../overlays/menu-store.ts';
import { tabTitle } from '../tabs/tab-title.ts';
import { useApp, useAppState } from '../use-app.ts';
import { PasteProgress } from './paste-progress.tsx';
import { SearchBar } from './search-bar.tsx';
import { StateBar } from './state-bar.tsx';

/** One session tab: its terminal, and what there is to say about the session's state. */
export function SessionPanel({ tab, isActive }: { readonly tab: SessionTab; readonly isActive: boolean }) {
  const app = useApp();
  const { terminals, sessions, workspace } = app;
  const session = useAppState((state) => sessionOf(state, tab));
  const isFinding = useAppState((state) => state.terminals[tab.id]?.find !== undefined);
  const platform = useAppState((state) =>
    state.start.kind === 'ready' ? state.start.value.platform : 'linux',
  );
  const place = useRef<HTMLDivElement>(null);
  const state = tabState(tab, session);
  const { id } = tab;

  useEffect(() => {
    if (place.current !== null) void terminals.show(id, place.current, isActive);
  }, [terminals, id, isActive]);

  const onContextMenu = (event: MouseEvent): void => {
    event.preventDefault();
    const controller = terminals.get(id);
    const command = (label: string, name: 'copy' | 'paste' | 'find', disabled = false) => ({
      label,
      hint: shortcutLabel(name, platform),
      disabled,
      run: () => {
        controller?.focus();
        runCommand(app, name);
      },
    });
    openMenu({ x: event.clientX, y: event.clientY }, [
      command('Copy', 'copy', (controller?.selection() ?? '') === ''),
      command('Paste', 'paste', state.kind === 'ended'),
      { label: 'Select all', run: () => controller?.selectAll() },
      'line',
      command('Find…', 'find'),
      { label: 'Clear scrollback', run: () => controller?.clearScrollback() },
    ]);
  };

  return (
    <section
      id={`panel-${id}`}
      className="session-panel"
      role="tabpanel"
      aria-label={tabTitle(tab)}
      hidden={!isActive}
    >
      {isFinding && <SearchBar tabId={id} />}
      <div
        ref={place}
        className="terminal-place"
        data-testid={isActive ? 'terminal' : undefined}
        onContextMenu={onContextMenu}
        role="presentation"
      />
      {state.kind === 'not-started' && (
        <div className="panel-cover stage-centre">
          <ErrorCard error={state.error}>
            <button type="button" className="button primary" onClick={() => void sessions.restart(id)}>
              Try again
            </button>
            <button
              type="button"
              className="button"
              onClick={() => workspace.setDialog({ kind: 'profile', id: tab.request.profileId })}
            >
              Edit profile
            </button>
          </ErrorCard>
        </div>
      )}
      <PasteProgress tabId={id} />
      <StateBar tab={tab} state={state} session={session} />
    </section>
  );
}
