import { useEffect } from 'react';
import type { EventPayload } from '../../shared/contract.ts';
import { activeTab } from '../actions/session-actions.ts';
import type { App } from '../app.ts';
import { useApp } from '../views/use-app.ts';
import { filterId, runCommand } from './commands.ts';
import { type CommandId, commandOf, tabPlaceOf } from './shortcuts.ts';

type MenuCommand = EventPayload<'menuCommand'>['command'];

const menuCommands: Record<Exclude<MenuCommand, 'select-all'>, CommandId> = {
  'new-session': 'go-to-node',
  'close-tab': 'close-tab',
  'next-tab': 'next-tab',
  'previous-tab': 'previous-tab',
  find: 'find',
  copy: 'copy',
  paste: 'paste',
  'zoom-in': 'zoom-in',
  'zoom-out': 'zoom-out',
  'zoom-reset': 'zoom-reset',
  'open-settings': 'settings',
  'toggle-sidebar': 'toggle-sidebar',
  'go-to': 'palette',
};

/** The keys and the menu of the whole window. */
export function useShortcuts(): void {
  const app = useApp();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => handleKey(app, event);
    // Before xterm, which would send the keys to the shell.
    window.addEventListener('keydown', onKeyDown, true);
    const unsubscribe = app.door.on('menuCommand', ({ command }) => runMenuCommand(app, command));
    return () => {
      window.removeEventListener('keydown', onKeyDown, true);
      unsubscribe();
    };
  }, [app]);
}

function handleKey(app: App, event: KeyboardEvent): void {
  const { store, sessions } = app;
  const { start, dialog, quitQuestion } = store.read();
  const platform = start.kind === 'ready' ? start.value.platform : 'linux';
  // An open dialog has the keyboard, and text that is being composed is nobody's shortcut.
  if (dialog !== undefined || quitQuestion !== undefined || event.isComposing) return;
  const place = tabPlaceOf(event, platform);
  const command = commandOf(event, platform);
  let isDone = false;
  if (place !== undefined) {
    sessions.goToPlace(place);
    isDone = true;
  } else if (command !== undefined) isDone = runCommand(app, command);
  if (!isDone) return;
  event.preventDefault();
  event.stopPropagation();
}

function runMenuCommand(app: App, command: MenuCommand): void {
  if (command !== 'select-all') {
    if (app.store.read().dialog === undefined) runCommand(app, menuCommands[command]);
    return;
  }
  const focused = document.activeElement;
  if (focused instanceof HTMLInputElement && focused.closest('.terminal-host') === null) focused.select();
  else {
    const tab = activeTab(app.store.read());
    if (tab?.kind === 'session' && focused?.id !== filterId) app.terminals.get(tab.id)?.selectAll();
  }
}
