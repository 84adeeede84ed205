import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** Decision 27: computed for every pair of a text colour and a surface that it may stand on, in both themes. */
const textMinimum = 4.5;
const markMinimum = 3;

const css = readFileSync(new URL('../../src/renderer/styles/tokens.css', import.meta.url), 'utf8');
const [plain = '', more = ''] = css.split('@media (prefers-contrast: more)');

type Theme = 'light' | 'dark';

function tokensOf(text: string): Map<string, Record<Theme, string>> {
  const found = text.matchAll(/(--[\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g);
  return new Map([...found].map(([, name = '', light = '', dark = '']) => [name, { light, dark }]));
}

const normal = tokensOf(plain);
const highContrast = new Map([...normal, ...tokensOf(more)]);

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const surfaces = [...normal.keys()].filter((name) => name.startsWith('--surface-'));
const texts = [...normal.keys()].filter((name) => name.startsWith('--text'));
const marks = [...normal.keys()].filter(
  (name) => name.startsWith('--mark-') || name.startsWith('--env-') || name === '--focus',
);
const terminalTexts = [...normal.keys()].filter(
  // The first colour, black, is a ground to write on.
  (name) => /^--term-(?!cursor|selection|match|black)/.test(name),
);

/** Pairs that fall short, as `--text-3 on --surface-hover, dark: 4.1`. */
function tooFaint(tokens: typeof normal, fronts: string[], backs: string[], minimum: number): string[] {
  return fronts.flatMap((front) =>
    backs.flatMap((back) =>
      (['light', 'dark'] as const).flatMap((theme) => {
        const [a, b] = [tokens.get(front)?.[theme], tokens.get(back)?.[theme]];
        if (a === undefined || b === undefined) return [`${front} or ${back} is no colour`];
        const ratio = contrast(a, b);
        return ratio >= minimum ? [] : [`${front} on ${back}, ${theme}: ${ratio.toFixed(2)}`];
      }),
    ),
  );
}

describe.each([
  ['the normal tokens', normal],
  ['the tokens for more contrast', highContrast],
])('%s', (_name, tokens) => {
  test('keep every text readable on every surface', () => {
    expect(texts.length * surfaces.length).toBeGreaterThan(50);
    expect(tooFaint(tokens, texts, surfaces, textMinimum)).toEqual([]);
  });

  test('keep text on filled buttons readable, also under the pointer', () => {
    expect(tooFaint(tokens, ['--on-accent'], ['--accent', '--accent-hover'], textMinimum)).toEqual([]);
    expect(tooFaint(tokens, ['--on-danger'], ['--danger', '--danger-hover'], textMinimum)).toEqual([]);
  });

  test('keep marks, environment accents and the focus ring visible on every surface', () => {
    expect(tooFaint(tokens, marks, surfaces, markMinimum)).toEqual([]);
  });

  test('keep the terminal readable, also where text is selected or found', () => {
    expect(tooFaint(tokens, terminalTexts, ['--surface-terminal'], textMinimum)).toEqual([]);
    expect(tooFaint(tokens, ['--term-text'], ['--term-selection', '--term-match'], textMinimum)).toEqual([]);
    expect(tooFaint(tokens, ['--term-cursor'], ['--surface-terminal'], markMinimum)).toEqual([]);
  });
});

test('the contrast of black on white is 21', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21);
});
