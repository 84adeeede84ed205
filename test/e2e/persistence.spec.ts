import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, isRunning, shellIn, test } from './support/app.ts';

const staging = {
  name: 'Staging of Acme',
  environment: 'staging',
  credentials: { kind: 'shared-profile', profileName: 'acme' },
  region: 'eu-west-1',
  documentName: 'Acme-Shell',
  reason: 'INC-2231',
} as const;

test('killed and started again, the app has its profiles, settings, node list and history', async ({
  launch,
}) => {
  const first = await launch();
  const terminal = await first.connect('lab-web');
  const shell = await shellIn(first.page, terminal);
  const saved = await first.call('saveProfile', { profile: staging });
  const { settings, profiles } = await first.call('loadWorkspace', undefined);
  const changed = { ...settings, fontSize: 17, theme: 'light' } as const;
  await first.call('saveSettings', changed);
  await expect.poll(async () => (await first.call('listHistory', { limit: 9 }))[0]?.owner).toBeTruthy();
  const [live] = await first.call('listHistory', { limit: 9 });
  expect(live).toMatchObject({ nodeName: 'lab-web', profileName: 'Local lab' });
  expect(live).not.toHaveProperty('end');

  await first.kill();
  // The lab's shells end with the app, however it ends.
  await expect.poll(() => isRunning(shell)).toBe(false);

  const second = await launch();
  const workspace = await second.call('loadWorkspace', undefined);
  expect(workspace.settings).toEqual(changed);
  expect(workspace.profiles).toEqual(profiles);
  expect(workspace.profiles).toContainEqual(saved);
  expect(workspace.sessions).toEqual([]);
  const lab = workspace.inventories.find(({ head }) => head.profileId === 'local-lab');
  expect(lab?.nodes.length).toBeGreaterThanOrEqual(3);
  expect(lab?.head.fetchedAt).toBeLessThan(Date.now());
  expect(await second.call('listHistory', { limit: 9 })).toEqual([{ ...live, end: { kind: 'app-stopped' } }]);
  await expect(second.page.getByText(staging.name).first()).toBeVisible();
});

test('a damaged profiles file is kept, the app says so and goes on', async ({ launch, folder }) => {
  const damaged = '{"version":1,"profiles":[{"id":"x","name":"Production of Ac';
  await writeFile(join(folder, 'profiles.json'), damaged);
  const app = await launch();
  expect((await app.call('loadWorkspace', undefined)).profiles.map(({ id }) => id)).toEqual(['local-lab']);
  await expect
    .poll(() => app.said())
    .toContain('The saved profiles could not be read: the file is not JSON.');
  await app.call('saveProfile', { profile: staging });
  const kept = (await readdir(folder)).filter((name) => name.startsWith('profiles.kept-'));
  expect(kept.length).toBe(1);
  expect(await readFile(join(folder, kept[0] ?? ''), 'utf8')).toBe(damaged);
});

test('asked to terminate, the app ends its sessions at the service and here, and exits well', async ({
  launch,
}) => {
  const first = await launch();
  const terminal = await first.connect('lab-db');
  const shell = await shellIn(first.page, terminal);
  first.app.process().kill('SIGTERM');
  expect(await first.ended()).toBe(0);
  expect(await isRunning(shell)).toBe(false);
  const second = await launch();
  expect(await second.call('listHistory', { limit: 9 })).toMatchObject([
    { nodeName: 'lab-db', end: { kind: 'ended-by-user' } },
  ]);
});

test('quitting asks while a session is live; staying keeps it, and asking twice needs no answer', async ({
  launch,
}) => {
  const running = await launch();
  await running.connect('lab-web');
  await running.app.evaluate(({ app }) => app.quit());
  const dialog = running.page.getByRole('alertdialog').or(running.page.getByRole('dialog'));
  await expect(dialog).toBeVisible();
  await running.call('confirmQuit', { quit: false });
  expect((await running.call('loadWorkspace', undefined)).sessions).toMatchObject([
    { state: { kind: 'live' } },
  ]);
  await running.app.evaluate(({ app }) => app.quit());
  await running.app.evaluate(({ app }) => app.quit()).catch(() => {});
  expect(await running.ended()).toBe(0);
});

test('a page that crashes comes back, and its session never noticed', async ({ launch }) => {
  const { app, page, connect } = await launch();
  const terminal = await connect('lab-web');
  const shell = await shellIn(page, terminal);
  const states = await app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    const loadedAgain = new Promise<void>((resolve) => contents?.once('did-finish-load', () => resolve()));
    contents?.forcefullyCrashRenderer();
    await loadedAgain;
    // Playwright has lost the page with its process.
    return contents?.executeJavaScript(
      'window.nodewharf.loadWorkspace().then(({ value }) => value.sessions.map(({ state }) => state.kind))',
    );
  });
  expect(states).toEqual(['live']);
  expect(await isRunning(shell)).toBe(true);
});

test('a second start brings the first window forward and ends by itself', async ({ launch, folder }) => {
  const first = await launch();
  const { spawnfile, spawnargs } = first.app.process();
  // The first one's command, without what Playwright put in front of it.
  const args = spawnargs.filter((argument) => argument.includes('sandbox') || argument.includes(folder));
  const again = spawn(spawnfile, [...args, spawnargs.at(-1) ?? ''], { stdio: 'ignore' });
  expect(await new Promise((resolve) => again.once('exit', resolve))).toBe(0);
  expect((await first.call('loadWorkspace', undefined)).profiles.length).toBe(1);
});
