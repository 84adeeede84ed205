import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/app.ts';

const rowsOf = (terminal: Locator): Locator => terminal.locator('.xterm-rows');

async function type(page: Page, line: string): Promise<void> {
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

test('a click on a node gives a shell that runs what is typed', async ({ launch }) => {
  const { page, connect } = await launch();
  const terminal = await connect('lab-web');
  await expect(page.getByTestId('tab')).toHaveAttribute('data-state', 'live');
  await type(page, 'echo $((6*7))-$((1+1)) ąęß');
  await expect(rowsOf(terminal)).toContainText('42-2 ąęß');
});

test('the shell has the size that the tab shows, also after the window has changed', async ({ launch }) => {
  const { app, page, connect } = await launch();
  const terminal = await connect('lab-web');
  const shown = async (): Promise<string> => {
    const [cols, rows] = ((await page.getByTestId('terminal-size').textContent()) ?? '').split(' x ');
    return `size ${rows} ${cols} end`;
  };
  await type(page, 'echo "size $(stty size) end"');
  await expect(rowsOf(terminal)).toContainText(await shown());
  const before = await shown();
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(900, 560));
  await expect.poll(shown).not.toBe(before);
  await type(page, 'clear; echo "size $(stty size) end"');
  await expect.poll(async () => (await rowsOf(terminal).textContent())?.includes(await shown())).toBe(true);
});

test('two tabs are two shells on two nodes', async ({ launch }) => {
  const { page, connect } = await launch();
  const first = await connect('lab-web');
  await type(page, 'mine=first');
  const second = await connect('lab-db');
  await type(page, 'echo "have [$mine] here"');
  await expect(rowsOf(second)).toContainText('have [] here');
  await page.getByRole('tab', { name: /lab-web/ }).click();
  await type(page, 'echo "have [$mine] here"');
  await expect(rowsOf(page.locator('[data-testid=terminal]:visible .xterm'))).toContainText(
    'have [first] here',
  );
  await expect(page.getByTestId('tab')).toHaveCount(2);
  await expect(first).toBeVisible();
});

test('an ended tab keeps what it printed, says when it ended, and Enter starts it again below', async ({
  launch,
}) => {
  const { page, connect } = await launch();
  const terminal = await connect('lab-web');
  await type(page, 'echo "kept $((40+2)) here"; exit');
  const bar = page.getByTestId('state-bar');
  await expect(bar).toContainText(/\d+:\d\d/);
  await expect(bar).toContainText('Press Enter to reconnect');
  await expect(page.getByTestId('tab')).toHaveAttribute('data-state', 'ended');
  await expect(rowsOf(terminal)).toContainText('kept 42 here');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('tab')).toHaveAttribute('data-state', 'live');
  await type(page, 'echo "again $((1+1))"');
  await expect(rowsOf(terminal)).toContainText('again 2');
  await expect(rowsOf(terminal)).toContainText('kept 42 here');
});

test('closing a live tab asks, and ends its session', async ({ launch }) => {
  const { page, connect, call } = await launch();
  await connect('lab-web');
  await page.keyboard.press('Control+Shift+W');
  const question = page.getByRole('alertdialog', { name: 'Close this tab' });
  await expect(question).toContainText('lab-web');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByTestId('tab')).toHaveCount(1);
  await page.keyboard.press('Control+Shift+W');
  await question.getByRole('button', { name: 'End session' }).click();
  await expect(page.getByTestId('tab')).toHaveCount(0);
  await expect
    .poll(async () => (await call('listHistory', { limit: 9 }))[0]?.end)
    .toEqual({ kind: 'ended-by-user' });
});

test('an offline node says why, and trying anyway shows the service error in full', async ({ launch }) => {
  const { page } = await launch();
  const offline = page.locator('[data-testid=node-row][data-offline]').first();
  await expect(offline).toContainText('offline');
  await offline.click();
  const dialog = page.getByRole('alertdialog', { name: /is offline/ });
  await expect(dialog).toContainText('SSM agent');
  await dialog.getByRole('button', { name: 'Try anyway' }).click();
  const card = page.getByTestId('error-card');
  await expect(card).toContainText('The node is not connected');
  await expect(card).toContainText('TargetNotConnected');
  await expect(card).toContainText(/request [0-9a-f-]{8,}/);
  await expect(page.getByTestId('tab')).toHaveAttribute('data-state', 'not-started');
});

test('search finds text in the scrollback, counts it and goes away with Escape', async ({ launch }) => {
  const { page, connect } = await launch();
  await connect('lab-web');
  await type(page, 'clear; for i in 1 2 3; do echo "needle $((i*11))"; done');
  await expect(page.locator('.xterm-rows').first()).toContainText('needle 33');
  await page.keyboard.press('Control+Shift+F');
  await page.keyboard.type('needle \\d\\d');
  const bar = page.getByTestId('search-bar');
  await expect(bar).toContainText('no match');
  await bar.getByRole('button', { name: 'Regular expression' }).click();
  await expect(bar).toContainText('of 3');
  await page.keyboard.press('Escape');
  await expect(bar).toHaveCount(0);
  await type(page, 'echo "typed $((2+3))"');
  await expect(page.locator('.xterm-rows').first()).toContainText('typed 5');
});
