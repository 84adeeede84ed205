import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type RunningApp, test } from './support/app.ts';

/** 5 MB, each line another. */
const lines = 70_000;
const line = (number: number): string =>
  `line ${number} ąę of a text whose every byte is looked at in the end, with ✓`;
const text = Array.from({ length: lines }, (_, number) => line(number)).join('\n');

const hash = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function pasteInto({ app, page }: RunningApp, path: string): Promise<void> {
  await page.keyboard.type(`cat > ${path}`);
  await page.keyboard.press('Enter');
  await app.evaluate(({ clipboard }, value) => clipboard.writeText(value), text);
  await page.keyboard.press('Control+Shift+V');
  await page
    .getByRole('dialog', { name: `Paste ${lines.toLocaleString()} lines` })
    .getByRole('button', { name: 'Paste' })
    .click();
}

test('5 MB pasted into a file arrive to the byte, and the way there is shown', async ({ launch, folder }) => {
  const running = await launch();
  const { page } = running;
  await running.connect('lab-web');
  const path = join(folder, 'pasted');
  await pasteInto(running, path);
  const progress = page.getByTestId('paste-progress');
  await expect(progress).toContainText(/Pasting, .* of 5\.\d MB/);
  await expect(progress).toHaveCount(0, { timeout: 40_000 });
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+d');
  await expect.poll(async () => hash(await readFile(path)), { timeout: 20_000 }).toBe(hash(`${text}\n`));
});

test('a long paste is stopped where it is, and the shell is at hand again', async ({ launch, folder }) => {
  const running = await launch();
  const { page } = running;
  const terminal = await running.connect('lab-web');
  const path = join(folder, 'stopped');
  await pasteInto(running, path);
  const progress = page.getByTestId('paste-progress');
  await progress.getByRole('button', { name: 'Cancel' }).click();
  await expect(progress).toHaveCount(0);
  await page.keyboard.press('Control+c');
  await page.keyboard.type('clear; echo "at $((40+2)) hand"');
  await page.keyboard.press('Enter');
  await expect(terminal.locator('.xterm-rows')).toContainText('at 42 hand', { timeout: 30_000 });
  const { size } = await stat(path);
  expect(size).toBeLessThan(Buffer.byteLength(text));
  // What has arrived is its beginning.
  const kept = await readFile(path, 'utf8');
  expect(text.startsWith(kept.slice(0, kept.lastIndexOf('\n') + 1))).toBe(true);
});
