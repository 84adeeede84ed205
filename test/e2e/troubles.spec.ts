import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { namedCertificate } from '../aws/certificate.ts';
import { startConnectProxy, startTlsFront } from '../aws/support/connect-proxy.ts';
import { injectFault } from './heavy/support/external-lab.ts';
import { expect, test } from './support/app.ts';
import { addProfile, keysOf } from './support/lab-profile.ts';

const rowsOf = (page: Page): Locator => page.locator('[data-testid=terminal]:visible .xterm-rows');
/** Of a profile's own list, not the lab's that is always there. */
const node = (page: Page, profileId: string, name: string): Locator =>
  page.locator(`[data-testid=node-row][id*="${profileId}"]`).filter({ hasText: name });

test('a blank tab says why it is blank: a node that never answers, and one that stopped in the middle of a session', async ({
  launch,
  lab,
}) => {
  const running = await launch({ environment: keysOf(lab) });
  const { page } = running;
  const { id } = await addProfile(running, lab);
  await node(page, id, 'lab-web').dblclick();
  await expect(rowsOf(page)).toContainText(/[#$]\s*$/);

  // The connections stand, and nothing passes either way.
  await injectFault(lab, { session: '*', kind: 'lose' });
  await page.keyboard.type('echo lost\n');
  await node(page, id, 'lab-db').dblclick();
  const tab = (name: string) => page.getByTestId('tab').filter({ hasText: name });
  await expect(tab('lab-db')).toHaveAttribute('data-state', 'live');
  const bar = page.locator('[data-testid=state-bar]:visible');
  await expect(bar).toContainText('Connected, but the node has not said anything', { timeout: 40_000 });
  await expect(bar).toContainText(/for [23]\d s/);
  await bar.getByRole('button', { name: 'Find out why' }).click();
  await expect(page.getByTestId('doctor-sum')).toBeVisible();
  await page.keyboard.press('Escape');
  await tab('lab-web').click();
  await expect(bar).toContainText('The node does not take what it is sent');

  // What was typed is not lost where it comes back.
  await fetch(`${lab.control}/faults/clear`, { method: 'POST' });
  await expect(rowsOf(page)).toContainText(/lostlost[#$]\s*$/);
  await expect(bar).toHaveCount(0);
  await tab('lab-db').click();
  await expect(rowsOf(page)).toContainText(/[#$]\s*$/);
  await expect(bar).toHaveCount(0);
});

test('a session behind a proxy that begins to refuse says what the proxy says, and goes on once it lets through', async ({
  launch,
  lab,
  folder,
}) => {
  const front = await startTlsFront(Number(new URL(lab.endpoint).port));
  const proxy = await startConnectProxy({ leadsTo: front.port });
  const caFile = join(folder, 'proxy.pem');
  await writeFile(caFile, namedCertificate.cert);
  const running = await launch({ environment: keysOf(lab) });
  const { page } = running;
  const { id } = await addProfile(running, lab, {
    network: {
      endpoints: { ssm: 'https://ssm.nodewharf.test', ssmmessages: 'https://ssmmessages.nodewharf.test' },
      proxy: { kind: 'url', url: proxy.url },
      caFile,
    },
  });
  await node(page, id, 'lab-web').dblclick();
  await expect(rowsOf(page)).toContainText(/[#$]\s*$/);
  await page.keyboard.type('kept=still-here\n');

  proxy.refuseWith(407);
  proxy.cut();
  const bar = page.locator('[data-testid=state-bar]:visible');
  await expect(bar).toContainText('Connection lost, reconnecting');
  await expect(bar).toContainText(`The proxy ${proxy.host} asks who is there (HTTP 407)`);
  await expect(bar).toContainText('user name and password are missing or wrong');
  await expect(bar).toContainText('Give both in the settings of the profile');
  proxy.refuseWith(undefined);
  await bar.getByRole('button', { name: 'Try now' }).click();
  await expect(bar).toHaveCount(0);
  await page.keyboard.type('echo back-$kept\n');
  await expect(rowsOf(page)).toContainText('back-still-here');
  await proxy.close();
  await front.close();
});
