import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { test } from './support/fixtures.ts';

// A minute is plenty on a free machine; on a busy one a test may take three.
test.slow();

const floodBytes = 200_000_000;
const keys = 'keys typed while it floods'.replaceAll(' ', '').split('');

test('200 MB of output in one tab arrive whole while the keys of the other tab are answered', async ({
  opened,
  folder,
}) => {
  const file = join(folder, 'flood.txt');
  await writeFlood(file);
  const quiet = await opened.openTab('lab-db');
  const loud = await opened.openTab('lab-web');
  const before = await loud.bytesIn();
  await loud.run(`cat '${file}'; printf 'flood is %s\\n' over`);
  await expect.poll(() => loud.bytesIn()).toBeGreaterThan(before + 1_000_000);

  await quiet.focus();
  let typed = '';
  for (const key of keys) {
    typed += key;
    await opened.page.keyboard.press(key);
    await expect(quiet.terminal.locator('.xterm-rows')).toContainText(typed);
  }
  // Each of them was answered before the flood was over, not after it.
  expect(await loud.bytesIn()).toBeLessThan(floodBytes);

  await loud.focus();
  await expect(loud.terminal.locator('.xterm-rows')).toContainText('flood is over', { timeout: 55_000 });
  // Every line of the file, its end turned into two bytes by the terminal driver.
  expect(await loud.bytesIn()).toBeGreaterThanOrEqual(before + floodBytes + floodBytes / lineBytes);
});

const lineBytes = 80;

async function writeFlood(file: string): Promise<void> {
  const out = createWriteStream(file);
  const block = `${'flood '.repeat(20).slice(0, lineBytes - 1)}\n`.repeat(12_500);
  for (let written = 0; written < floodBytes; written += block.length) {
    if (!out.write(block)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}
