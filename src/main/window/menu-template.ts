import type { MenuItemConstructorOptions } from 'electron';
import type { EventPayload } from '../../shared/contract.ts';

export type MenuCommand = EventPayload<'menuCommand'>['command'];

interface Entry {
  label: string;
  command: MenuCommand;
  /**
   * On macOS, where Cmd is the application's own: the keys, or the system's item of that role. A text field there has its
   * keys from such items alone, and a terminal answers the events they cause.
   */
  mac: string | MenuItemConstructorOptions;
  /** On Windows and Linux, where every Ctrl and letter belongs to the shell, as does Alt. */
  other: string;
}

const newSession: Entry = {
  label: 'New session',
  command: 'new-session',
  mac: 'Cmd+T',
  other: 'Ctrl+Shift+T',
};
const closeTab: Entry = { label: 'Close tab', command: 'close-tab', mac: 'Cmd+W', other: 'Ctrl+Shift+W' };
const settings: Entry = { label: 'Settings…', command: 'open-settings', mac: 'Cmd+,', other: 'Ctrl+,' };

const edit: readonly Entry[] = [
  { label: 'Copy', command: 'copy', mac: { role: 'copy' }, other: 'Ctrl+Shift+C' },
  { label: 'Paste', command: 'paste', mac: { role: 'paste' }, other: 'Ctrl+Shift+V' },
  { label: 'Select all', command: 'select-all', mac: 'Cmd+A', other: 'Ctrl+Shift+A' },
  { label: 'Find…', command: 'find', mac: 'Cmd+F', other: 'Ctrl+Shift+F' },
];

const view: readonly Entry[] = [
  { label: 'Go to…', command: 'go-to', mac: 'Cmd+P', other: 'Ctrl+Shift+P' },
  { label: 'Show or hide the sidebar', command: 'toggle-sidebar', mac: 'Cmd+B', other: 'Ctrl+Shift+B' },
  { label: 'Zoom in', command: 'zoom-in', mac: 'Cmd+=', other: 'Ctrl+=' },
  { label: 'Zoom out', command: 'zoom-out', mac: 'Cmd+-', other: 'Ctrl+-' },
  { label: 'Actual size', command: 'zoom-reset', mac: 'Cmd+0', other: 'Ctrl+0' },
];

const tabs: readonly Entry[] = [
  { label: 'Next tab', command: 'next-tab', mac: 'Ctrl+Tab', other: 'Ctrl+Tab' },
  { label: 'Previous tab', command: 'previous-tab', mac: 'Ctrl+Shift+Tab', other: 'Ctrl+Shift+Tab' },
];

/**
 * The application menu. It is there for its accelerators, and on macOS to be seen. Labels have no mnemonics, which
 * would take Alt and a letter from the shell.
 */
export function menuTemplate(
  platform: NodeJS.Platform,
  send: (command: MenuCommand) => void,
): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const item = ({ label, command, mac, other }: Entry): MenuItemConstructorOptions => {
    const own = isMac ? mac : other;
    return typeof own === 'string' ? { label, accelerator: own, click: () => send(command) } : own;
  };
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const tabItems = tabs.map(item);
  if (!isMac) {
    return [
      {
        label: 'Nodewharf',
        submenu: [
          ...[newSession, closeTab].map(item),
          separator,
          item(settings),
          separator,
          { role: 'quit', accelerator: 'Ctrl+Shift+Q' },
        ],
      },
      { label: 'Edit', submenu: edit.map(item) },
      { label: 'View', submenu: view.map(item) },
      { label: 'Tabs', submenu: tabItems },
    ];
  }
  return [
    {
      label: 'Nodewharf',
      submenu: [
        { role: 'about' },
        separator,
        item(settings),
        separator,
        { role: 'services' },
        separator,
        { role: 'hide' },
        { role: 'hideOthers' },
        { role: 'unhide' },
        separator,
        { role: 'quit' },
      ],
    },
    { label: 'Session', submenu: [newSession, closeTab].map(item) },
    {
      label: 'Edit',
      submenu: [{ role: 'undo' }, { role: 'redo' }, separator, { role: 'cut' }, ...edit.map(item)],
    },
    { label: 'View', submenu: [...view.map(item), separator, { role: 'togglefullscreen' }] },
    { label: 'Window', submenu: [{ role: 'minimize' }, { role: 'zoom' }, separator, ...tabItems] },
  ];
}
