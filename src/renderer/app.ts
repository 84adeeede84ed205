import { terminalPortMessage } from '../shared/contract-names.ts';
import type { Door } from '../shared/door.ts';
import { type AccessActions, createAccessActions } from './actions/access-actions.ts';
import type { ActionContext } from './actions/context.ts';
import { type CommandActions, createCommandActions } from './actions/command-actions.ts';
import { createNodeActions, type NodeActions } from './actions/node-actions.ts';
import { createOrphanActions, type OrphanActions } from './actions/orphan-actions.ts';
import { createSessionActions, type SessionActions } from './actions/session-actions.ts';
import { createSignInActions, type SignInActions } from './actions/sign-in-actions.ts';
import { createTerminalActions, type TerminalActions } from './actions/terminal-actions.ts';
import { createTunnelActions, type TunnelActions } from './actions/tunnel-actions.ts';
import { createWorkspaceActions, type WorkspaceActions } from './actions/workspace-actions.ts';
import { initialState, withoutSession, withRecent, withTerminal } from './state/app-state.ts';
import { withoutRun, withRun } from './state/commands.ts';
import { withCredentials } from './state/sign-ins.ts';
import { NodeIndex } from './nodes/node-index.ts';
import { nodeKey } from './nodes/row-list.ts';
import { createStore, type Store } from './state/store.ts';
import { withTunnelStatus, withTunnels } from './state/tunnels.ts';
import type { TerminalHooks } from './terminal/terminal-controller.ts';
import { Terminals } from './terminal/terminals.ts';

/** The page's parts, put together once; views get them from a context. */
export interface App {
  readonly door: Door;
  readonly store: Store;
  /** All nodes of all lists. */
  readonly nodes: NodeIndex;
  readonly terminals: Terminals;
  readonly sessions: SessionActions;
  readonly terminal: TerminalActions;
  readonly workspace: WorkspaceActions;
  readonly lists: NodeActions;
  readonly tunnels: TunnelActions;
  readonly commands: CommandActions;
  readonly orphans: OrphanActions;
  readonly signIns: SignInActions;
  readonly access: AccessActions;
}

export function createApp(door: Door): App {
  const store = createStore(initialState(window.innerWidth));
  const started = () => {
    const { start } = store.read();
    return start.kind === 'ready' ? start.value : undefined;
  };
  const terminals = new Terminals({
    settings: () => store.read().settings,
    platform: () => started()?.platform ?? 'linux',
    webgl: () => started()?.webgl ?? false,
    hooks: (id) => hooksFor(id),
  });
  const nodes = new NodeIndex();
  const context: ActionContext = { door, store, nodes, terminals };
  const lists = createNodeActions(context);
  const sessions = createSessionActions(context);
  const terminal = createTerminalActions(context);
  const workspace = createWorkspaceActions(context, lists);
  const tunnels = createTunnelActions(context);
  const commands = createCommandActions(context);
  const orphans = createOrphanActions(context);
  const signIns = createSignInActions(context);
  const access = createAccessActions(context, sessions);

  const hooksFor = (id: string): TerminalHooks => ({
    onSize: (size) => store.change((state) => withTerminal(state, id, size)),
    onOutput: () => sessions.noteActivity(id, 'activity'),
    onBell: () => sessions.noteActivity(id, 'bell'),
    onDeadInput: (enter) => {
      if (enter) void sessions.restart(id);
    },
    onInputWaiting: (waitingInput) => store.change((state) => withTerminal(state, id, { waitingInput })),
    onPasteProgress: (paste) => store.change((state) => withTerminal(state, id, { paste })),
    onInputRefused: () => terminal.refuseInput(),
    onLinkHover: (linkHover) => store.change((state) => ({ ...state, linkHover })),
    onLink: ({ url, text, differs }) => {
      if (!differs) void terminal.openLink(url);
      else store.change((state) => ({ ...state, dialog: { kind: 'open-link', text, url } }));
    },
    onPaste: (text) => terminal.offerPaste(id, text),
    onSelection: (text) => void terminal.copyText(text),
    onMatches: (find) =>
      store.change((state) =>
        state.terminals[id]?.find === undefined ? state : withTerminal(state, id, { find }),
      ),
  });

  return {
    door,
    store,
    nodes,
    terminals,
    sessions,
    terminal,
    workspace,
    lists,
    tunnels,
    commands,
    orphans,
    signIns,
    access,
  };
}

/** News from main, for as long as the page lives. */
export function listen({ door, store, lists, sessions, terminals, orphans, signIns }: App): void {
  door.on('profilesChanged', (profiles) => lists.acceptProfiles(profiles));
  door.on('inventoriesChanged', (changes) => lists.accept(changes));
  door.on('favouritesChanged', (favourites) => store.change((state) => ({ ...state, favourites })));
  door.on('sessionChanged', (session) => {
    sessions.acceptSession(session);
    if (session.target !== '')
      store.change((state) => withRecent(state, nodeKey(session.profileId, session.target)));
  });
  door.on('sessionWanted', ({ key }) => sessions.activateKey(key));
  door.on('sessionForgotten', ({ key }) => store.change((state) => withoutSession(state, key)));
  door.on('tunnelsChanged', (tunnels) => store.change((state) => withTunnels(state, tunnels)));
  door.on('tunnelStatusChanged', (status) => store.change((state) => withTunnelStatus(state, status)));
  door.on('commandChanged', (run) => store.change((state) => withRun(state, run)));
  door.on('commandForgotten', ({ key }) => store.change((state) => withoutRun(state, key)));
  door.on('orphansFound', (found) => orphans.accept(found.orphans));
  door.on('sharedSettingsChanged', (value) =>
    store.change((state) => ({ ...state, sharedSettings: { kind: 'ready', value } })),
  );
  door.on('signInsChanged', (changed) => signIns.accept(changed));
  door.on('credentialsChanged', (statuses) => store.change((state) => withCredentials(state, statuses)));
  door.on('quitRequested', (quitQuestion) => store.change((state) => ({ ...state, quitQuestion })));
  window.addEventListener('message', ({ data, ports, source }) => {
    const port = ports[0];
    if (source !== window || data?.type !== terminalPortMessage || port === undefined) return;
    const tab = store
      .read()
      .tabs.items.find(
        (item) => item.kind === 'session' && item.link.kind === 'session' && item.link.key === data.key,
      );
    if (tab === undefined) port.close();
    else terminals.usePort(tab.id, port);
  });
}
