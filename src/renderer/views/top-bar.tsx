import {
  Cable,
  CircleHelp,
  History,
  PanelLeft,
  PanelRight,
  Search,
  Settings,
  SquareChevronRight,
} from 'lucide-react';
import { shortcutLabel } from '../commands/shortcuts.ts';
import { withPanels } from '../state/app-state.ts';
import { useApp, useAppState } from './use-app.ts';
import { TopIdentity } from './top-identity.tsx';
import { IconButton } from './icon-button.tsx';

export function TopBar() {
  const { store, workspace, sessions } = useApp();
  const panels = useAppState((state) => state.panels);
  const platform = useAppState((state) =>
    state.start.kind === 'ready' ? state.start.value.platform : 'linux',
  );
  const tip = (title: string, command: Parameters<typeof shortcutLabel>[0]): string =>
    `${title} (${shortcutLabel(command, platform)})`;
  return (
    <header className="top-bar">
      <div className="brand">
        <Mark />
        <span className="clip">Nodewharf</span>
      </div>
      <button
        type="button"
        className="go-to"
        onClick={() => workspace.setDialog({ kind: 'palette' })}
        aria-keyshortcuts="Control+Shift+P"
      >
        <Search className="icon" aria-hidden />
        <span className="clip">Go to a node, a profile, an action</span>
        <span className="key">{shortcutLabel('palette', platform)}</span>
      </button>
      <div className="top-tools">
        <TopIdentity />
        <IconButton
          label="Node list"
          pressed={panels.sidebar}
          tip={tip('Node list', 'toggle-sidebar')}
          onClick={() => store.change((state) => withPanels(state, { sidebar: !state.panels.sidebar }))}
          icon={PanelLeft}
        />
        <IconButton
          label="Session details"
          pressed={panels.inspector}
          tip={tip('Session details', 'toggle-inspector')}
          onClick={() => store.change((state) => withPanels(state, { inspector: !state.panels.inspector }))}
          icon={PanelRight}
        />
        <IconButton
          label="Tunnels"
          tip={tip('Tunnels', 'tunnels')}
          onClick={() => sessions.openView('tunnels')}
          icon={Cable}
        />
        <IconButton
          label="Commands"
          tip={tip('Commands', 'commands')}
          onClick={() => sessions.openView('commands')}
          icon={SquareChevronRight}
        />
        <IconButton
          label="History"
          tip={tip('History', 'history')}
          onClick={() => sessions.openView('history')}
          icon={History}
        />
        <IconButton
          label="Keyboard shortcuts"
          tip={tip('Keyboard shortcuts', 'shortcuts')}
          onClick={() => workspace.setDialog({ kind: 'shortcuts' })}
          icon={CircleHelp}
        />
        <IconButton
          label="Settings"
          tip={tip('Settings', 'settings')}
          onClick={() => workspace.setDialog({ kind: 'settings' })}
          icon={Settings}
        />
      </div>
    </header>
  );
}

/** A bollard on a quay, with a line made fast. */
function Mark() {
  return (
    <svg className="brand-mark" viewBox="0 0 16 16" aria-hidden>
      <path
        fill="currentColor"
        d="M4 2.5h8a1 1 0 0 1 1 1V5a1 1 0 0 1-1 1h-1v4h2.5a1 1 0 0 1 1 1v1.5a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1V11a1 1 0 0 1 1-1H5V6H4a1 1 0 0 1-1-1V3.5a1 1 0 0 1 1-1Z"
      />
    </svg>
  );
}
