import type { Locator } from '@playwright/test';
import headless from '@xterm/headless';
import type { Seen } from './relay.ts';

/** The rows of a terminal as a person reads them: spaces at the end do not show. */
export type Screen = readonly string[];

/** What the app's terminal shows, read from the rows that its DOM renderer drew. */
export async function appScreen(terminal: Locator): Promise<Screen> {
  const rows = await terminal.locator('.xterm-rows > div').allTextContents();
  return rows.map(trimmed);
}

/** What another terminal shows after the same bytes, at the same sizes. */
export async function witnessScreen(seen: readonly Seen[]): Promise<Screen> {
  const terminal = new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true, scrollback: 0 });
  try {
    for (const event of seen) {
      if (event.kind === 'size') terminal.resize(event.cols, event.rows);
      else await new Promise<void>((resolve) => terminal.write(event.bytes, resolve));
    }
    const buffer = terminal.buffer.active;
    return Array.from({ length: terminal.rows }, (_, row) =>
      trimmed(buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? ''),
    );
  } finally {
    terminal.dispose();
  }
}

/** The DOM renderer draws some spaces as no-break spaces. */
function trimmed(row: string): string {
  return row.replaceAll('\u00a0', ' ').trimEnd();
}
