import { callApi } from '../lab/support/lab-caller.ts';
import type { ExternalLab } from './heavy/support/external-lab.ts';
import { expect, test } from './support/app.ts';
import { addProfile, keysOf } from './support/lab-profile.ts';

/** Each session of the lab by its id, and how it stands at the service. */
async function statuses(lab: ExternalLab): Promise<Record<string, string>> {
  const answer = await fetch(`${lab.control}/sessions`);
  const { sessions } = (await answer.json()) as { sessions: { id: string; status: string }[] };
  return Object.fromEntries(sessions.map(({ id, status }) => [id, status]));
}

test('what the app was killed over is listed at the next start, and ended on request; nothing else is', async ({
  launch,
  lab,
}) => {
  const target = lab.nodes.find(({ name }) => name === 'lab-web')?.id ?? '';
  const { body } = await callApi(lab, 'StartSession', { Target: target });
  const foreign = String(body['SessionId']);

  const first = await launch({ environment: keysOf(lab) });
  const { id: profileId } = await addProfile(first, lab);
  await first.page
    .locator(`[data-testid="node-row"][id*="${profileId}"]`)
    .filter({ hasText: 'lab-db' })
    .dblclick();
  await expect(first.page.getByTestId('tab')).toHaveAttribute('data-state', 'live');
  await first.call('runCommand', { profileId, target, nodeName: 'lab-web', command: 'sleep 1000' });
  const history = async () => first.call('listHistory', { limit: 9 });
  await expect.poll(async () => (await history()).filter(({ owner }) => owner !== undefined).length).toBe(2);
  const byKind = Object.fromEntries((await history()).map(({ kind, sessionId = '' }) => [kind, sessionId]));
  const { shell = '', command = '' } = byKind;
  await first.kill();

  const second = await launch({ environment: keysOf(lab) });
  const { page } = second;
  const notice = page.getByTestId('orphan-notice');
  await expect(notice).toContainText('2 sessions of an earlier run are still open');
  await notice.getByRole('button', { name: 'Review…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Still open from an earlier run' });
  await expect(dialog.getByTestId('orphan')).toHaveCount(2);
  await expect(dialog.getByTestId('orphan').filter({ hasText: shell })).toContainText('lab-db shell');
  await dialog.getByRole('checkbox', { name: 'End the command on lab-web' }).uncheck();
  await dialog.getByRole('button', { name: 'End 1 session' }).click();
  await expect(dialog.getByTestId('orphan')).toHaveCount(1);
  await expect(dialog.getByTestId('orphan')).toContainText(command);
  await dialog.getByRole('button', { name: 'Leave all open' }).click();
  await expect(notice).toHaveCount(0);
  const now = await statuses(lab);
  expect([now[shell], now[command] === 'Terminated', now[foreign] === 'Terminated']).toEqual([
    'Terminated',
    false,
    false,
  ]);
});
