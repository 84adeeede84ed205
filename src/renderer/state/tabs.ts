import type { AppErrorData } from '../../shared/errors.ts';
import type { SessionEnd, SessionSummary, StartRequest } from '../../shared/models.ts';
import type { AccessState } from './access.ts';

/** What a session tab asks for; the size is only known when its terminal has been laid out. */
export type OpenRequest = Omit<StartRequest, 'cols' | 'rows'>;

/** One for a node, and not for a query. */
export type NodeRequest = OpenRequest & { readonly target: string };

export interface SessionTab {
  readonly kind: 'session';
  readonly id: string;
  readonly request: OpenRequest;
  /** The node that the request's query picked last. */
  readonly picked: PickedNode | undefined;
  /** The name a person gave this tab, instead of the node's. */
  readonly title: string | undefined;
  readonly link: SessionLink;
  /** Output came, or the bell rang, while another tab was in front. */
  readonly attention: 'none' | 'activity' | 'bell';
}

export interface PickedNode {
  readonly target: string;
  /** Untrusted. */
  readonly nodeName: string;
}

/** The node that the tab is on; undefined while a query has not picked one. */
export const nodeOf = ({ request, picked }: SessionTab): PickedNode | undefined =>
  request.target === undefined
    ? picked
    : { target: request.target, nodeName: request.nodeName ?? request.target };

/** The tab's request for the node that it is on. */
export function nodeRequestOf(tab: SessionTab): NodeRequest | undefined {
  const { targetQuery: _query, ...request } = tab.request;
  const node = nodeOf(tab);
  return node === undefined ? undefined : { ...request, ...node };
}

/** What was picked for a session of a query; undefined for one of a node, and before. */
export const pickedBy = ({ targetQuery, target, nodeName }: SessionSummary): PickedNode | undefined =>
  targetQuery === undefined || target === '' ? undefined : { target, nodeName };

/** How far the tab has come towards a session of the main process. */
export type SessionLink =
  | { readonly kind: 'asking' }
  /** Main refused the request itself; there is no session to restart. */
  | { readonly kind: 'refused'; readonly error: AppErrorData; readonly at: number }
  | { readonly kind: 'session'; readonly key: string };

/** A view of which there is one; its kind is its id. */
export type ViewTab = {
  readonly [K in ViewKind]: { readonly kind: K; readonly id: K };
}[ViewKind];
export type ViewKind = 'history' | 'tunnels' | 'commands';

export type Tab = SessionTab | ViewTab;

export interface Tabs {
  readonly items: readonly Tab[];
  readonly activeId: string | undefined;
  /** Requests of closed tabs, latest last, for "reopen closed tab". */
  readonly closed: readonly OpenRequest[];
}

/** Enough to undo an afternoon's closing; older ones are in history. */
const closedLimit = 20;

export const viewTabs = {
  history: { kind: 'history', id: 'history' },
  tunnels: { kind: 'tunnels', id: 'tunnels' },
  commands: { kind: 'commands', id: 'commands' },
} as const satisfies Record<ViewKind, ViewTab>;

export function newTab(id: string, request: OpenRequest): SessionTab {
  return {
    kind: 'session',
    id,
    request,
    picked: undefined,
    title: undefined,
    link: { kind: 'asking' },
    attention: 'none',
  };
}

/** A tab for a session that main holds already. */
export function sessionTab(id: string, session: SessionSummary): SessionTab {
  const { profileId, target, targetQuery, nodeName, documentName, reason, key } = session;
  const request: OpenRequest = {
    profileId,
    ...(targetQuery === undefined ? { target, nodeName } : { targetQuery }),
    ...(documentName === undefined ? {} : { documentName }),
    ...(reason === undefined ? {} : { reason }),
  };
  return { ...newTab(id, request), picked: pickedBy(session), link: { kind: 'session', key } };
}

/** Adds the tab behind the active one, or brings it to the front if it is there, and activates it. */
export function openTab(tabs: Tabs, tab: Tab): Tabs {
  if (tabs.items.some(({ id }) => id === tab.id)) return activateTab(tabs, tab.id);
  const at = tabs.items.findIndex(({ id }) => id === tabs.activeId) + 1;
  const items = at === 0 ? [...tabs.items, tab] : tabs.items.toSpliced(at, 0, tab);
  return { ...tabs, items, activeId: tab.id };
}

export function activateTab(tabs: Tabs, id: string): Tabs {
  if (!tabs.items.some((tab) => tab.id === id)) return tabs;
  return { ...changeTab(tabs, id, { attention: 'none' }), activeId: id };
}

/** The neighbour `by` places on, round the end. */
export function stepTab(tabs: Tabs, by: 1 | -1): Tabs {
  const at = tabs.items.findIndex(({ id }) => id === tabs.activeId);
  const next = tabs.items.at((at + by) % Math.max(1, tabs.items.length));
  return at === -1 || next === undefined ? tabs : activateTab(tabs, next.id);
}

/** Changes what belongs to a session tab; a no-op for others and for equal values. */
export function changeTab(
  tabs: Tabs,
  id: string,
  change: Partial<Pick<SessionTab, 'title' | 'link' | 'attention' | 'picked'>>,
): Tabs {
  const tab = tabs.items.find((item) => item.id === id);
  if (tab?.kind !== 'session') return tabs;
  const changed = { ...tab, ...change };
  const isSame = (['title', 'link', 'attention', 'picked'] as const).every(
    (name) => changed[name] === tab[name],
  );
  if (isSame) return tabs;
  return { ...tabs, items: tabs.items.map((item) => (item.id === id ? changed : item)) };
}

/** Removes the tab and activates its right neighbour, else its left one. */
export function closeTab(tabs: Tabs, id: string): Tabs {
  const at = tabs.items.findIndex((tab) => tab.id === id);
  const tab = tabs.items[at];
  if (tab === undefined) return tabs;
  const items = tabs.items.toSpliced(at, 1);
  const activeId = tabs.activeId === id ? (items[at] ?? items.at(-1))?.id : tabs.activeId;
  const closed = tab.kind === 'session' ? [...tabs.closed, tab.request].slice(-closedLimit) : tabs.closed;
  const next = { items, activeId, closed };
  return activeId === undefined ? next : activateTab(next, activeId);
}

export function moveTab(tabs: Tabs, id: string, to: number): Tabs {
  const from = tabs.items.findIndex((tab) => tab.id === id);
  const tab = tabs.items[from];
  if (tab === undefined || from === to || to < 0 || to >= tabs.items.length) return tabs;
  return { ...tabs, items: tabs.items.toSpliced(from, 1).toSpliced(to, 0, tab) };
}

/** What a session tab shows: the session's own states, and the two it has before there is a session. */
export type TabState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | {
      readonly kind: 'reconnecting';
      readonly attempt: number;
      readonly nextTryAt: number;
      /** Why the last try failed. */
      readonly error?: AppErrorData | undefined;
    }
  | { readonly kind: 'needs-sign-in'; readonly error: AppErrorData }
  | AccessState
  /** There never was a session at the service. */
  | { readonly kind: 'not-started'; readonly error: AppErrorData; readonly at: number }
  | { readonly kind: 'ended'; readonly end: SessionEnd; readonly at: number };

export function tabState(tab: SessionTab, session: SessionSummary | undefined): TabState {
  if (tab.link.kind === 'refused') return { kind: 'not-started', error: tab.link.error, at: tab.link.at };
  if (session === undefined) return { kind: 'connecting' };
  const { state, sessionId } = session;
  if (state.kind !== 'ended') return state;
  if (state.end.kind === 'failed' && sessionId === undefined) {
    return { kind: 'not-started', error: state.end.error, at: state.endedAt };
  }
  return { kind: 'ended', end: state.end, at: state.endedAt };
}

/** True while the service may hold a session for this tab, so that closing it ends something. */
export const isLive = (state: TabState): boolean => state.kind !== 'ended' && state.kind !== 'not-started';
