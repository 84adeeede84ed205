import { describe, expect, test } from 'vitest';
import { chordsOf, commandIds, commandOf, tabPlaceOf } from '../../../src/renderer/commands/shortcuts.ts';

type Keys = Parameters<typeof commandOf>[0];

function press(chord: string, change: Partial<Keys> = {}): Keys {
  const parts = chord === 'Ctrl++' ? ['Ctrl', '+'] : chord.split('+');
  const key = parts.at(-1) ?? '';
  return {
    key: key.length === 1 && parts.includes('Shift') ? key.toUpperCase() : key,
    code: '',
    ctrlKey: parts.includes('Ctrl'),
    altKey: parts.includes('Alt'),
    shiftKey: parts.includes('Shift'),
    metaKey: parts.includes('Cmd'),
    ...change,
  };
}

describe('shortcuts', () => {
  test.each([
    ['Ctrl+Shift+c', 'copy'],
    ['Ctrl+Shift+v', 'paste'],
    ['Shift+Insert', 'paste'],
    ['Ctrl+Shift+f', 'find'],
    ['Ctrl+Shift+p', 'palette'],
    ['Ctrl+Shift+t', 'go-to-node'],
    ['Ctrl+Shift+w', 'close-tab'],
    ['Ctrl+Shift+z', 'reopen-tab'],
    ['Ctrl+Tab', 'next-tab'],
    ['Ctrl+Shift+Tab', 'previous-tab'],
    ['Ctrl+,', 'settings'],
    ['Ctrl+=', 'zoom-in'],
    ['Ctrl+-', 'zoom-out'],
    ['Ctrl+0', 'zoom-reset'],
  ] as const)('%s on Linux and Windows is %s', (chord, command) => {
    expect([commandOf(press(chord), 'linux'), commandOf(press(chord), 'win32')]).toEqual([command, command]);
  });

  test('leave Ctrl with a letter alone to the shell, except on a Mac, where Cmd is the key', () => {
    const taken = 'abcdefghijklmnopqrstuvwxyz'
      .split('')
      .filter((letter) =>
        (['linux', 'win32', 'darwin'] as const).some((on) => commandOf(press(`Ctrl+${letter}`), on)),
      );
    expect(taken).toEqual([]);
    expect(commandOf(press('Cmd+c'), 'darwin')).toBe('copy');
  });

  test('find ? whatever key of the layout has it, and not when it is part of a chord', () => {
    expect(commandOf(press('?', { shiftKey: true }), 'linux')).toBe('shortcuts');
    expect(commandOf(press('?', { shiftKey: true, ctrlKey: true }), 'linux')).toBeUndefined();
  });

  test('are not confused by characters typed with AltGr, which Windows reports as Ctrl and Alt', () => {
    const typed = ['@', '{', '}', '\\', '€', ',', '-', '=', '0'].filter((key) =>
      commandOf(press('x', { key, ctrlKey: true, altKey: true }), 'win32'),
    );
    expect(typed).toEqual([]);
    expect(tabPlaceOf(press('2', { code: 'Digit2', ctrlKey: true, altKey: true }), 'win32')).toBeUndefined();
  });

  test('count tabs by the place of the digit key', () => {
    expect(tabPlaceOf(press('Alt+&', { code: 'Digit1' }), 'linux')).toBe(1);
    expect(tabPlaceOf(press('Cmd+9', { code: 'Digit9' }), 'darwin')).toBe(9);
    expect(tabPlaceOf(press('Alt+0', { code: 'Digit0' }), 'linux')).toBeUndefined();
  });

  test.each(['linux', 'darwin', 'win32'] as const)('mean one thing each on %s', (platform) => {
    const chords = commandIds.flatMap((command) => chordsOf(command, platform));
    expect(chords.filter((chord, at) => chords.indexOf(chord) !== at)).toEqual([]);
  });
});
