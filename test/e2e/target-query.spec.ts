import { expect, test } from './support/app.ts';
import { addProfile, keysOf } from './support/lab-profile.ts';

const relay = 'i-0a1b2c3d4e5f60006';

/** Where a run is to leave its pictures, to be looked at. */
const pictures = process.env['NODEWHARF_PICTURES'];

test('a profile with a query connects to a healthy member, and when its node is terminated goes on with the next', async ({
  launch,
  lab,
}) => {
  const running = await launch({ environment: keysOf(lab) });
  const { page, call } = running;
  const picture = async (name: string): Promise<void> => {
    if (pictures === undefined) return;
    const { settings } = await call('loadWorkspace', undefined);
    for (const theme of ['dark', 'light'] as const) {
      await call('saveSettings', { ...settings, theme });
      await page.emulateMedia({ colorScheme: theme });
      await page.screenshot({ path: `${pictures}/${name}-${theme}.png` });
    }
    await call('saveSettings', settings);
  };
  const profile = await addProfile(running, lab, {
    name: 'Acme fleet',
    network: { endpoints: { ssm: lab.endpoint, ec2: lab.endpoint } },
  });

  // The target of the profile becomes a query, with what the node list knows of it.
  const group = page.getByTestId('group-row').filter({ hasText: 'Acme fleet' });
  await group.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Edit profile…' }).click();
  await page.getByText('Auto Scaling group', { exact: true }).click();
  const preview = page.getByTestId('query-preview');
  await expect(preview).toHaveText('Say what the nodes have in common.');
  await picture('dialog-empty');
  const field = page.getByRole('combobox', { name: 'Name of the group' });
  await field.fill('nobody');
  await expect(preview).toContainText('Matches none of the 6 nodes listed.');
  await picture('dialog-none');
  await field.fill('lab');
  await picture('dialog-suggestions');
  await page.getByRole('option', { name: 'lab-fleet' }).click();
  await expect(preview).toHaveText('Matches 3 nodes, 2 online: lab-relay, lab-web, lab-batch');
  await picture('dialog-group');
  await page.getByText('Tags', { exact: true }).click();
  await page.getByRole('combobox', { name: 'Key' }).fill('Environment');
  await page.getByRole('combobox', { name: 'Value' }).fill('dev*');
  await expect(preview).toHaveText('Matches 2 nodes, 2 online: lab-relay, lab-web');
  await picture('dialog-tags');
  await page.getByText('Auto Scaling group', { exact: true }).click();
  await page.getByRole('button', { name: 'Save profile' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  const saved = (await call('loadWorkspace', undefined)).profiles.find(({ id }) => id === profile.id);
  expect(saved?.targetQuery).toEqual({ kind: 'auto-scaling-group', group: 'lab-fleet' });
  await picture('welcome');

  // One press, and a member has been picked.
  await page.getByRole('button', { name: /Connect to any of group lab-fleet/ }).click();
  const rows = page.locator('[data-testid=terminal]:visible .xterm-rows');
  await expect(rows).toContainText(/[#$]\s*$/);
  const tab = page.getByTestId('tab');
  await expect(tab).toContainText('lab-relay');
  await page.keyboard.type('echo before-the-end');
  await page.keyboard.press('Enter');
  await expect(rows).toContainText('before-the-end');
  await picture('live');

  // The node goes away; its successor is offered, and one press goes on in the same tab.
  const gone = await fetch(`${lab.control}/nodes`, {
    method: 'POST',
    body: JSON.stringify({ id: relay, state: 'terminated' }),
  });
  expect(gone.status).toBe(200);
  await expect(page.getByTestId('state-bar')).toContainText('lab-relay was terminated');
  await expect(page.getByTestId('successor')).toHaveText('1 other healthy member');
  await picture('successor');
  await page.getByRole('button', { name: 'Connect to lab-web' }).click();
  await expect(tab).toHaveAttribute('data-state', 'live');
  await expect(tab).toContainText('lab-web');
  await page.keyboard.type('echo $((6 * 7))-in-the-next');
  await page.keyboard.press('Enter');
  await expect(rows).toContainText('42-in-the-next');
  await expect(rows).toContainText('before-the-end');
  await picture('next');

  // Nobody is left: what was matched, and in which states.
  await fetch(`${lab.control}/nodes`, {
    method: 'POST',
    body: JSON.stringify({ id: 'i-0a1b2c3d4e5f60001', state: 'stopped' }),
  });
  await expect(page.getByTestId('state-bar')).toContainText('lab-web was stopped');
  await expect(page.getByTestId('successor')).toHaveText('no other healthy member');
  await page.getByRole('button', { name: 'Reconnect' }).click();
  await expect(page.getByTestId('error-card')).toContainText(
    '3 nodes match group lab-fleet, and none can be connected to: 1 offline, 1 stopped, 1 terminated.',
  );
  await expect(tab).toContainText('group lab-fleet');
  await picture('nobody');

  const history = await call('listHistory', { limit: 9 });
  expect(history.map(({ nodeName, targetQuery }) => [nodeName, targetQuery?.kind])).toEqual([
    ['group lab-fleet', 'auto-scaling-group'],
    ['lab-web', 'auto-scaling-group'],
    ['lab-relay', 'auto-scaling-group'],
  ]);
});
