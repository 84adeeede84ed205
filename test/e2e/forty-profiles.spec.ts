import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { offerAmbientKeys } from '../aws/support/ambient-keys.ts';
import { type ExpectedProfile, writeFortyProfiles } from '../aws/support/forty-profiles.ts';
import type { ExternalLab } from './heavy/support/external-lab.ts';
import { expect, type RunningApp, test } from './support/app.ts';
import { gatherOpened, openBrowser } from './support/browser.ts';

/** The AWS files of somebody with forty profiles, and the environment that leads there. */
async function fortyProfiles(
  folder: string,
  lab: ExternalLab,
): Promise<{ profiles: ExpectedProfile[]; environment: Record<string, string>; close(): Promise<void> }> {
  const path = (...parts: string[]): string => join(folder, 'home', ...parts);
  await mkdir(path('.aws'), { recursive: true });
  const profiles = await writeFortyProfiles(
    {
      path,
      writeConfig: (text) => writeFile(path('.aws', 'config'), text),
      writeCredentials: (text) => writeFile(path('.aws', 'credentials'), text),
    },
    lab,
  );
  const before = Object.keys(process.env).filter((name) => name.startsWith('AWS_'));
  const close = await offerAmbientKeys(lab);
  const ambient = [
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    'AWS_EC2_METADATA_SERVICE_ENDPOINT',
    'AWS_EC2_METADATA_DISABLED',
  ];
  const environment = {
    ...Object.fromEntries(before.map((name) => [name, ''])),
    ...Object.fromEntries(ambient.map((name) => [name, process.env[name] ?? ''])),
    HOME: join(folder, 'home'),
    AWS_ACCESS_KEY_ID: lab.accessKeyId,
    AWS_SECRET_ACCESS_KEY: lab.secretAccessKey,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  for (const name of ambient) delete process.env[name];
  return { profiles, environment, close };
}

/** What has become of each list: `ready`, or the code of its error. */
async function outcomes({ call }: RunningApp): Promise<Record<string, string>> {
  const { profiles, inventories } = await call('loadWorkspace', undefined);
  return Object.fromEntries(
    inventories.flatMap(({ head }) => {
      const { state } = head;
      const { credentials } = profiles.find(({ id }) => id === head.profileId) ?? {};
      if (credentials?.kind !== 'shared-profile') return [];
      return [[credentials.profileName, state.kind === 'failed' ? state.error.code : state.kind]];
    }),
  );
}

/** Opens one of the sign-ins that are needed, from the status bar. */
async function ask(page: Page, name: string): Promise<void> {
  await page.getByTestId('sign-ins').click();
  await page.getByRole('menuitem', { name }).click();
}

test('forty profiles of every kind are added at once; each lists its nodes and opens a shell, or says why it cannot', async ({
  launch,
  lab,
  folder,
}) => {
  const { profiles, environment, close } = await fortyProfiles(folder, lab);
  const person = await openBrowser();
  const running = await launch({ environment });
  const { app, page, call } = running;
  const opened = await gatherOpened(app);
  await page
    .getByRole('button', { name: /Profiles of your AWS files|Add profiles|AWS files/ })
    .first()
    .click();
  const found = page.getByRole('dialog', { name: 'Profiles of your AWS files' });
  await expect(found).toContainText('lacks aws_secret_access_key');
  // One is faulty, and one says nothing of credentials.
  await found.getByRole('button', { name: 'Add all 38' }).click();
  await expect(found).toHaveCount(0);

  const added = (await call('loadWorkspace', undefined)).profiles.filter(({ builtIn }) => !builtIn);
  expect(added).toHaveLength(38);
  for (const { id } of added) await call('refreshNodes', { profileId: id });
  const isSettled = async (): Promise<boolean> =>
    Object.values(await outcomes(running)).every((outcome) => outcome !== 'loading' && outcome !== 'idle');
  await expect.poll(isSettled, { timeout: 30_000 }).toBe(true);

  // Two directories, each signed in to once for all its profiles, and one code for two roles.
  const dialog = page.getByTestId('sign-in-dialog');
  for (const [name, count] of [
    ['Sign in to corp…', 1],
    ['Sign in to legacy.example…', 2],
  ] as const) {
    await ask(page, name);
    await dialog.getByRole('button', { name: 'Sign in with the browser' }).click();
    await expect.poll(opened).toHaveLength(count);
    await person.page.goto((await opened()).at(-1) ?? '');
    await person.page.getByRole('button', { name: 'Confirm and continue' }).click();
    await expect(dialog).toHaveCount(0);
  }
  await ask(page, 'Give the code for ops-mfa…');
  await dialog.getByTestId('mfa-code').fill('123455');
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);

  const expected = Object.fromEntries(
    profiles
      .filter(({ name }) => name !== 'nothing' && name !== 'half-a-key')
      .map(({ name, code }) => [name, code ?? 'ready']),
  );
  await expect.poll(() => outcomes(running), { timeout: 30_000 }).toEqual(expected);

  // A shell with each that can have one, all at once.
  const target = lab.nodes.find(({ online }) => online)?.id ?? '';
  const able = added.filter(
    ({ credentials }) =>
      credentials.kind === 'shared-profile' && expected[credentials.profileName] === 'ready',
  );
  expect(able.length).toBeGreaterThan(25);
  const keys: string[] = [];
  for (const { id } of able) {
    keys.push((await call('startSession', { profileId: id, target, cols: 80, rows: 24 })).key);
  }
  const kinds = async (): Promise<string[]> => {
    const { sessions } = await call('loadWorkspace', undefined);
    return sessions.filter(({ key }) => keys.includes(key)).map(({ state }) => state.kind);
  };
  await expect.poll(kinds, { timeout: 30_000 }).toEqual(able.map(() => 'live'));
  await Promise.all(keys.map((key) => call('endSession', { key })));
  await Promise.all([person.close(), close()]);
});
