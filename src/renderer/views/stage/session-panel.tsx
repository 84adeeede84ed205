import { lazy, type MouseEvent, Suspense, useEffect, useRef } from 'react';
import { sessionOf } from '../../actions/session-actions.ts';
import { runCommand } from '../../commands/commands.ts';
import { shortcutLabel } from '../../commands/shortcuts.ts';
import { accessSubject } from '../../state/access.ts';
import { signInFor } from '../../state/sign-ins.ts';
import { type SessionTab, tabState } from '../../state/tabs.ts';
import { openMenu } from '../overlays/menu-store.ts';
import { SignInCard } from '../sign-in/sign-in-card.tsx';
import { tabTitle } from '../tabs/tab-title.ts';
import { useApp, useAppState } from '../use-app.ts';
import { FailedStart } from './failed-start.tsx';
import { PasteProgress } from './paste-progress.tsx';
import { SearchBar } from './search-bar.tsx';
import { StateBar } from './state-bar.tsx';

/** Needed by few sessions. */
const AccessCard = lazy(() => import('../access/access-card.tsx'));

/** One session tab: its terminal, and what there is to say about the session's state. */
export function SessionPanel({ tab, isActive }: { readonly tab: SessionTab; readonly isActive: boolean }) {
  const app = useApp();
  const { terminals, sessions } = app;
  const session = useAppState((state) => sessionOf(state, tab));
  const isFinding = useAppState((state) => state.terminals[tab.id]?.find !== undefined);
  const platform = useAppState((state) =>
    state.start.kind === 'ready' ? state.start.value.platform : 'linux',
  );
  const place = useRef<HTMLDivElement>(null);
  const cover = useRef<HTMLDivElement>(null);
  const state = tabState(tab, session);
  const { id } = tab;
  const signIn = useAppState((all) => signInFor(all, tab.request.profileId));
  // With a session there is a terminal to be read: the card would lie over it.
  const isBefore = session?.sessionId === undefined;
  const waitsFor = state.kind === 'needs-sign-in' && isBefore ? signIn : undefined;
  const subject = session === undefined || !isBefore ? undefined : accessSubject(session.key, session);

  useEffect(() => {
    if (place.current !== null) void terminals.show(id, place.current, isActive);
  }, [terminals, id, isActive]);

  const isWaiting = waitsFor !== undefined || subject !== undefined;
  useEffect(() => {
    if (!isActive || !isWaiting) return undefined;
    // After the click or the key that brought the tab to the front.
    const frame = requestAnimationFrame(() =>
      cover.current?.querySelector<HTMLElement>('input, button')?.focus(),
    );
    return () => {
      cancelAnimationFrame(frame);
      // Gone on: the keys belong to the shell.
      terminals.focus(id);
    };
  }, [terminals, id, isActive, isWaiting]);

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
      {state.kind === 'not-started' && <FailedStart tab={tab} error={state.error} />}
      {waitsFor !== undefined && (
        <div ref={cover} className="panel-cover stage-centre">
          <SignInCard signIn={waitsFor} />
        </div>
      )}
      {subject !== undefined && (
        <div ref={cover} className="panel-cover stage-centre">
          <Suspense>
            <AccessCard subject={subject} onLeave={() => void sessions.end(id)} />
          </Suspense>
        </div>
      )}
      <PasteProgress tabId={id} />
      {!isWaiting && <StateBar tab={tab} state={state} session={session} isInSight={isActive} />}
    </section>
  );
}
