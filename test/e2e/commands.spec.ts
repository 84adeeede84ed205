import type { Locator, Page } from '@playwright/test';
import { expect, isRunning, test } from './support/app.ts';

/** Opens the view with that node chosen, from the node's own menu. */
async function commandsOn(page: Page, nodeName: string): Promise<void> {
  await page.getByTestId('node-row').filter({ hasText: nodeName }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Run a command…' }).click();
  await expect(page.getByTestId('command-text')).toBeFocused();
}

async function run(page: Page, command: string): Promise<void> {
  await page.getByTestId('command-text').fill(command);
  await page.getByTestId('command-text').press('Control+Enter');
}

const status = (page: Page): Locator => page.getByTestId('run-status');

test('a command shows its two outputs apart and its exit code, and history knows it as a command', async ({
  launch,
}) => {
  const { page } = await launch();
  await commandsOn(page, 'lab-web');
  await run(page, 'for i in 1 2 3; do\n  echo "line $i"\n  echo "warn $i" >&2\ndone\nexit 3');
  await expect(status(page)).toHaveText('exit 3');
  await expect(page.getByTestId('stdout').locator('.output-row')).toHaveText(['line 1', 'line 2', 'line 3']);
  await expect(page.getByTestId('stderr').locator('.output-row')).toHaveText(['warn 1', 'warn 2', 'warn 3']);

  // Far more than the screen holds: its end is in sight, and the document holds only what is in sight.
  await run(page, 'seq 200000');
  await expect(status(page)).toHaveText('exit 0');
  const rows = page.getByTestId('stdout').locator('.output-row');
  await expect(rows.last()).toHaveText('200000');
  expect(await rows.count()).toBeLessThan(200);
  await expect(page.getByRole('region', { name: 'Standard error' })).toContainText('nothing');
  await expect(page.getByTestId('run')).toHaveCount(2);

  await page.keyboard.press('Control+Shift+H');
  const entries = page.getByTestId('history-entry');
  await expect(entries.getByRole('img', { name: 'Command' })).toHaveCount(2);
  await expect(entries.nth(1)).toContainText('exit 3');
  await expect(entries.nth(0)).toContainText('exit 0');
});

test('a running command is cancelled as by Ctrl-C, and one that is deaf is ended with its session', async ({
  launch,
}) => {
  const { page, call } = await launch();
  await commandsOn(page, 'lab-web');
  const cancel = page.getByRole('button', { name: 'Cancel' });
  const output = page.getByTestId('stdout');

  await run(page, 'trap "echo caught; exit 7" INT; echo "ready $$"; while :; do sleep 0.05; done');
  await expect(output).toContainText(/ready \d+/);
  await expect(status(page)).toHaveText('running');
  await cancel.click();
  await expect(status(page)).toHaveText('exit 7');
  await expect(output).toContainText('caught');

  await run(page, 'trap "" INT TERM; echo "deaf $$"; sleep 1000');
  await expect(output).toContainText(/deaf \d+/);
  const shell = Number(/deaf (\d+)/.exec((await output.textContent()) ?? '')?.[1]);
  await cancel.click();
  await expect(status(page)).toHaveText('cancelling');
  await page.getByRole('button', { name: 'End now' }).click();
  await expect(status(page)).toHaveText('cancelled');
  await expect.poll(() => isRunning(shell)).toBe(false);
  expect((await call('listHistory', { limit: 1 }))[0]).toMatchObject({
    kind: 'command',
    end: { kind: 'ended-by-user' },
  });

  // An agent that has never heard of commands would say nothing: it is said to be too old, before and after.
  await commandsOn(page, 'lab-legacy');
  await expect(page.getByRole('form', { name: 'Run a command' })).toContainText('too old for commands');
  await run(page, 'uptime');
  await expect(status(page)).toHaveText('not started');
  await expect(page.getByTestId('trouble')).toContainText('commands without a terminal need 3.0.1124.0');
});
