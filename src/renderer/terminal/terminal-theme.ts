import type { ITheme } from '@xterm/xterm';

const colours = {
  background: '--surface-terminal',
  foreground: '--term-text',
  cursor: '--term-cursor',
  cursorAccent: '--surface-terminal',
  selectionBackground: '--term-selection',
  selectionInactiveBackground: '--term-selection',
  scrollbarSliderBackground: '--line-strong',
  scrollbarSliderHoverBackground: '--mark-idle',
  scrollbarSliderActiveBackground: '--mark-idle',
  black: '--term-black',
  red: '--term-red',
  green: '--term-green',
  yellow: '--term-yellow',
  blue: '--term-blue',
  magenta: '--term-magenta',
  cyan: '--term-cyan',
  white: '--term-white',
  brightBlack: '--term-bright-black',
  brightRed: '--term-bright-red',
  brightGreen: '--term-bright-green',
  brightYellow: '--term-bright-yellow',
  brightBlue: '--term-bright-blue',
  brightMagenta: '--term-bright-magenta',
  brightCyan: '--term-bright-cyan',
  brightWhite: '--term-bright-white',
} as const satisfies Partial<Record<keyof ITheme, string>>;

/**
 * The tokens' colours as xterm wants them. A custom property keeps its light-dark() as it was written, so each is asked
 * for as the colour of an element.
 */
export function readTerminalTheme(): ITheme & { match: string; matchCurrent: string } {
  const probe = document.createElement('i');
  document.body.append(probe);
  const read = (token: string): string => {
    probe.style.color = `var(${token})`;
    return toHex(getComputedStyle(probe).color);
  };
  try {
    const theme = Object.fromEntries(Object.entries(colours).map(([name, token]) => [name, read(token)]));
    return { ...theme, match: read('--term-match'), matchCurrent: read('--term-match-current') };
  } finally {
    probe.remove();
  }
}

/** `rgb(15, 19, 23)` to `#0f1317`: the search addon takes nothing else. */
function toHex(colour: string): string {
  const parts = colour.match(/\d+/g) ?? [];
  return `#${parts
    .slice(0, 3)
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`;
}
