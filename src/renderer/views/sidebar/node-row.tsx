import { AppWindow, CircleHelp, Command, Container, Server, Star } from 'lucide-react';
import { memo, type MouseEvent, useState } from 'react';
import type { ManagedNode } from '../../../shared/inventory.ts';
import { connectTo, requestFor } from '../../nodes/connect.ts';
import { markedRuns } from '../../nodes/marked-runs.ts';
import { elementId, type NodeRow } from '../../nodes/row-list.ts';
import { isLive, nodeOf } from '../../state/tabs.ts';
import { stateOf } from '../../actions/session-actions.ts';
import type { AppState } from '../../state/app-state.ts';
import type { NodeChoice } from '../../state/commands.ts';
import { placeOfContainer, troubleWords } from '../../words/containers.ts';
import { remoteText } from '../../words/remote-text.ts';
import { age } from '../../words/time.ts';
import { openMenu } from '../overlays/menu-store.ts';
import { useApp, useAppState } from '../use-app.ts';

/** The elements and not their components: an icon that stays the same is not drawn anew with its row. */
const platformIcons = {
  linux: <Server className="icon" aria-hidden />,
  windows: <AppWindow className="icon" aria-hidden />,
  macos: <Command className="icon" aria-hidden />,
  unknown: <CircleHelp className="icon" aria-hidden />,
};
const containerIcon = <Container className="icon" aria-hidden />;

const openTabOn = (row: NodeRow) => (state: AppState) =>
  state.tabs.items.find(
    (tab) =>
      tab.kind === 'session' &&
      nodeOf(tab)?.target === row.node.id &&
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
  const { sessions, terminal, tunnels, commands, lists } = app;
  const { node, profile, isFavourite } = row;
  const openTabId = useAppState(openTabOn(row));
  // A star that nobody sees would be made for every row of every frame.
  const [isHovered, setHovered] = useState(false);
  const { container } = node;
  const name = remoteText(node.name) || node.id;
  const away = container === undefined ? (node.online ? '' : offlineWords(node)) : troubleWords(node);
  const where = container === undefined ? node.id : remoteText(placeOfContainer(container), 200);
  const whose = [profile.name, row.region].filter(Boolean);
  const star = (): void => void lists.setFavourite(profile.id, node.id, !isFavourite);
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
      { label: isFavourite ? 'Remove from favourites' : 'Add to favourites', run: star },
      {
        label: 'Find out what stands in the way…',
        run: () => app.workspace.setDialog({ kind: 'doctor', request: requestFor(row) }),
      },
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
      aria-posinset={row.position.at}
      aria-setsize={row.position.of}
      aria-selected={isCurrent}
      aria-label={`${name}, ${where}, ${platform}, ${away === '' ? 'online' : away}`}
      tabIndex={-1}
      data-testid="node-row"
      data-node-id={node.id}
      data-current={isCurrent || undefined}
      data-offline={!node.online || undefined}
      // The second click of a double click is not a second wish.
      onClick={(event) => event.detail < 2 && onConnect(row)}
      onContextMenu={onContextMenu}
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
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
          {away !== '' && <span className="node-away">{away}</span>}
          {container !== undefined ? (
            [where, ...(row.showsPlace ? whose : [])].join(', ')
          ) : row.showsPlace && name !== node.id ? (
            whose.join(', ')
          ) : (
            <span className="mono">{node.id}</span>
          )}
        </div>
      </div>
      {(isFavourite || isCurrent || isHovered) && (
        <button
          type="button"
          className="icon-button node-star"
          tabIndex={-1}
          aria-label={`Favourite: ${name}`}
          aria-pressed={isFavourite}
          onClick={(event) => {
            event.stopPropagation();
            star();
          }}
        >
          <Star className="icon" aria-hidden />
        </button>
      )}
      <span className="node-platform" data-tip={nodeTip(node, platform)}>
        {container === undefined ? platformIcons[node.platform] : containerIcon}
      </span>
    </div>
  );
});

const choiceOf = ({ profile, node }: NodeRow): NodeChoice => ({
  profileId: profile.id,
  target: node.id,
  nodeName: node.name || node.id,
});

/** What is looked up rather than read: platform, agent, address, when it was started, tags. */
function nodeTip(
  { id, agentVersion, ipAddress, hostName = '', launchedAt, tags = [], container }: ManagedNode,
  platform: string,
): string {
  const lines = [
    platform,
    ...(container === undefined
      ? [id]
      : [
          `cluster ${container.cluster}`,
          `task ${container.taskId}`,
          `family ${container.family}`,
          ...(container.health === 'unknown' ? [] : [container.health]),
        ]),
    ...(agentVersion === '' ? [] : [`agent ${agentVersion}`]),
    ...(ipAddress === '' ? [] : [ipAddress]),
    ...(hostName === '' ? [] : [hostName]),
    ...(launchedAt === undefined ? [] : [`started ${age(launchedAt, Date.now())} ago`]),
    ...tags.filter(([key]) => key !== 'Name').map(([key, value]) => `${key}=${value}`),
  ];
  return remoteText(lines.join(', '), 600);
}

/** `offline 3 h`, `stopped`: when the agent last answered, or that the machine is known not to run. */
function offlineWords({ lastPingAt, instanceState }: ManagedNode): string {
  const word = instanceState === undefined || instanceState === 'running' ? 'offline' : instanceState;
  if (lastPingAt === undefined) return word;
  const since = age(lastPingAt, Date.now());
  return since === 'just now' ? word : `${word} ${since}`;
}

function Marked({ text, marks }: { readonly text: string; readonly marks: readonly number[] }) {
  if (marks.length === 0) return text;
  return markedRuns(text, marks).map((run) =>
    run.isMarked ? <mark key={run.from}>{run.text}</mark> : run.text,
  );
}
