import type { Page } from '@playwright/test';
import { expect, test } from './support/app.ts';

async function openForm(page: Page, nodeName = 'lab-web') {
  const row = page.getByTestId('node-row').filter({ hasText: nodeName });
  await row.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Connect with reason or document…' }).click();
  const form = page.locator('.connect-form');
  await expect(form).toBeVisible();
  return {
    form,
    reason: form.getByLabel(/^Reason/),
    document: form.getByRole('combobox', { name: 'Session document' }),
    connect: page.getByRole('button', { name: 'Connect', exact: true }),
    parameter: (name: string) => form.locator(`[data-testid=parameter][data-name=${name}]`),
    known: form.getByTestId('before-connecting'),
  };
}

test('a document is found by whose it is, its parameters are checked beside their fields, and the session has them', async ({
  launch,
}) => {
  const { page } = await launch();
  const { form, document, connect, parameter, known } = await openForm(page);
  await expect(known).toContainText('From the preferences in SSM-SessionManagerRunShell.');

  await document.click();
  const options = page.getByRole('option');
  await expect(options.filter({ hasText: 'Lab-ShortShell' })).toContainText('version 1');
  await page.getByText('Shared with it').click();
  await expect(options).toHaveText([/Platform-Shell/]);
  await page.getByText('Amazon', { exact: true }).click();
  await expect(options.filter({ hasText: 'AWS-StartSSHSession' })).toBeVisible();
  await page.getByText('This account').click();
  await document.fill('follow');
  await expect(options).toHaveText([/Lab-FollowLog/]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(form.getByTestId('document-line')).toContainText('Interactive command, version 1');
  await expect(form.getByTestId('document-line')).toContainText('document/Lab-FollowLog');
  // It has no preferences of its own.
  await expect(known).toContainText('these are the account’s');

  await connect.click();
  await expect(parameter('service')).toContainText('A value is needed');
  await parameter('service').getByRole('combobox').selectOption('queue');
  await parameter('ticket').getByRole('textbox').fill('inc-2231');
  await parameter('lines').getByRole('textbox').fill('many');
  await connect.click();
  await expect(parameter('lines')).toContainText('A whole number');
  await parameter('lines').getByRole('textbox').fill('30');
  await connect.click();
  // In a worker of the page, which the page's content policy has to let in.
  await expect(parameter('ticket')).toContainText('Does not fit the pattern');
  await parameter('ticket').getByRole('textbox').fill('INC-2231');
  await connect.click();
  await expect(page.locator('[data-testid=terminal]:visible .xterm-rows')).toContainText(
    'service=queue ticket=INC-2231 lines=30 follow=false',
  );
});

test('documents that are missing, of another type, for tunnels, or not to be read are told apart', async ({
  launch,
}) => {
  const { page } = await launch();
  const { form, document, connect, known } = await openForm(page);
  const name = async (text: string): Promise<void> => {
    await document.fill(text);
    await page.keyboard.press('Escape');
  };
  await name('No-Such');
  await expect(form.getByRole('alert')).toContainText('The session document No-Such does not exist');
  await name('AWS-RunShellScript');
  await expect(form.getByRole('alert')).toContainText('AWS-RunShellScript is not a session document');
  await name('AWS-StartSSHSession');
  await expect(form.getByRole('alert')).toContainText('Port forwarding');
  await connect.click();
  await expect(form).toBeVisible();
  await name('Lab-AuditedShell');
  await expect(form.getByRole('alert')).toHaveCount(0);
  await expect(known).toContainText('s3://acme-session-logs/production');
  await expect(known).toContainText('After 15 min');
  await name('Lab-Unreadable');
  await expect(form.getByTestId('document-unread')).toContainText('ssm:GetDocument');
  await expect(known).toContainText('Not known');
  await connect.click();
  await expect(page.locator('[data-testid=terminal]:visible .xterm-rows')).toContainText(/[#$]\s*$/);
  await expect(page.getByTestId('state-bar')).toContainText('ssm:GetDocument');
});

test('a session counts down to both of its ends, says whose it is at the node, and warns before the end', async ({
  launch,
}) => {
  test.setTimeout(120_000);
  const { page } = await launch();
  const { document, connect } = await openForm(page);
  await document.fill('Lab-ShortShell');
  await page.keyboard.press('Escape');
  await connect.click();
  const clock = page.getByTestId('session-clock');
  await expect(clock).toContainText(/idle (1:00|0:\d\d)/);
  await expect(clock).toContainText(/ends (5:00|4:\d\d)/);
  await expect(page.getByRole('complementary', { name: 'Session details' })).toContainText('ssm-user');
  // The last quarter of a minute without a key.
  const bar = page.getByTestId('state-bar');
  await expect(bar).toContainText('Any key keeps it open', { timeout: 60_000 });
  await page.keyboard.press('Enter');
  await expect(bar).toHaveCount(0);
  await expect(clock).toContainText(/idle (1:00|0:5\d)/);
});

test('a setting asks for reasons, and those given before are offered in their environment', async ({
  launch,
}) => {
  const { page, call } = await launch();
  const { settings } = await call('loadWorkspace', undefined);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByText('All', { exact: true }).click();
  await page.keyboard.press('Escape');
  await expect
    .poll(async () => (await call('loadWorkspace', undefined)).settings)
    .toEqual({
      ...settings,
      requireReason: 'always',
    });

  await page.getByTestId('node-row').filter({ hasText: 'lab-web' }).dblclick();
  const form = page.locator('.connect-form');
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(form.getByRole('alert')).toHaveText('A reason is required here.');
  await form.getByLabel(/^Reason/).fill('INC-2231, disk full');
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(page.locator('[data-testid=terminal]:visible .xterm-rows')).toContainText(/[#$]\s*$/);
  expect((await call('listHistory', { limit: 1 }))[0]).toMatchObject({ reason: 'INC-2231, disk full' });

  const again = await openForm(page, 'lab-db');
  await again.reason.click();
  await page.getByRole('option', { name: 'INC-2231, disk full' }).click();
  await expect(again.reason).toHaveValue('INC-2231, disk full');
});
