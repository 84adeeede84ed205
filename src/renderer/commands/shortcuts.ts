import type { Workspace } from '../../shared/workspace.ts';

export type Platform = Workspace['platform'];

export const commandIds = [
  'palette',
  'go-to-node',
  'close-tab',
  'reopen-tab',
  'next-tab',
  'previous-tab',
  'copy',
  'paste',
  'find',
  'clear',
  'zoom-in',
  'zoom-out',
  'zoom-reset',
  'focus-list',
  'toggle-sidebar',
  'toggle-inspector',
  'move-tab-left',
  'move-tab-right',
  'tunnels',
  'commands',
  'history',
  'settings',
  'shortcuts',
] as const;
export type CommandId = (typeof commandIds)[number];

/**
 * A chord as `Ctrl+Shift+F`: modifiers in the order Ctrl, Alt, Shift, Cmd, then `KeyboardEvent.key` with letters in upper
 * case. On Linux and Windows no chord is Ctrl with a letter alone: those belong to the shell.
 */
type Chords = Partial<Record<CommandId, readonly string[]>>;

const elsewhere: Chords = {
  palette: ['Ctrl+Shift+P'],
  'go-to-node': ['Ctrl+Shift+T'],
  'close-tab': ['Ctrl+Shift+W'],
  'reopen-tab': ['Ctrl+Shift+Z'],
  'next-tab': ['Ctrl+Tab'],
  'previous-tab': ['Ctrl+Shift+Tab'],
  copy: ['Ctrl+Shift+C', 'Ctrl+Insert'],
  paste: ['Ctrl+Shift+V', 'Shift+Insert'],
  find: ['Ctrl+Shift+F'],
  'zoom-in': ['Ctrl+=', 'Ctrl++', 'Ctrl+Shift++'],
  'zoom-out': ['Ctrl+-'],
  'zoom-reset': ['Ctrl+0'],
  'focus-list': ['Ctrl+Shift+L'],
  'toggle-sidebar': ['Ctrl+Shift+B'],
  'toggle-inspector': ['Ctrl+Shift+E'],
  'move-tab-left': ['Ctrl+Shift+PageUp'],
  'move-tab-right': ['Ctrl+Shift+PageDown'],
  tunnels: ['Ctrl+Shift+G'],
  commands: ['Ctrl+Shift+R'],
  history: ['Ctrl+Shift+H'],
  settings: ['Ctrl+,'],
  shortcuts: ['?'],
};

const mac: Chords = {
  palette: ['Shift+Cmd+P', 'Cmd+P'],
  'go-to-node': ['Cmd+T'],
  'close-tab': ['Cmd+W'],
  'reopen-tab': ['Shift+Cmd+T'],
  'next-tab': ['Ctrl+Tab'],
  'previous-tab': ['Ctrl+Shift+Tab'],
  copy: ['Cmd+C'],
  paste: ['Cmd+V'],
  find: ['Cmd+F'],
  clear: ['Cmd+K'],
  'zoom-in': ['Cmd+=', 'Cmd++', 'Shift+Cmd++'],
  'zoom-out': ['Cmd+-'],
  'zoom-reset': ['Cmd+0'],
  'focus-list': ['Shift+Cmd+L'],
  'toggle-sidebar': ['Shift+Cmd+B'],
  'toggle-inspector': ['Shift+Cmd+E'],
  'move-tab-left': ['Shift+Cmd+PageUp'],
  'move-tab-right': ['Shift+Cmd+PageDown'],
  tunnels: ['Shift+Cmd+G'],
  commands: ['Shift+Cmd+R'],
  history: ['Shift+Cmd+H'],
  settings: ['Cmd+,'],
  shortcuts: ['?'],
};

export const chordsOf = (command: CommandId, platform: Platform): readonly string[] =>
  (platform === 'darwin' ? mac : elsewhere)[command] ?? [];

/** What a person reads: the first chord. */
export const shortcutLabel = (command: CommandId, platform: Platform): string =>
  chordsOf(command, platform)[0] ?? '';

type Keys = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey'>;

export function chordOf({ key, ctrlKey, altKey, shiftKey, metaKey }: Keys): string {
  const modifiers = [
    ...(ctrlKey ? ['Ctrl'] : []),
    ...(altKey ? ['Alt'] : []),
    // `?` is Shift with some key of the layout; which one says nothing.
    ...(shiftKey && !isShiftedSign(key, ctrlKey || altKey || metaKey) ? ['Shift'] : []),
    ...(metaKey ? ['Cmd'] : []),
  ];
  return [...modifiers, key.length === 1 ? key.toUpperCase() : key].join('+');
}

const isShiftedSign = (key: string, isModified: boolean): boolean =>
  !isModified && key.length === 1 && key.toLowerCase() === key.toUpperCase();

/** The command of a key press. AltGr types characters: Windows reports it as Ctrl and Alt. */
export function commandOf(keys: Keys, platform: Platform): CommandId | undefined {
  const chord = chordOf(keys);
  return commandIds.find((command) => chordsOf(command, platform).includes(chord));
}

/** Alt+1 to Alt+9, on a Mac Cmd: the tab's place, counted from 1. By the key's place, so that any layout has them. */
export function tabPlaceOf(
  { code, ctrlKey, altKey, shiftKey, metaKey }: Keys,
  platform: Platform,
): number | undefined {
  const [wanted, other] = platform === 'darwin' ? [metaKey, altKey] : [altKey, metaKey];
  const digit = /^Digit([1-9])$/.exec(code)?.[1];
  return wanted && !other && !ctrlKey && !shiftKey && digit !== undefined ? Number(digit) : undefined;
}
