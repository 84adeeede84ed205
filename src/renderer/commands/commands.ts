import type { App } from '../app.ts';
import { activeTab, sessionTabById, stateOf } from '../actions/session-actions.ts';
import { withPanels, withTerminal } from '../state/app-state.ts';
import { isLive } from '../state/tabs.ts';
import type { CommandId } from './shortcuts.ts';

export const commandTitles: Record<CommandId, string> = {
  palette: 'Go to a node, a profile, an action',
  'go-to-node': 'New tab: choose a node',
  'close-tab': 'Close tab',
  'reopen-tab': 'Reopen closed tab',
  'next-tab': 'Next tab',
  'previous-tab': 'Previous tab',
  copy: 'Copy selection',
  paste: 'Paste',
  find: 'Find in terminal',
  clear: 'Clear scrollback',
  'zoom-in': 'Larger text',
  'zoom-out': 'Smaller text',
  'zoom-reset': 'Default text size',
  'focus-list': 'Filter nodes',
  'toggle-sidebar': 'Show or hide the node list',
  'toggle-inspector': 'Show or hide session details',
  'move-tab-left': 'Move tab left',
  'move-tab-right': 'Move tab right',
  tunnels: 'Tunnels',
  commands: 'Run a command',
  history: 'History',
  settings: 'Settings',
  shortcuts: 'Keyboard shortcuts',
};

/** The filter box of the node list. */
export const filterId = 'node-filter';

/** Carries the command out; false when there is nothing it could do now, so that the key goes on to the page. */
export function runCommand(app: App, command: CommandId): boolean {
  const { store, sessions, terminal, terminals, workspace } = app;
  const state = store.read();
  const tab = activeTab(state);
  const inTerminal = tab?.kind === 'session' ? tab.id : undefined;
  switch (command) {
    case 'palette':
      workspace.setDialog({ kind: 'palette' });
      return true;
    case 'go-to-node':
      workspace.setDialog({ kind: 'palette', only: 'nodes' });
      return true;
    case 'close-tab':
      if (tab !== undefined) sessions.close([tab.id]);
      return true;
    case 'reopen-tab':
      sessions.reopenClosed();
      return true;
    case 'next-tab':
      sessions.step(1);
      return true;
    case 'previous-tab':
      sessions.step(-1);
      return true;
    case 'copy':
      if (inTerminal === undefined || isInField()) return false;
      void terminal.copySelection(inTerminal);
      return true;
    case 'paste':
      if (inTerminal === undefined || isInField()) return false;
      void terminal.paste(inTerminal);
      return true;
    case 'find':
      if (inTerminal === undefined) return false;
      store.change((current) => withTerminal(current, inTerminal, { find: { index: -1, count: 0 } }));
      document.querySelector<HTMLInputElement>('[data-search-input]')?.select();
      return true;
    case 'clear':
      if (inTerminal !== undefined) terminals.get(inTerminal)?.clearScrollback();
      return true;
    case 'zoom-in':
      workspace.zoom(1);
      return true;
    case 'zoom-out':
      workspace.zoom(-1);
      return true;
    case 'zoom-reset':
      workspace.zoom('reset');
      return true;
    case 'focus-list':
      store.change((current) => withPanels(current, { sidebar: true }));
      requestAnimationFrame(() => document.getElementById(filterId)?.focus());
      return true;
    case 'toggle-sidebar':
      store.change((current) => withPanels(current, { sidebar: !current.panels.sidebar }));
      return true;
    case 'toggle-inspector':
      store.change((current) => withPanels(current, { inspector: !current.panels.inspector }));
      return true;
    case 'move-tab-left':
    case 'move-tab-right': {
      const at = state.tabs.items.findIndex(({ id }) => id === tab?.id);
      if (tab !== undefined) sessions.move(tab.id, command === 'move-tab-left' ? at - 1 : at + 1);
      return true;
    }
    case 'tunnels':
    case 'commands':
    case 'history':
      sessions.openView(command);
      return true;
    case 'settings':
      workspace.setDialog({ kind: 'settings' });
      return true;
    case 'shortcuts':
      if (isTyping()) return false;
      workspace.setDialog({ kind: 'shortcuts' });
      return true;
  }
}

/** A text field of the page other than a terminal's hidden one: copy and paste are its own there. */
function isInField(): boolean {
  const element = document.activeElement;
  return isTyping() && element?.closest('.terminal-host') === null;
}

function isTyping(): boolean {
  const element = document.activeElement;
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}

/** What the palette offers beside nodes and profiles. */
export function paletteCommands(app: App): readonly CommandId[] {
  const state = app.store.read();
  const tab = sessionTabById(state, state.tabs.activeId);
  return [
    ...(tab === undefined ? [] : (['find', 'close-tab', 'copy', 'paste', 'clear'] as const)),
    ...(state.tabs.closed.length === 0 ? [] : (['reopen-tab'] as const)),
    'tunnels',
    'commands',
    'history',
    'settings',
    'shortcuts',
    'toggle-sidebar',
    ...(tab !== undefined && isLive(stateOf(state, tab)) ? (['toggle-inspector'] as const) : []),
    'zoom-in',
    'zoom-out',
    'zoom-reset',
  ];
}
