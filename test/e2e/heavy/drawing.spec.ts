import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { OpenApp, Tab } from './support/app.ts';
import { test } from './support/fixtures.ts';
import type { Relay } from './support/relay.ts';
import { appScreen, witnessScreen } from './support/screen.ts';

// A minute is plenty on a free machine; on a busy one a test may take three.
test.slow();

/** The app's terminal and another one, fed what the lab's agent sent, show the same. */
async function expectSameScreen(tab: Tab, relay: Relay, sign: string): Promise<void> {
  await expect(tab.terminal.locator('.xterm-rows')).toContainText(sign);
  await expect
    .poll(async () => {
      const [shown, expected] = [await appScreen(tab.terminal), await witnessScreen(relay.seen)];
      return { shown, expected, same: JSON.stringify(shown) === JSON.stringify(expected) };
    })
    .toMatchObject({ same: true });
}

async function resizeWindow({ app }: OpenApp, width: number, height: number): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
    { width, height },
  );
}

/** Draws, resizes to something smaller and something larger, and compares each time. */
async function expectDrawnRight(opened: OpenApp, tab: Tab, relay: Relay, sign: string): Promise<void> {
  await expectSameScreen(tab, relay, sign);
  for (const [width, height] of [
    [900, 500],
    [1200, 760],
  ] as const) {
    const sizes = relay.seen.filter(({ kind }) => kind === 'size').length;
    await resizeWindow(opened, width, height);
    await expect.poll(() => relay.seen.filter(({ kind }) => kind === 'size').length).toBeGreaterThan(sizes);
    await expectSameScreen(tab, relay, sign);
  }
}

test('vim draws right, after a resize too', async ({ relayed, relay, folder }) => {
  const file = join(folder, 'text.txt');
  const text = Array.from(
    { length: 200 },
    (_, line) => `line ${line + 1} — “quoted”, 漢字, ${'x'.repeat(line % 100)}`,
  );
  await writeFile(file, text.join('\n'));
  const tab = await relayed.openTab('lab-web');
  await tab.run(`vim -u NONE -i NONE -n -c 'set number laststatus=2 ruler' '${file}'`);
  await expectDrawnRight(relayed, tab, relay, 'line 1 ');
  await relayed.page.keyboard.type('100Gzt');
  await expectDrawnRight(relayed, tab, relay, 'line 100 ');
});

test('htop draws right, after a resize too', async ({ relayed, relay, folder }) => {
  const tab = await relayed.openTab('lab-web');
  // Twenty seconds between its own updates, so that there is a still picture to compare.
  await tab.run(`HTOPRC='${join(folder, 'htoprc')}' htop -d 200`);
  // The first of its keys: on a narrow screen the later ones are cut off.
  await expectDrawnRight(relayed, tab, relay, 'F1Help');
});

test('less draws right, after a resize too', async ({ relayed, relay, folder }) => {
  const file = join(folder, 'long.txt');
  await writeFile(
    file,
    Array.from({ length: 500 }, (_, line) => `row ${line + 1} ${'· '.repeat(line % 60)}`).join('\n'),
  );
  const tab = await relayed.openTab('lab-web');
  await tab.run(`less '${file}'`);
  await expectDrawnRight(relayed, tab, relay, 'row 1 ');
  await relayed.page.keyboard.press('G');
  await expect(tab.terminal.locator('.xterm-rows')).toContainText('row 500 ');
  // less keeps its first line through a resize, so a smaller screen ends before the last row.
  await expectDrawnRight(relayed, tab, relay, 'row 4');
});
