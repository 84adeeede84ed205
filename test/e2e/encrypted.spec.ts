import type { Profile } from '../../src/shared/models.ts';
import { expect, test } from './support/app.ts';
import { addProfile, keysOf } from './support/lab-profile.ts';

test('an encrypted shell works and says that it is encrypted; a key that is refused says which', async ({
  launch,
  lab,
}) => {
  const running = await launch({ environment: keysOf(lab) });
  const { page } = running;
  const open = ({ id }: Profile): Promise<void> =>
    page.locator(`[data-testid="node-row"][id*="${id}"]`).filter({ hasText: 'lab-web' }).dblclick();

  await open(await addProfile(running, lab, { documentName: 'Lab-EncryptedShell' }));
  const terminal = page.locator('[data-testid=terminal]:visible .xterm-rows');
  await expect(terminal).toContainText(/[#$]\s*$/);
  await page.keyboard.type('echo "secret $((6*7))"');
  await page.keyboard.press('Enter');
  await expect(terminal).toContainText('secret 42');
  await expect(page.getByRole('contentinfo', { name: 'Status' })).toContainText('KMS');
  await expect(page.getByRole('complementary', { name: 'Session details' })).toContainText(
    'KMS key, on top of TLS',
  );

  await open(await addProfile(running, lab, { documentName: 'Lab-KeyDenied', name: 'Denied' }));
  const bar = page.getByTestId('state-bar').filter({ visible: true });
  await expect(bar).toContainText('The session key is not allowed');
  await expect(bar).toContainText('kms:GenerateDataKey');
});
