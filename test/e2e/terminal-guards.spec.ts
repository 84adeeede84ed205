import type { Page } from '@playwright/test';
import { expect, type RunningApp, test } from './support/app.ts';

const rows = (page: Page) => page.locator('[data-testid=terminal]:visible .xterm-rows');

async function type(page: Page, line: string): Promise<void> {
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

const setClipboard = ({ app }: RunningApp, text: string): Promise<void> =>
  app.evaluate(({ clipboard }, value) => clipboard.writeText(value), text);
const clipboardOf = ({ app }: RunningApp): Promise<string> =>
  app.evaluate(({ clipboard }) => clipboard.readText());

test('one line is pasted as it is, and waits for Enter', async ({ launch }) => {
  const running = await launch();
  await running.connect('lab-web');
  await setClipboard(running, 'echo "pasted $((3*4))"\n');
  await running.page.keyboard.press('Control+Shift+V');
  await expect(rows(running.page)).toContainText('echo "pasted $((3*4))"');
  await expect(rows(running.page)).not.toContainText('pasted 12');
  await running.page.keyboard.press('Enter');
  await expect(rows(running.page)).toContainText('pasted 12');
});

test('several lines and control characters are shown before a shell gets them', async ({ launch }) => {
  const running = await launch();
  const { page } = running;
  await running.connect('lab-web');
  await setClipboard(running, 'echo "one $((1+0))"\r\necho "two\u0007 $((1+1))"\r\n');
  await page.keyboard.press('Shift+Insert');
  const dialog = page.getByRole('dialog', { name: 'Paste 2 lines' });
  await expect(dialog).toContainText('1 control character will be removed');
  await expect(dialog.getByLabel('Text to paste')).toContainText('echo "one $((1+0))"');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(rows(page)).not.toContainText('one 1');
  await page.keyboard.press('Control+Shift+V');
  await dialog.getByRole('button', { name: 'Paste without them' }).click();
  await expect(rows(page)).toContainText('one 1');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toContainText('two 2');
});

test('a paste goes as one piece to a program that asked for bracketed paste', async ({ launch }) => {
  const running = await launch();
  const { page } = running;
  await running.connect('lab-web');
  await type(page, `printf '\\033[?2004h'; cat -v`);
  await setClipboard(running, 'first\nsecond');
  await page.keyboard.press('Control+Shift+V');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toContainText('^[[200~first');
  await expect(rows(page)).toContainText('second^[[201~');
});

test('what is selected is copied without the blanks at the ends of its lines', async ({ launch }) => {
  const running = await launch();
  const { page } = running;
  await running.connect('lab-web');
  await type(page, `clear; printf 'copy  me   \\nand me\\n'`);
  await expect(rows(page)).toContainText('and me');
  await page.locator('[data-testid=terminal]:visible').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Select all' }).click();
  await page.keyboard.press('Control+Shift+C');
  await expect.poll(() => clipboardOf(running)).toContain('copy  me\nand me\n');
});

test('a remote program can neither write the clipboard nor read it', async ({ launch }) => {
  const running = await launch();
  const { page } = running;
  await running.connect('lab-web');
  await setClipboard(running, 'mine');
  await type(
    page,
    `printf '\\033]52;c;%s\\007' "$(printf stolen | base64)"; printf '\\033]52;c;?\\007'; echo "done $((1+1))"`,
  );
  await expect(rows(page)).toContainText('done 2');
  expect(await clipboardOf(running)).toBe('mine');
  await expect(rows(page)).not.toContainText('bWluZQ');
});

test('a link opens with Ctrl and a click only, and says where it leads', async ({ launch }) => {
  const running = await launch();
  const { app, page } = running;
  await running.connect('lab-web');
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { openedLinks: opened });
    shell.openExternal = (url) => {
      opened.push(url);
      return Promise.resolve();
    };
  });
  const opened = () => app.evaluate(() => (globalThis as unknown as { openedLinks: string[] }).openedLinks);
  await type(page, 'clear; echo "see http""s://example.com/a?b=c now"; echo "java""script:alert(1)"');
  await expect(rows(page)).toContainText('see https://example.com/a?b=c now');
  const box = await page.locator('[data-testid=terminal]:visible .xterm-screen').boundingBox();
  const line = await rows(page).locator('> div', { hasText: 'see https' }).boundingBox();
  if (box === null || line === null) throw new Error('The terminal is not drawn.');
  const at = { x: box.x + 100, y: line.y + line.height / 2 };
  await page.mouse.move(at.x - 5, at.y);
  await page.mouse.move(at.x, at.y);
  await expect(page.getByRole('tooltip')).toContainText('https://example.com/a?b=c');
  await page.mouse.click(at.x, at.y);
  expect(await opened()).toEqual([]);
  await page.keyboard.down('Control');
  await page.mouse.click(at.x, at.y);
  await page.keyboard.up('Control');
  await expect.poll(opened).toEqual(['https://example.com/a?b=c']);
});

test('control keys of the shell stay with the shell', async ({ launch }) => {
  const { page, connect } = await launch();
  await connect('lab-web');
  await type(
    page,
    'stty raw -echo; echo "keys: $((1+1))"; dd bs=1 count=9 2>/dev/null | od -An -tx1; stty sane',
  );
  await expect(rows(page)).toContainText('keys: 2');
  for (const letter of ['w', 't', 'p', 'f', 'l', 'k', 'n', 'r', 'y'])
    await page.keyboard.press(`Control+${letter}`);
  await expect(rows(page)).toContainText('17 14 10 06 0c 0b 0e 12 19');
  await expect(page.getByTestId('tab')).toHaveCount(1);
});
