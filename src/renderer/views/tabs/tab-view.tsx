import { Bell, Cable, History, SquareChevronRight, Timer, X } from 'lucide-react';
import { type DragEvent, type KeyboardEvent, useState } from 'react';
import { sessionOf } from '../../actions/session-actions.ts';
import { shortcutLabel } from '../../commands/shortcuts.ts';
import type { SessionSummary } from '../../../shared/models.ts';
import { isLive, nodeOf, type SessionTab, type Tab, type TabState, tabState } from '../../state/tabs.ts';
import { pickedWords } from '../../words/queries.ts';
import { whereWords } from '../../words/environments.ts';
import { stateDot, stateWord } from '../../words/states.ts';
import { type MenuItem, openMenu } from '../overlays/menu-store.ts';
import { useApp, useAppState } from '../use-app.ts';
import { tabTitle } from './tab-title.ts';

interface TabViewProps {
  readonly tab: Tab;
  readonly place: number;
  readonly isActive: boolean;
}

const viewIcons = { history: History, tunnels: Cable, commands: SquareChevronRight };

const dragType = 'application/x-nodewharf-tab';

export function TabView({ tab, place, isActive }: TabViewProps) {
  const { sessions } = useApp();
  const session = useAppState((state) => (tab.kind === 'session' ? sessionOf(state, tab) : undefined));
  const profile = useAppState((state) =>
    tab.kind === 'session' ? state.profiles.find(({ id }) => id === tab.request.profileId) : undefined,
  );
  const [isTarget, setTarget] = useState(false);
  const menu = useTabMenu(tab);
  const state = tab.kind === 'session' ? tabState(tab, session) : undefined;
  const environment = session?.environment ?? profile?.environment;
  const title = tabTitle(tab);
  const ViewIcon = tab.kind === 'session' ? undefined : viewIcons[tab.kind];

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') sessions.activate(tab.id);
    else if (event.key === 'Delete') sessions.close([tab.id]);
    else return;
    event.preventDefault();
  };
  const onDrop = (event: DragEvent): void => {
    setTarget(false);
    const dragged = event.dataTransfer.getData(dragType);
    if (dragged !== '') sessions.move(dragged, place);
  };

  return (
    <div
      id={`tab-${tab.id}`}
      className="tab"
      role="tab"
      aria-selected={isActive}
      aria-controls={`panel-${tab.id}`}
      aria-label={[title, ...(state === undefined ? [] : [stateWord(state)])].join(', ')}
      tabIndex={isActive ? 0 : -1}
      data-testid="tab"
      data-state={state?.kind ?? tab.kind}
      data-env={environment}
      data-drop={isTarget || undefined}
      data-tip={tab.kind === 'session' ? tipOf(tab, session) : undefined}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(dragType, tab.id);
        event.dataTransfer.effectAllowed = 'move';
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(dragType)) return;
        event.preventDefault();
        setTarget(true);
      }}
      onDragLeave={() => setTarget(false)}
      onDrop={onDrop}
      onMouseDown={(event) => event.button === 0 && sessions.activate(tab.id)}
      onAuxClick={(event) => event.button === 1 && sessions.close([tab.id])}
      onKeyDown={onKeyDown}
      onContextMenu={(event) => {
        event.preventDefault();
        openMenu({ x: event.clientX, y: event.clientY }, menu());
      }}
    >
      {ViewIcon !== undefined && <ViewIcon className="icon" aria-hidden />}
      {state !== undefined && <i className={`dot ${stateDot(state)}`} aria-hidden />}
      <span className="tab-title clip">{title}</span>
      {state !== undefined && state.kind !== 'live' && <span className="tab-state">{stateWord(state)}</span>}
      {session?.cutOff !== undefined && (
        <Timer className="icon tab-bell" role="img" aria-label="The service is about to end it" />
      )}
      {tab.kind === 'session' && tab.attention !== 'none' && <AttentionMark attention={tab.attention} />}
      <button
        type="button"
        className="tab-close"
        aria-label={`Close ${title}`}
        tabIndex={-1}
        onMouseDown={(event) => event.stopPropagation()}
        onClick={(event) => {
          event.stopPropagation();
          sessions.close([tab.id]);
        }}
      >
        <X className="icon" aria-hidden />
      </button>
    </div>
  );
}

function AttentionMark({ attention }: { readonly attention: 'activity' | 'bell' }) {
  if (attention === 'bell') return <Bell className="icon tab-bell" role="img" aria-label="The bell rang" />;
  return <i className="tab-activity" role="img" aria-label="New output" />;
}

function useTabMenu(tab: Tab): () => MenuItem[] {
  const { sessions, workspace, store } = useApp();
  const platform = useAppState((state) =>
    state.start.kind === 'ready' ? state.start.value.platform : 'linux',
  );
  return () => {
    const { tabs, sessions: known } = store.read();
    const close: MenuItem[] = [
      { label: 'Close', hint: shortcutLabel('close-tab', platform), run: () => sessions.close([tab.id]) },
      { label: 'Close others', disabled: tabs.items.length < 2, run: () => sessions.closeOthers(tab.id) },
    ];
    if (tab.kind !== 'session') return close;
    const state: TabState = tabState(tab, tab.link.kind === 'session' ? known[tab.link.key] : undefined);
    return [
      ...(isLive(state)
        ? []
        : [{ label: 'Reconnect', hint: 'Enter', run: () => void sessions.restart(tab.id) }]),
      { label: 'Duplicate', run: () => sessions.duplicate(tab.id) },
      { label: 'Rename…', run: () => workspace.setDialog({ kind: 'rename-tab', tabId: tab.id }) },
      'line',
      ...(isLive(state) && tab.link.kind === 'session'
        ? ([
            { label: 'End session', danger: true, run: () => sessions.askToEnd(tab.id) },
          ] satisfies MenuItem[])
        : []),
      ...close,
    ];
  };
}

/** Which node of which account this really is, for the moment of doubt. */
function tipOf(tab: SessionTab, session: SessionSummary | undefined): string {
  const target = nodeOf(tab)?.target ?? '';
  const { targetQuery } = tab.request;
  const lines = [
    ...(tabTitle(tab) === target ? [] : [tabTitle(tab)]),
    target,
    targetQuery === undefined ? '' : `picked from ${pickedWords(targetQuery, session?.pickedOf)}`,
    session === undefined ? '' : whereWords(session.profileName, session.environment, session.region),
    session?.sessionId ?? '',
  ];
  return lines.filter((line) => line !== '').join('\n');
}
