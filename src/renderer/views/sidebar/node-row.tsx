import { AppWindow, CircleHelp, Command, Server } from 'lucide-react';
import { memo, type MouseEvent } from 'react';
import { connectTo, requestFor } from '../../nodes/connect.ts';
import { elementId, type NodeRow } from '../../nodes/rows.ts';
import { isLive } from '../../state/tabs.ts';
import { stateOf } from '../../actions/session-actions.ts';
import type { AppState } from '../../state/app-state.ts';
import type { NodeChoice } from '../../state/commands.ts';
import { remoteText } from '../../words/remote-text.ts';
import { age } from '../../words/time.ts';
import { openMenu } from '../overlays/menu-store.ts';
import { useApp, useAppState } from '../use-app.ts';

const platformIcons = { linux: Server, windows: AppWindow, macos: Command, unknown: CircleHelp };

const openTabOn = (row: NodeRow) => (state: AppState) =>
  state.tabs.items.find(
    (tab) =>
      tab.kind === 'session' &&
      tab.request.target === row.node.id &&
      tab.request.profileId === row.profile.id &&
      isLive(stateOf(state, tab)),
  )?.id;

interface NodeRowProps {
  readonly row: NodeRow;
  readonly isCurrent: boolean;
  readonly onConnect: (row: NodeRow) => void;
}

export const NodeRowView = memo(function NodeRowView({ row, isCurrent, onConnect }: NodeRowProps) {
  const app = useApp();
  const { sessions, terminal, tunnels, commands } = app;
  const { node } = row;
  const openTabId = useAppState(openTabOn(row));
  const Icon = platformIcons[node.platform];
  const name = remoteText(node.name) || node.id;
  const away = node.online ? '' : offlineWords(node.lastPingAt);
  const platform = remoteText(node.platformName) || node.platform;

  const onContextMenu = (event: MouseEvent): void => {
    event.preventDefault();
    openMenu({ x: event.clientX, y: event.clientY }, [
      { label: 'Connect', run: () => connectTo(app, row, 'now') },
      { label: 'Connect with reason or document…', run: () => connectTo(app, row, 'ask') },
      ...(openTabId === undefined
        ? []
        : [{ label: 'Go to its tab', run: () => sessions.activate(openTabId) }]),
      'line',
      { label: 'Forward a port…', run: () => tunnels.create(choiceOf(row)) },
      { label: 'Run a command…', run: () => commands.openFor(choiceOf(row)) },
      'line',
      { label: 'Copy id', run: () => void terminal.copyWithNotice(node.id, 'Id') },
      { label: 'Copy name', run: () => void terminal.copyWithNotice(name, 'Name') },
      ...(node.ipAddress === ''
        ? []
        : [{ label: 'Copy address', run: () => void terminal.copyWithNotice(node.ipAddress, 'Address') }]),
    ]);
  };

  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the list above has the keyboard
    <div
      id={elementId(row.id)}
      className="node-row"
      role="treeitem"
      aria-level={2}
      aria-selected={isCurrent}
      aria-label={`${name}, ${node.id}, ${platform}, ${node.online ? 'online' : away}`}
      tabIndex={-1}
      data-testid="node-row"
      data-node-id={node.id}
      data-current={isCurrent || undefined}
      data-offline={!node.online || undefined}
      // The second click of a double click is not a second wish.
      onClick={(event) => event.detail < 2 && onConnect(row)}
      onContextMenu={onContextMenu}
      data-target={requestFor(row).target}
    >
      <i className={`dot ${node.online ? 'live' : 'offline'}`} aria-hidden />
      <div className="node-words">
        <div className="node-first">
          <span className="node-name clip" data-tip-clipped={name}>
            <Marked text={name} marks={name === node.name ? row.marks : []} />
          </span>
          {openTabId !== undefined && (
            <button
              type="button"
              className="pill open-pill"
              tabIndex={-1}
              data-tip="Go to its tab"
              onClick={(event) => {
                event.stopPropagation();
                sessions.activate(openTabId);
              }}
            >
              open
            </button>
          )}
        </div>
        <div className="node-second clip">
          {!node.online && <span className="node-away">{away}</span>}
          <span className="mono">{node.id}</span>
        </div>
      </div>
      <span
        className="node-platform"
        data-tip={`${platform}${node.agentVersion === '' ? '' : `, agent ${remoteText(node.agentVersion)}`}`}
      >
        <Icon className="icon" aria-hidden />
      </span>
    </div>
  );
});

const choiceOf = ({ profile, node }: NodeRow): NodeChoice => ({
  profileId: profile.id,
  target: node.id,
  nodeName: node.name || node.id,
});

/** `offline 3 h`: when the agent last answered, as far as the service says. */
function offlineWords(lastPingAt: number | undefined): string {
  if (lastPingAt === undefined) return 'offline';
  const since = age(lastPingAt, Date.now());
  return since === 'just now' ? 'offline' : `offline ${since}`;
}

function Marked({ text, marks }: { readonly text: string; readonly marks: readonly number[] }) {
  if (marks.length === 0) return text;
  const marked = new Set(marks);
  return Array.from({ length: text.length }, (_none, at) =>
    // A place in a text that never changes is its identity.
    // oxlint-disable-next-line react/no-array-index-key
    marked.has(at) ? <mark key={at}>{text[at]}</mark> : text[at],
  );
}
