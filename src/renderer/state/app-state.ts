import type { AppErrorData } from '../../shared/errors.ts';
import type { Favourite } from '../../shared/favourites.ts';
import type { InventoryHead } from '../../shared/inventory.ts';
import type { Profile, SessionStats, SessionSummary, Settings } from '../../shared/models.ts';
import type { Orphan } from '../../shared/orphans.ts';
import type { SharedSettings } from '../../shared/shared-settings.ts';
import type { CredentialsStatus, SignIn } from '../../shared/sign-in.ts';
import type { Tunnel, TunnelStatus } from '../../shared/tunnels.ts';
import type { Workspace } from '../../shared/workspace.ts';
import { type Commands, noCommands } from './commands.ts';
import type { Dialog, QuitQuestion } from './dialogs.ts';
import { sessionTab, type Tabs } from './tabs.ts';

/** A thing that has to be fetched. A view handles all three. */
export type Loadable<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: AppErrorData }
  | { readonly kind: 'ready'; readonly value: T };

/** A short message that goes away by itself; `problem` stays until it is dismissed. */
export interface Notice {
  readonly id: string;
  readonly tone: 'done' | 'problem';
  readonly text: string;
  readonly detail?: string;
}

export interface NodeList {
  readonly filter: string;
  /** Ids of groups (nodes/groups.ts) that are folded. */
  readonly folded: readonly string[];
  /** The id of the row (nodes/row-list.ts) that the arrow keys stand on. */
  readonly current: string | undefined;
}

export interface Panels {
  readonly sidebar: boolean;
  readonly sidebarWidth: number;
  readonly inspector: boolean;
}

/** What a tab's terminal has told about itself. */
export interface TerminalFacts {
  readonly cols: number;
  readonly rows: number;
  /** Bytes of input that have not left the page. */
  readonly waitingInput: number;
  /** Bytes of a long paste, and how many of them have left the page; absent when none is under way. */
  readonly paste: { readonly sent: number; readonly total: number } | undefined;
  /** The search bar is open; `index` counts from 0, -1 for none. */
  readonly find: { readonly index: number; readonly count: number } | undefined;
}

/** The address under the pointer, and where, in CSS pixels of the window. */
export interface LinkHover {
  readonly url: string;
  readonly x: number;
  readonly y: number;
}

export interface AppState {
  /** The answer of loadWorkspace, the first thing the page asks for. */
  readonly start: Loadable<Pick<Workspace, 'version' | 'platform' | 'webgl'>>;
  readonly settings: Settings;
  readonly profiles: readonly Profile[];
  /** What is known of each list, by place (shared/places.ts). Its nodes are in the index (nodes/node-index.ts). */
  readonly inventories: Readonly<Record<string, InventoryHead>>;
  readonly favourites: readonly Favourite[];
  /** Keys (`nodeKey` of nodes/row-list.ts) of nodes that were connected to, latest first. */
  readonly recents: readonly string[];
  readonly sharedSettings: Loadable<SharedSettings>;
  readonly sessions: Readonly<Record<string, SessionSummary>>;
  readonly stats: Readonly<Record<string, SessionStats>>;
  /** Saved ones, in the order they were made. */
  readonly tunnels: readonly Tunnel[];
  /** By tunnel id, one for each of `tunnels`. */
  readonly tunnelStatuses: Readonly<Record<string, TunnelStatus>>;
  /** Ids of tunnels whose connections are shown. */
  readonly unfoldedTunnels: readonly string[];
  /** The port of each lab node where a web page is served, once it is known. */
  readonly demoPort: number | undefined;
  readonly commands: Commands;
  /** Sessions of an earlier run that are still open at the service and not decided yet. */
  readonly orphans: readonly Orphan[];
  /** The notice of them was put away; they stay where they are until the next start. */
  readonly orphansPutOff: boolean;
  /** Needed or under way, in the order in which they came up. */
  readonly signIns: readonly SignIn[];
  /** By profile id. */
  readonly credentials: Readonly<Record<string, CredentialsStatus>>;
  readonly tabs: Tabs;
  readonly terminals: Readonly<Record<string, TerminalFacts>>;
  readonly linkHover: LinkHover | undefined;
  readonly list: NodeList;
  readonly panels: Panels;
  readonly dialog: Dialog | undefined;
  /** What quitting would end. Beside the dialog: what was being written in one must outlive the question. */
  readonly quitQuestion: QuitQuestion | undefined;
  readonly notices: readonly Notice[];
}

export const narrowSidebar = 200;
export const wideSidebar = 480;

/** From this width of the window, in CSS pixels, a terminal beside both panels still has its 80 columns. */
export const inspectorFromWidth = 1200;

/** Before loadWorkspace has answered. `windowWidth` in CSS pixels decides whether the inspector starts open. */
export function initialState(windowWidth: number): AppState {
  return {
    start: { kind: 'loading' },
    // The same as `defaultSettings` of the contract, whose module would bring the schema library to the first paint.
    settings: {
      theme: 'system',
      fontSize: 13,
      scrollback: 10_000,
      copyOnSelect: false,
      confirmClose: true,
      requireReason: 'never',
      notifications: true,
    },
    profiles: [],
    inventories: {},
    favourites: [],
    recents: [],
    sharedSettings: { kind: 'loading' },
    sessions: {},
    stats: {},
    tunnels: [],
    tunnelStatuses: {},
    unfoldedTunnels: [],
    demoPort: undefined,
    commands: noCommands,
    orphans: [],
    orphansPutOff: false,
    signIns: [],
    credentials: {},
    tabs: { items: [], activeId: undefined, closed: [] },
    terminals: {},
    linkHover: undefined,
    list: { filter: '', folded: [], current: undefined },
    panels: { sidebar: true, sidebarWidth: 264, inspector: windowWidth >= inspectorFromWidth },
    dialog: undefined,
    quitQuestion: undefined,
    notices: [],
  };
}

/** The page may be a reloaded one: sessions that main still holds get their tabs back. */
export function withWorkspace(state: AppState, workspace: Workspace): AppState {
  const { version, platform, webgl, settings, profiles, inventories, favourites, sessions } = workspace;
  const { tunnels, tunnelStatuses, commands, orphans, signIns, credentials } = workspace;
  const items = sessions.map((session) => sessionTab(session.key, session));
  return {
    ...state,
    start: { kind: 'ready', value: { version, platform, webgl } },
    settings,
    profiles,
    inventories: Object.fromEntries(inventories.map(({ head }) => [head.id, head])),
    favourites,
    sessions: Object.fromEntries(sessions.map((session) => [session.key, session])),
    tunnels,
    tunnelStatuses: Object.fromEntries(tunnelStatuses.map((status) => [status.tunnelId, status])),
    commands: { ...state.commands, runs: commands },
    orphans,
    signIns,
    credentials: Object.fromEntries(credentials.map((status) => [status.profileId, status])),
    tabs: { ...state.tabs, items, activeId: items.at(-1)?.id },
  };
}

export const withHeads = (state: AppState, heads: readonly InventoryHead[]): AppState => ({
  ...state,
  inventories: { ...state.inventories, ...Object.fromEntries(heads.map((head) => [head.id, head])) },
});

export const withRecents = (state: AppState, recents: readonly string[]): AppState => ({
  ...state,
  recents,
});

/** A node is used: it is the latest. */
export const withRecent = (state: AppState, key: string): AppState =>
  state.recents[0] === key
    ? state
    : withRecents(state, [key, ...state.recents.filter((known) => known !== key)]);

export const withProfiles = (state: AppState, profiles: readonly Profile[]): AppState => ({
  ...state,
  profiles,
});

export const withSession = (state: AppState, session: SessionSummary): AppState => ({
  ...state,
  sessions: { ...state.sessions, [session.key]: session },
});

export const withStats = (state: AppState, stats: SessionStats): AppState => ({
  ...state,
  stats: { ...state.stats, [stats.key]: stats },
});

export function withoutSession(state: AppState, key: string): AppState {
  const { [key]: _session, ...sessions } = state.sessions;
  const { [key]: _stats, ...stats } = state.stats;
  return { ...state, sessions, stats };
}

const noFacts: TerminalFacts = { cols: 0, rows: 0, waitingInput: 0, paste: undefined, find: undefined };

export function withTerminal(state: AppState, tabId: string, facts: Partial<TerminalFacts>): AppState {
  const known = state.terminals[tabId] ?? noFacts;
  const changed = { ...known, ...facts };
  const isSame =
    changed.cols === known.cols &&
    changed.rows === known.rows &&
    changed.waitingInput === known.waitingInput &&
    changed.paste === known.paste &&
    changed.find === known.find;
  return isSame ? state : { ...state, terminals: { ...state.terminals, [tabId]: changed } };
}

export function withoutTerminal(state: AppState, tabId: string): AppState {
  const { [tabId]: _closed, ...terminals } = state.terminals;
  return { ...state, terminals };
}

export const withList = (state: AppState, list: Partial<NodeList>): AppState => ({
  ...state,
  list: { ...state.list, ...list },
});

export const withPanels = (state: AppState, panels: Partial<Panels>): AppState => ({
  ...state,
  panels: { ...state.panels, ...panels },
});

export function withFolded(state: AppState, groupId: string, folded: boolean): AppState {
  const others = state.list.folded.filter((id) => id !== groupId);
  return withList(state, { folded: folded ? [...others, groupId] : others });
}

/** At most this many at once: the oldest gives way. */
const noticeLimit = 3;

export const withNotice = (state: AppState, notice: Notice): AppState => ({
  ...state,
  notices: [...state.notices.filter(({ text }) => text !== notice.text), notice].slice(-noticeLimit),
});

export const withoutNotice = (state: AppState, id: string): AppState => ({
  ...state,
  notices: state.notices.filter((notice) => notice.id !== id),
});
