import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/app.ts';
import { savePicture } from './support/pictures.ts';

const row = (page: Page, text: string): Locator => page.getByTestId('node-row').filter({ hasText: text });

test('containers are listed, filtered and grouped, and a shell in one takes what is typed', async ({
  launch,
}) => {
  const { page } = await launch();
  await expect(row(page, 'shop/metrics')).toBeVisible();
  await expect(row(page, 'shop/app')).toHaveCount(2);
  await expect(row(page, 'report/report')).toContainText('night_shift, task ');
  await savePicture(page, 'list');

  await page.getByTestId('filter').click();
  await page.keyboard.type('kind:ecs cluster:har service:shop');
  await expect(page.getByTestId('node-row')).toHaveCount(3);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Group nodes by' }).click();
  await page.getByRole('menuitem', { name: 'Cluster' }).click();
  await expect(page.getByTestId('group-row').first()).toContainText('harbour');
  await expect(page.getByTestId('group-row').last()).toContainText('No cluster');
  await savePicture(page, 'clusters');

  await row(page, 'shop/metrics').dblclick();
  await expect(page.getByTestId('tab')).toHaveAttribute('data-state', 'live');
  const terminal = page.locator('[data-testid=terminal]:visible .xterm-rows');
  await expect(terminal).toContainText(/[#$]\s*$/);
  await page.keyboard.type('echo $AWS_EXECUTION_ENV-$((6*7))\n');
  await expect(terminal).toContainText('AWS_ECS_FARGATE-42');
  await savePicture(page, 'shell');

  // The cluster of this one has a key for its sessions, which only the agent tells.
  await row(page, 'report/report').dblclick();
  await expect(page.getByTestId('tab').last()).toHaveAttribute('data-state', 'live');
  await page
    .locator('[data-testid=terminal]:visible .xterm-rows')
    .filter({ hasText: /[#$]\s*$/ })
    .waitFor();
  await page.keyboard.type('echo keyed-$((6*7))\n');
  await expect(page.locator('[data-testid=terminal]:visible .xterm-rows')).toContainText('keyed-42');
});

test('a container that takes no session says why in its row, and what to do about it when it is opened', async ({
  launch,
}) => {
  const { page } = await launch();
  await expect(row(page, 'stock/worker')).toContainText('execute command off');
  await expect(row(page, 'tally/tally')).toContainText('agent stopped');
  await row(page, 'stock/worker').click();
  const question = page.getByRole('alertdialog', { name: 'No session in stock/worker' });
  await expect(question).toContainText('enableExecuteCommand');
  await savePicture(page, 'exec-off');
  await question.getByRole('button', { name: 'Look at all that it takes' }).click();
  const check = (name: string): Locator => page.locator(`[data-testid=doctor-check][data-name=${name}]`);
  await expect(check('exec')).toHaveAttribute('data-verdict', 'bad');
  await expect(check('task')).toHaveAttribute('data-verdict', 'good');
  await expect(check('node')).toHaveCount(0);
  await expect(page.getByTestId('doctor-sum')).toHaveText('1 thing stands in the way.');
  await savePicture(page, 'doctor');
});

test('a tunnel and a command go through a container', async ({ launch }) => {
  const server = createServer((_request, answer) => answer.end('reached'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { page } = await launch();
  await row(page, 'report/report').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Forward a port…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Another host behind it').click();
  await dialog.getByLabel('Host required').fill('localhost');
  await dialog.getByLabel('Port required').fill(String((server.address() as AddressInfo).port));
  await dialog.getByLabel('Any free port').check();
  await savePicture(page, 'tunnel');
  await dialog.getByRole('button', { name: 'Save and start' }).click();
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Tunnels' }).click();
  const tunnel = page.getByTestId('tunnel').first();
  await expect(tunnel.getByTestId('tunnel-state')).toContainText('live');
  const port = (await tunnel.getByTestId('tunnel-address').textContent())?.split(':')[1];
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('reached');
  server.closeAllConnections();
  server.close();

  await row(page, 'shop/metrics').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Run a command…' }).click();
  await page.getByTestId('command-text').fill('echo $AWS_EXECUTION_ENV; exit 3');
  await page.getByTestId('command-text').press('Control+Enter');
  await expect(page.getByTestId('run-status')).toHaveText('exit 3');
  await expect(page.getByTestId('stdout').locator('.output-row')).toHaveText(['AWS_ECS_FARGATE']);
});

test('the form says what a shell in a container will be, and a document starts another', async ({
  launch,
}) => {
  const { page } = await launch();
  await row(page, 'shop/metrics').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Connect with reason or document…' }).click();
  await expect(page.getByTestId('before-connecting')).toContainText('/bin/sh');
  await expect(page.getByTestId('before-connecting')).toContainText('after 20 min');
  await savePicture(page, 'connect');
  await page
    .getByRole('dialog')
    .getByRole('combobox', { name: 'Session document' })
    .fill('Lab-EncryptedShell');
  await expect(page.getByTestId('document-line')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(page.getByTestId('tab')).toHaveAttribute('data-state', 'live');
});
