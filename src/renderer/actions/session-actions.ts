import type { SessionSummary } from '../../shared/models.ts';
import { requiresReason } from '../../shared/reason-rule.ts';
import { type AppState, withoutSession, withoutTerminal, withSession } from '../state/app-state.ts';
import type { Dialog } from '../state/dialogs.ts';
import {
  activateTab,
  changeTab,
  closeTab,
  isLive,
  moveTab,
  newTab,
  type OpenRequest,
  pickedBy,
  openTab,
  type SessionTab,
  stepTab,
  type Tab,
  type TabState,
  type Tabs,
  tabState,
  type ViewKind,
  viewTabs,
} from '../state/tabs.ts';
import { type ActionContext, tellProblem, valueOrNotice } from './context.ts';

export const sessionOf = (state: AppState, tab: SessionTab): SessionSummary | undefined =>
  tab.link.kind === 'session' ? state.sessions[tab.link.key] : undefined;

export const stateOf = (state: AppState, tab: SessionTab): TabState => tabState(tab, sessionOf(state, tab));

export function sessionTabById(state: AppState, id: string | undefined): SessionTab | undefined {
  const tab = state.tabs.items.find((item) => item.id === id);
  return tab?.kind === 'session' ? tab : undefined;
}

export const activeTab = (state: AppState): Tab | undefined =>
  state.tabs.items.find(({ id }) => id === state.tabs.activeId);

/** Opening, closing and moving tabs, and the sessions behind them. */
export function createSessionActions(context: ActionContext) {
  const { door, store, terminals } = context;
  const changeTabs = (change: (tabs: Tabs) => Tabs): void =>
    store.change((state) => {
      const tabs = change(state.tabs);
      return tabs === state.tabs ? state : { ...state, tabs };
    });
  const setDialog = (dialog: Dialog | undefined): void => store.change((state) => ({ ...state, dialog }));
  /** Asks main for the session once the terminal's size is known, so that the shell starts in the right one. */
  async function begin(tabId: string, request: OpenRequest): Promise<void> {
    const size = await terminals.open(tabId);
    const reply = await door.startSession({ ...request, ...size });
    const tab = sessionTabById(store.read(), tabId);
    if (!reply.ok) {
      changeTabs((tabs) =>
        changeTab(tabs, tabId, { link: { kind: 'refused', error: reply.error, at: Date.now() } }),
      );
      terminals.setInput(tabId, 'dead');
      return;
    }
    const { key } = reply.value;
    // Closed while it was being asked for: nobody will see this session.
    if (tab === undefined) {
      await endAndForget(key);
      return;
    }
    store.change((state) => ({
      ...(state.sessions[key] === undefined ? withSession(state, reply.value) : state),
      tabs: changeTab(state.tabs, tabId, {
        link: { kind: 'session', key },
        picked: pickedBy(state.sessions[key] ?? reply.value),
      }),
    }));
    await attach(tabId, key);
  }

  async function attach(tabId: string, key: string): Promise<void> {
    const session = store.read().sessions[key];
    terminals.setInput(tabId, session?.state.kind === 'ended' ? 'dead' : 'open');
    void terminals.open(tabId);
    const reply = await door.attachTerminal({ key });
    if (!reply.ok) tellProblem(context, reply.error);
  }

  async function endAndForget(key: string): Promise<void> {
    const ended = await door.endSession({ key });
    if (!ended.ok) tellProblem(context, ended.error);
    await door.forgetSession({ key });
    store.change((state) => withoutSession(state, key));
  }

  /** A session that needs a reason and has none asks for it first. */
  function open(request: OpenRequest): void {
    const { profiles, settings } = store.read();
    const profile = profiles.find(({ id }) => id === request.profileId);
    if (request.reason === undefined && requiresReason(profile, settings)) {
      setDialog({ kind: 'connect', request });
      return;
    }
    const id = crypto.randomUUID();
    changeTabs((tabs) => openTab(tabs, newTab(id, request)));
    terminals.focus(id);
    void begin(id, request);
  }

  function activate(id: string): void {
    changeTabs((tabs) => activateTab(tabs, id));
    terminals.focus(id);
  }

  /** Closes without asking. Live sessions are ended at the service. */
  function closeNow(ids: readonly string[]): void {
    for (const id of ids) {
      const state = store.read();
      const tab = sessionTabById(state, id);
      const key = tab?.link.kind === 'session' ? tab.link.key : undefined;
      const live = tab !== undefined && isLive(stateOf(state, tab));
      changeTabs((tabs) => closeTab(tabs, id));
      terminals.close(id);
      store.change((current) => withoutTerminal(current, id));
      if (key === undefined) continue;
      if (live) void endAndForget(key);
      else {
        void door.forgetSession({ key });
        store.change((current) => withoutSession(current, key));
      }
    }
    setDialog(undefined);
    const { activeId } = store.read().tabs;
    if (activeId !== undefined) terminals.focus(activeId);
  }

  /** Closes, after a question when that ends live sessions and the setting wants one. */
  function close(ids: readonly string[]): void {
    const state = store.read();
    const endsSomething = ids.some((id) => {
      const tab = sessionTabById(state, id);
      return tab !== undefined && tab.link.kind === 'session' && isLive(stateOf(state, tab));
    });
    if (endsSomething && state.settings.confirmClose) setDialog({ kind: 'close-tabs', tabIds: ids });
    else closeNow(ids);
  }

  /**
   * The same target again in the same tab, its scrollback kept; for a query another member, `prefer` where it still is healthy. Only
   * where nothing runs.
   */
  async function restart(id: string, prefer?: string): Promise<void> {
    const state = store.read();
    const tab = sessionTabById(state, id);
    if (tab === undefined || isLive(stateOf(state, tab))) return;
    if (tab.link.kind !== 'session') {
      changeTabs((tabs) => changeTab(tabs, id, { link: { kind: 'asking' } }));
      terminals.setInput(id, 'open');
      await begin(id, tab.request);
      return;
    }
    await startAgain(id, tab.link.key, prefer);
  }

  async function startAgain(id: string, key: string, prefer?: string): Promise<void> {
    const controller = terminals.get(id);
    const size = controller?.size() ?? { cols: 80, rows: 24 };
    controller?.separate();
    const started = await valueOrNotice(
      context,
      door.restartSession({ key, ...size, ...(prefer === undefined ? {} : { prefer }) }),
    );
    if (started !== undefined) acceptSession(started.value);
    if (store.read().tabs.activeId === id) terminals.focus(id);
  }

  function notePicked(tab: SessionTab, session: SessionSummary): void {
    const picked = pickedBy(session);
    if (picked?.target === tab.picked?.target) return;
    changeTabs((tabs) => changeTab(tabs, tab.id, { picked }));
  }

  function acceptSession(session: SessionSummary): void {
    store.change((state) => withSession(state, session));
    for (const tab of store.read().tabs.items) {
      if (tab.kind !== 'session' || tab.link.kind !== 'session' || tab.link.key !== session.key) continue;
      terminals.setInput(tab.id, session.state.kind === 'ended' ? 'dead' : 'open');
      notePicked(tab, session);
    }
  }

  return {
    open,
    activate,
    /** Brings the tab of that session to the front, if there still is one. */
    activateKey(key: string): void {
      const { items } = store.read().tabs;
      const tab = items.find(
        (item) => item.kind === 'session' && item.link.kind === 'session' && item.link.key === key,
      );
      if (tab !== undefined) activate(tab.id);
    },
    close,
    closeNow,
    restart,
    acceptSession,
    attach,
    /** Every tab but this one. */
    closeOthers(id: string): void {
      const others = store.read().tabs.items.filter((tab) => tab.id !== id);
      close(others.map((tab) => tab.id));
    },
    duplicate(id: string): void {
      const tab = sessionTabById(store.read(), id);
      if (tab !== undefined) open(tab.request);
    },
    reopenClosed(): void {
      const request = store.read().tabs.closed.at(-1);
      if (request === undefined) return;
      changeTabs((tabs) => ({ ...tabs, closed: tabs.closed.slice(0, -1) }));
      open(request);
    },
    rename(id: string, title: string): void {
      const trimmed = title.trim();
      changeTabs((tabs) => changeTab(tabs, id, { title: trimmed === '' ? undefined : trimmed }));
      setDialog(undefined);
    },
    step(by: 1 | -1): void {
      changeTabs((tabs) => stepTab(tabs, by));
      const { activeId } = store.read().tabs;
      if (activeId !== undefined) terminals.focus(activeId);
    },
    /** `place` counts from 1; 9 is the last one, however many there are. */
    goToPlace(place: number): void {
      const { items } = store.read().tabs;
      const tab = place === 9 ? items.at(-1) : items[place - 1];
      if (tab !== undefined) activate(tab.id);
    },
    move: (id: string, to: number): void => changeTabs((tabs) => moveTab(tabs, id, to)),
    openView: (kind: ViewKind): void => changeTabs((tabs) => openTab(tabs, viewTabs[kind])),
    /** Ends the session and leaves its tab, to be read. */
    async end(id: string): Promise<void> {
      setDialog(undefined);
      const tab = sessionTabById(store.read(), id);
      if (tab?.link.kind !== 'session') return;
      await valueOrNotice(context, door.endSession({ key: tab.link.key }));
      terminals.focus(id);
    },
    /** Ends what runs in a tab, and opens the same target in it anew; for a query another member. */
    async startOver(id: string): Promise<void> {
      const tab = sessionTabById(store.read(), id);
      if (tab?.link.kind !== 'session') return;
      const { key } = tab.link;
      if ((await valueOrNotice(context, door.endSession({ key }))) !== undefined) await startAgain(id, key);
    },
    askToEnd: (id: string): void => setDialog({ kind: 'end-session', tabId: id }),
    /** Every tab whose session has ended or never began. */
    restartAll(): void {
      for (const { id } of store.read().tabs.items) void restart(id);
    },
    async reconnectNow(id: string): Promise<void> {
      const tab = sessionTabById(store.read(), id);
      if (tab?.link.kind !== 'session') return;
      await valueOrNotice(context, door.reconnectNow({ key: tab.link.key }));
      terminals.focus(id);
    },
    noteActivity(id: string, attention: 'activity' | 'bell'): void {
      const { tabs } = store.read();
      if (tabs.activeId === id) return;
      const tab = sessionTabById(store.read(), id);
      if (tab === undefined || tab.attention === attention || tab.attention === 'bell') return;
      changeTabs((current) => changeTab(current, id, { attention }));
    },
  };
}

export type SessionActions = ReturnType<typeof createSessionActions>;
