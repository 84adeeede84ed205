import { describe, expect, it } from 'vitest';
import { EscapeFilter } from '../../src/cli/session/escape-filter.ts';

/** What is sent and done for keys that arrive in these pieces. */
function filtered(pieces: Uint8Array[]): { sent: string; actions: string[] } {
  const filter = new EscapeFilter();
  const results = pieces.map((piece) => filter.push(piece));
  return {
    sent: Buffer.concat(results.map(({ forward }) => forward)).toString(),
    actions: results.flatMap(({ actions }) => actions),
  };
}

describe('escapes among typed keys', () => {
  const cases: [string, string, string, string[]][] = [
    ['~. at the very start ends', '~.', '', ['end']],
    ['~. after Enter ends', 'ls\r~.', 'ls\r', ['end']],
    ['~. after a line feed ends', 'ls\n~.', 'ls\n', ['end']],
    ['~. in a line is text', 'cd ~.', 'cd ~.', []],
    ['~~ is one ~', '~~', '~', []],
    ['after ~~ the line has begun', '~~.', '~.', []],
    ['~? asks for help', '~?ls', 'ls', ['help']],
    ['after help another escape is heard', '~?~.', '', ['help', 'end']],
    ['~ with anything else is both', '~/bin\r', '~/bin\r', []],
    ['~ and Enter is both, and a line has ended', '~\r~.', '~\r', ['end']],
    ['control characters pass', '\u0003\u0004\u001a', '\u0003\u0004\u001a', []],
    ['characters of several bytes pass', 'ä~.\r€', 'ä~.\r€', []],
  ];
  it.each(cases)('%s, in one piece and byte by byte', (_name, keys, sent, actions) => {
    const bytes = Buffer.from(keys);
    expect(filtered([bytes])).toEqual({ sent, actions });
    expect(filtered(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual({ sent, actions });
  });

  it('a ~ is held back until the next key comes', () => {
    const filter = new EscapeFilter();
    expect(filter.push(Buffer.from('~')).forward).toHaveLength(0);
    expect(Buffer.from(filter.push(Buffer.from('x')).forward).toString()).toBe('~x');
  });
});
