import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, isRunning, type RunningApp, test } from './support/app.ts';
import { makeAwsFiles } from './support/aws-files.ts';

test('a credential_process that waits for an answer nobody can give ends with its tab, and with the app', async ({
  launch,
  lab,
  folder,
}) => {
  const files = await makeAwsFiles(folder, lab);
  const [program, pidFile] = [join(folder, 'ask-me.sh'), join(folder, 'pid')];
  await writeFile(program, `#!/bin/sh\necho $$ >> '${pidFile}'\nsleep 1000\n`, { mode: 0o700 });
  await appendFile(
    join(files.home, '.aws', 'config'),
    `[profile asks]\ncredential_process = ${program} --password canary\nregion = ${lab.region}\n`,
  );
  const running = await launch({ environment: files.environment });
  const { page, call } = running;
  const { id: profileId } = await call('saveProfile', {
    profile: {
      name: 'asks',
      environment: 'staging',
      credentials: { kind: 'shared-profile', profileName: 'asks' },
      target: lab.nodes[0]?.id ?? '',
    },
  });
  const started = async (): Promise<number[]> =>
    (await readFile(pidFile, 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);
  const connect = async ({ page: shown }: RunningApp, count: number): Promise<number> => {
    await shown.getByRole('treeitem', { name: /^asks,/ }).click({ button: 'right' });
    await shown.getByRole('menuitem', { name: /^Connect/ }).click();
    await expect.poll(started).toHaveLength(count);
    return (await started())[count - 1] ?? 0;
  };

  const first = await connect(running, 1);
  expect(await isRunning(first)).toBe(true);
  await expect(page.getByTestId('state-bar')).toContainText('Starting a session');
  await page.keyboard.press('Control+Shift+W');
  await page.getByRole('alertdialog').getByRole('button', { name: 'End session' }).click();
  await expect.poll(() => isRunning(first)).toBe(false);

  // A list asks the same program, and the app ends meanwhile.
  await call('refreshNodes', { profileId });
  await expect.poll(started).toHaveLength(2);
  const second = (await started())[1] ?? 0;
  running.app.process().kill('SIGTERM');
  expect(await running.ended()).toBe(0);
  await expect.poll(() => isRunning(second)).toBe(false);
});
