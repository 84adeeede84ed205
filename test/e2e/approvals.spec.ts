import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ElectronApplication, type Page } from '@playwright/test';
import type { ExternalLab } from './heavy/support/external-lab.ts';
import { expect, type RunningApp, test } from './support/app.ts';
import { addProfile, keysOf } from './support/lab-profile.ts';
import { savePicture } from './support/pictures.ts';

/*
 * Just-in-time access in the real window: a lab in a process of its own where sessions on one node need an approval, and a person who
 * approves, refuses or is silent at its control URL.
 */

const nodeName = 'lab-web';

async function approvals(lab: ExternalLab, body: object): Promise<void> {
  const answer = await fetch(`${lab.control}/approvals`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`The lab answered ${answer.status}: ${await answer.text()}`);
}

const decide = (lab: ExternalLab, decision: string, more: object = {}) =>
  approvals(lab, { accessRequestId: 'all', decision, ...more });

/** An app whose profile leads to a lab where `lab-web` needs an approval, its node list drawn. */
async function withApprovals(
  launch: (options: object) => Promise<RunningApp>,
  lab: ExternalLab,
): Promise<RunningApp & { node: string; profileId: string }> {
  const node = lab.nodes.find(({ name }) => name === nodeName)?.id ?? '';
  await approvals(lab, { node });
  const app = await launch({ environment: keysOf(lab) });
  const { id } = await addProfile(app, lab);
  return { ...app, node, profileId: id };
}

const row = (page: Page, profileId: string, node: string) =>
  page.locator(`[data-testid="node-row"][id*="${profileId}"][data-target="${node}"]`);

/** What the system would have shown from now on, and the window as if nobody looked at it. */
async function gatherNotifications(app: ElectronApplication): Promise<() => Promise<string[]>> {
  await app.evaluate(({ BrowserWindow, Notification }) => {
    const shown: string[] = [];
    Object.assign(globalThis, { shownByTheApp: shown });
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: Electron.Notification) {
      shown.push(`${this.title}: ${this.body}`);
    };
    BrowserWindow.prototype.isFocused = () => false;
  });
  return () => app.evaluate(() => (globalThis as unknown as { shownByTheApp: string[] }).shownByTheApp);
}

test('a session that needs an approval asks for a reason, waits, and begins when it is given', async ({
  launch,
  lab,
}) => {
  const { app, page, node, profileId } = await withApprovals(launch, lab);
  const shown = await gatherNotifications(app);
  await row(page, profileId, node).dblclick();
  const card = page.getByTestId('access-card');
  await expect(card).toContainText('No access to this node yet');
  await expect(card).toContainText(`do not allow ssm:StartSession on`);
  const reason = card.getByLabel(/^Reason/);
  await expect(reason).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(card).toContainText('A reason is required here.');
  await savePicture(page, 'access-needed');
  await reason.fill('INC-2231, disk full');
  await card.getByRole('button', { name: 'Ask for access' }).click();
  await expect(card).toContainText('Waiting for an approval');
  await expect(card).toContainText(/oi-[0-9a-f]{12}/);
  await expect(page.getByRole('tab', { name: /awaiting approval/ })).toBeVisible();
  await expect(page.getByTestId('approvals')).toHaveText('1 waits for an approval');
  await savePicture(page, 'access-awaited');

  await card.getByRole('button', { name: 'Look now' }).click();
  await expect(card).toContainText('Waiting for an approval');

  // The page may go and come back: the request lives in the main process.
  await page.reload();
  await expect(page.getByTestId('access-card')).toContainText('Waiting for an approval');

  await decide(lab, 'approve');
  const rows = page.locator('[data-testid=terminal]:visible .xterm-rows');
  await expect(rows).toContainText(/[#$] /);
  await page.keyboard.type('echo approved $((40+2))\n');
  await expect(rows).toContainText('approved 42');
  await expect(page.getByTestId('session-clock')).toContainText(/approved \d+:\d\d|approved 1 h/);
  await savePicture(page, 'access-approved');
  expect(await shown()).toEqual([expect.stringMatching(/^Access to lab-web was approved: /)]);

  // The approval holds: another session on the node begins without asking.
  await page.getByRole('button', { name: 'Duplicate' }).click();
  await expect(page.getByRole('tab')).toHaveCount(2);
  await expect(rows).toContainText(/[#$] /);
  await expect(page.getByTestId('access-card')).toHaveCount(0);
});

test('a refusal ends it in clear words, and it can be asked for again', async ({ launch, lab }) => {
  const { app, page, node, profileId, call } = await withApprovals(launch, lab);
  const shown = await gatherNotifications(app);
  await call('startSession', { profileId, target: node, nodeName, reason: 'INC-7', cols: 80, rows: 24 });
  await page.reload();
  const card = page.getByTestId('access-card');
  await expect(card.getByLabel(/^Reason/)).toHaveValue('INC-7');
  await card.getByRole('button', { name: 'Ask for access' }).click();
  await expect(card).toContainText('Waiting for an approval');
  await decide(lab, 'reject');
  const error = page.getByTestId('error-card');
  await expect(error).toContainText('The session was not approved');
  await expect(error).toContainText('The request for access was rejected.');
  expect(await shown()).toEqual([
    expect.stringMatching(/^No access to lab-web: The request for access was rejected/),
  ]);
  await error.getByRole('button', { name: 'Ask again' }).click();
  await expect(card.getByLabel(/^Reason/)).toHaveValue('INC-7');
  await card.getByRole('button', { name: 'Not now' }).click();
  await expect(card).toHaveCount(0);
});

test('the approval of a live session is over when its connection is cut: it asks anew and goes on where it was', async ({
  launch,
  lab,
}) => {
  const { page, node, profileId } = await withApprovals(launch, lab);
  await row(page, profileId, node).dblclick();
  const card = page.getByTestId('access-card');
  await card.getByLabel(/^Reason/).fill('INC-9');
  await card.getByRole('button', { name: 'Ask for access' }).click();
  await expect(card).toContainText('Waiting for an approval');
  await decide(lab, 'approve', { keyMs: 600_000 });
  const rows = page.locator('[data-testid=terminal]:visible .xterm-rows');
  await expect(rows).toContainText(/[#$] /);
  await page.keyboard.type('KEPT=here; echo $KEPT\n');
  await expect(rows).toContainText('here');

  await decide(lab, 'expire');
  await fetch(`${lab.control}/cut`, { method: 'POST', body: '{}' });
  const bar = page.getByTestId('state-bar');
  await expect(bar).toContainText('This node needs an approval');
  await bar.getByRole('button', { name: 'Ask for access…' }).click();
  const dialog = page.getByTestId('access-dialog');
  await dialog.getByLabel(/^Reason/).fill('INC-9, still at it');
  await dialog.getByRole('button', { name: 'Ask for access' }).click();
  await expect(dialog).toContainText('Waiting for an approval');
  await decide(lab, 'approve');
  await expect(dialog).toHaveCount(0);
  // The same shell: what was set in it is still there.
  await page.keyboard.type('echo again $KEPT\n');
  await expect(rows).toContainText('again here');
});

test('a tunnel and a command ask where they are shown', async ({ launch, lab }) => {
  const { page, node, profileId, call } = await withApprovals(launch, lab);
  const tunnel = await call('saveTunnel', {
    tunnel: {
      name: 'web',
      profileId,
      target: node,
      nodeName,
      destination: { kind: 'node-port', port: lab.nodes[0]?.demoPort ?? 0 },
      local: { host: '127.0.0.1', port: 0 },
    },
  });
  await call('startTunnel', { tunnelId: tunnel.id });
  const run = await call('runCommand', { profileId, target: node, nodeName, command: 'echo done' });
  await page.keyboard.press('Escape');
  await page
    .getByRole('button', { name: /^Tunnels/ })
    .first()
    .click();
  const trouble = page.getByTestId('trouble');
  await expect(trouble).toContainText('No access to this node yet');
  await trouble.getByRole('button', { name: 'Ask for access…' }).click();
  const dialog = page.getByTestId('access-dialog');
  await dialog.getByLabel(/^Reason/).fill('INC-3');
  await dialog.getByRole('button', { name: 'Ask for access' }).click();
  await expect(dialog).toContainText('Waiting for an approval');
  await decide(lab, 'approve');
  await expect(dialog).toHaveCount(0);
  // One request serves the command as well.
  const outcome = async () => {
    const { tunnelStatuses, commands } = await call('loadWorkspace', undefined);
    return [
      tunnelStatuses.find(({ tunnelId }) => tunnelId === tunnel.id)?.state.kind,
      commands.find(({ key }) => key === run.key)?.exitCode,
    ];
  };
  await expect.poll(outcome).toEqual(['live', 0]);
});

test('an approval that comes while the app is not running is found by the next session on the node', async ({
  launch,
  lab,
  folder,
}) => {
  const { page, node, profileId, kill } = await withApprovals(launch, lab);
  await row(page, profileId, node).dblclick();
  const card = page.getByTestId('access-card');
  await card.getByLabel(/^Reason/).fill('INC-4');
  await card.getByRole('button', { name: 'Ask for access' }).click();
  await expect(card).toContainText('Waiting for an approval');
  // Killed as by a crash; what is on the disk by then is what is left.
  const kept = () => readFile(join(folder, 'access-requests.json'), 'utf8').catch(() => '');
  await expect.poll(kept).toMatch(/oi-[0-9a-f]{12}/);
  await kill();
  await decide(lab, 'approve');
  const again = await launch({ environment: keysOf(lab) });
  await row(again.page, profileId, node).dblclick();
  await expect(again.page.locator('[data-testid=terminal]:visible .xterm-rows')).toContainText(/[#$] /);
  const { requests } = (await (await fetch(`${lab.control}/approvals`)).json()) as { requests: object[] };
  expect(requests).toHaveLength(1);
});
