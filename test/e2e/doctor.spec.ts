import { expect, test } from './support/app.ts';

test('an offline node says what stands in the way, from its menu, streaming in and copied without secrets', async ({
  launch,
}) => {
  const { app, page } = await launch();
  await page.getByTestId('node-row').filter({ hasText: 'lab-batch' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Find out what stands in the way…' }).click();
  const check = (name: string) => page.locator(`[data-testid=doctor-check][data-name=${name}]`);
  await expect(page.getByTestId('doctor-sum')).toHaveText('1 thing stands in the way.');
  for (const name of [
    'identity',
    'proxy',
    'endpoint',
    'gateway',
    'clock',
    'permissions',
    'node',
    'agent',
    'document',
    'key',
  ])
    await expect(check(name)).toHaveAttribute('data-verdict', 'good');
  await expect(check('ping')).toHaveAttribute('data-verdict', 'bad');
  await expect(check('ping')).toContainText('lost its connection');
  await expect(check('ping')).toContainText('memory and disk');

  await page.getByRole('button', { name: 'Copy findings' }).click();
  const text = await app.evaluate(({ clipboard }) => clipboard.readText());
  expect(text).toContain('Why is there no session on lab-batch (');
  expect(text).toContain('Connection of its agent: in the way');
  expect(text).not.toMatch(/AKIA|secret/i);

  await page.getByRole('button', { name: 'Look again' }).click();
  await expect(page.getByTestId('doctor-sum')).toHaveText('1 thing stands in the way.');
});

test('a session that cannot start shows why, and leads to what stands in the way', async ({ launch }) => {
  const { app, page } = await launch();
  await page.getByTestId('node-row').filter({ hasText: 'lab-batch' }).dblclick();
  await page.getByRole('button', { name: 'Try anyway' }).click();
  const card = page.getByTestId('error-card');
  await expect(card).toHaveAttribute('data-code', 'target-not-connected');
  await expect(card).toContainText('Local lab, us-east-1');
  await expect(card).toContainText('TargetNotConnected');
  await expect(card).toContainText(/request [0-9a-f-]{36}/);
  await card.getByRole('button', { name: 'Copy details' }).click();
  await expect
    .poll(() => app.evaluate(({ clipboard }) => clipboard.readText()))
    .toContain('Where: Local lab, us-east-1');
  await card.getByRole('button', { name: 'Find out why' }).click();
  await expect(page.getByTestId('doctor-sum')).toHaveText('1 thing stands in the way.');
});
