import { describe, expect, it } from 'vitest';
import { ScreenModes } from '../../src/cli/session/screen-modes.ts';

function after(...pieces: (string | Uint8Array)[]): { isAlternate: boolean; undo: string } {
  const modes = new ScreenModes();
  for (const piece of pieces) modes.read(Buffer.from(piece));
  return { isAlternate: modes.isAlternate, undo: modes.undo };
}

const untouched = { isAlternate: false, undo: '' };

describe('the screen as a session has left it', () => {
  const cases: [string, string, { isAlternate: boolean; undo: string }][] = [
    ['plain text changes nothing', 'hello\r\n\u001b[31mred\u001b[0m', untouched],
    ['a full-screen program has the screen', '\u001b[?1049h', { isAlternate: true, undo: '\u001b[?1049l' }],
    ['and has left it', '\u001b[?1049hx\u001b[?1049l', untouched],
    ['the older ways to the alternate screen', '\u001b[?47h', { isAlternate: true, undo: '\u001b[?47l' }],
    ['a hidden cursor is shown again', '\u001b[?25l', { isAlternate: false, undo: '\u001b[?25h' }],
    [
      'several modes in one sequence; the screen is left last',
      '\u001b[?1049;1000;1006h\u001b[?2004h',
      { isAlternate: true, undo: '\u001b[?2004l\u001b[?1006l\u001b[?1000l\u001b[?1049l' },
    ],
    ['modes that do no harm are left alone', '\u001b[?7;12h\u001b[?9999h', untouched],
    ['other sequences with those numbers mean other things', '\u001b[1049h\u001b[?1049$p', untouched],
    [
      'an escape within a sequence begins anew',
      '\u001b[?10\u001b[?25l',
      { isAlternate: false, undo: '\u001b[?25h' },
    ],
    ['a sequence without an end is given up', `\u001b[?${'1;'.repeat(100)}1049h`, untouched],
  ];
  it.each(cases)('%s, in one piece and byte by byte', (_name, text, expected) => {
    expect(after(text)).toEqual(expected);
    expect(after(...Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte)))).toEqual(expected);
  });
});
