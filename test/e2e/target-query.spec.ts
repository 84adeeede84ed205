import { injectFault } from './heavy/support/external-lab.ts';
import { expect, test } from './support/app.ts';
import { addProfile, keysOf } from './support/lab-profile.ts';
import { savePicture } from './support/pictures.ts';

const relay = 'i-0a1b2c3d4e5f60006';

test('a profile with a query connects to a healthy member, and when its node is terminated goes on with the next', async ({
  launch,
  lab,
}) => {
  const running = await launch({ environment: keysOf(lab) });
  const { page, call } = running;
  const picture = (name: string): Promise<void> => savePicture(page, name);
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

test('a node that does not come back gives way to another member while its session is still tried to resume', async ({
  launch,
  lab,
}) => {
  const running = await launch({ environment: keysOf(lab) });
  const { page } = running;
  await addProfile(running, lab, {
    name: 'Acme fleet',
    network: { endpoints: { ssm: lab.endpoint, ec2: lab.endpoint } },
    targetQuery: { kind: 'auto-scaling-group', group: 'lab-fleet' },
  });
  await page.getByRole('button', { name: /Connect to any of group lab-fleet/ }).click();
  const rows = page.locator('[data-testid=terminal]:visible .xterm-rows');
  await expect(rows).toContainText(/[#$]\s*$/);
  await expect(page.getByTestId('tab')).toContainText('lab-relay');

  await injectFault(lab, { session: '*', kind: 'refuse-resume', code: 'InternalServerError', count: 1000 });
  await fetch(`${lab.control}/cut`, { method: 'POST', body: '{}' });
  await page.getByRole('button', { name: 'Another member' }).click();
  await expect(page.getByTestId('tab')).toContainText('lab-web');
  await expect(page.getByTestId('tab')).toHaveAttribute('data-state', 'live');
});

test('a query of an ECS service opens a shell in a container; a tunnel and a command go to any member as well', async ({
  launch,
}) => {
  const { page, call } = await launch();
  await page.getByTestId('node-row').filter({ hasText: 'shop/app' }).first().waitFor();
  await call('saveProfile', {
    id: 'local-lab',
    profile: {
      name: 'Local lab',
      environment: 'lab',
      credentials: { kind: 'lab' },
      targetQuery: { kind: 'ecs-service', cluster: 'harbour', service: 'shop' },
    },
  });
  await page.getByTestId('group-row').first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Edit profile…' }).click();
  await expect(page.getByTestId('query-preview')).toHaveText(
    'Matches 3 containers, 3 online: shop/app, shop/metrics',
  );
  await savePicture(page, 'dialog-service');
  await page.getByRole('button', { name: 'Cancel' }).click();

  await page.keyboard.press('Control+Shift+P');
  await expect(page.getByTestId('palette')).toBeVisible();
  await page.keyboard.type('any of service');
  await savePicture(page, 'palette');
  await page.keyboard.press('Enter');
  const rows = page.locator('[data-testid=terminal]:visible .xterm-rows');
  await expect(rows).toContainText(/[#$]\s*$/);
  await expect(page.getByTestId('tab')).toContainText('shop/app');
  await page.keyboard.type('echo in-$AWS_EXECUTION_ENV');
  await page.keyboard.press('Enter');
  await expect(rows).toContainText('in-AWS_ECS_FARGATE');
  await savePicture(page, 'container');

  await call('saveProfile', {
    id: 'local-lab',
    profile: {
      name: 'Local lab',
      environment: 'lab',
      credentials: { kind: 'lab' },
      targetQuery: { kind: 'tags', tags: [{ key: 'Role', value: 'web' }] },
    },
  });
  await page.keyboard.press('Control+Shift+P');
  await expect(page.getByTestId('palette')).toBeVisible();
  await page.keyboard.type('New tunnel');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'New tunnel' });
  await dialog.getByTestId('node-picker').click();
  await savePicture(page, 'picker');
  await page.getByRole('option', { name: 'any of Role=web' }).click();
  const { port } = await call('findDemoPort', undefined);
  await dialog.getByLabel('Port required').fill(String(port));
  await dialog.getByLabel('Any free port').check();
  await dialog.getByRole('button', { name: 'Save and start' }).click();
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Tunnels' }).click();
  const tunnel = page.getByTestId('tunnel').filter({ hasText: 'any of Role=web' });
  await expect(tunnel.getByTestId('tunnel-state')).toContainText('live');
  await expect(tunnel).toContainText('lab-web (any of Role=web)');
  await savePicture(page, 'tunnel');

  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Commands' }).click();
  await page.getByTestId('node-picker').click();
  await page.getByRole('option', { name: 'any of Role=web' }).click();
  await page.getByTestId('command-text').fill('echo here');
  await page.getByTestId('command-text').press('Control+Enter');
  await expect(page.getByTestId('run-status')).toHaveText('exit 0');
  await expect(page.getByTestId('run-panel')).toContainText('of Role=web');
  await savePicture(page, 'command');
  await page.keyboard.press('Control+Shift+H');
  await expect(page.getByTestId('history-entry').first()).toContainText('lab-web, of Role=web');
  await savePicture(page, 'history');
});
