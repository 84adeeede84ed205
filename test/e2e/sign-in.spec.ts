import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type ExternalLab, startExternalLab } from './heavy/support/external-lab.ts';
import { connectIn, expect, test as base } from './support/app.ts';
import { type AwsFiles, makeAwsFiles } from './support/aws-files.ts';
import { type Browser as SignInBrowser, gatherOpened, openBrowser } from './support/browser.ts';

/** The lab as AWS with its IAM Identity Center, AWS files that lead there, and a browser. */
const test = base.extend<{ lab: ExternalLab; files: AwsFiles; person: SignInBrowser }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright finds out what a fixture needs by its pattern.
  lab: async ({}, use) => {
    const lab = await startExternalLab();
    await use(lab);
    await lab.close();
  },
  files: async ({ folder, lab }, use) => {
    await use(await makeAwsFiles(folder, lab));
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  person: async ({}, use) => {
    const browser = await openBrowser();
    await use(browser);
    await browser.close();
  },
});

const control = async (lab: ExternalLab, path: string, body: object): Promise<void> => {
  const answer = await fetch(`${lab.control}/${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
};

const add = (page: Page, name: string) =>
  page.getByRole('button', { name: `Add ${name}`, exact: true }).click();
const badgeOf = (page: Page, profile: string) =>
  page.getByRole('treeitem', { name: new RegExp(`^${profile},`) }).getByTestId('sign-in-badge');
const nodesOf = (page: Page, profile: string) =>
  page.getByRole('treeitem', { name: new RegExp(`^${profile},.* [1-9]\\d* nodes`) });

test('a profile of the AWS files is one click away; it says that a sign-in is needed, and opens nothing by itself', async ({
  launch,
  files,
}) => {
  const { app, page } = await launch({ environment: files.environment });
  const opened = await gatherOpened(app);
  const found = page.getByTestId('found-profile');
  await expect(found.filter({ hasText: 'acme-prod' })).toContainText('Ops in 1111 2222 3333');
  await expect(found.filter({ hasText: 'guarded' })).toContainText('MFA code');
  await add(page, 'acme-prod');
  await expect(badgeOf(page, 'acme-prod')).toBeVisible();
  await expect(page.getByText('Sign in to read the nodes')).toBeVisible();
  await expect(page.getByTestId('sign-ins')).toHaveText('Sign in to acme');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(await opened()).toEqual([]);
});

test('a login with a code: the page shows the same code, and after it every list that waited is read', async ({
  launch,
  files,
  person,
}) => {
  const { app, page } = await launch({ environment: files.environment });
  const opened = await gatherOpened(app);
  await add(page, 'acme-prod');
  await add(page, 'acme-dev');
  await badgeOf(page, 'acme-dev').click();
  const dialog = page.getByTestId('sign-in-dialog');
  await expect(dialog).toContainText('Ops in 1111 2222 3333, ReadOnly in 1111 2222 3333');
  await expect(dialog).toContainText('acme-prod');
  await dialog.getByRole('button', { name: 'Use a code' }).click();
  const code = (await dialog.getByTestId('user-code').textContent()) ?? '';
  expect(await opened()).toEqual([]);
  await dialog.getByRole('button', { name: 'Open the page' }).click();
  await expect.poll(opened).toHaveLength(1);
  await person.page.goto((await opened())[0] ?? '');
  await expect(person.page.locator('.code')).toHaveText(code);
  await person.page.getByRole('button', { name: 'Confirm and continue' }).click();
  await expect(page.getByText('Signed in to acme', { exact: true })).toBeVisible();
  await expect(dialog).toHaveCount(0);
  await expect(nodesOf(page, 'acme-prod')).toBeVisible();
  await expect(nodesOf(page, 'acme-dev')).toBeVisible();
  await expect(page.getByTestId('sign-in-badge')).toHaveCount(0);
  await expect(page.getByTestId('sign-ins')).toHaveCount(0);
});

/** Signs in to what the app has opened, in the browser. */
async function confirm(
  person: SignInBrowser,
  opened: () => Promise<string[]>,
  answer = 'Confirm and continue',
) {
  const count = (await opened()).length;
  await expect.poll(async () => (await opened()).length).toBeGreaterThan(Math.max(0, count - 1));
  await person.page.goto((await opened()).at(-1) ?? '');
  await person.page.getByRole('button', { name: answer }).click();
}

test('a tab that waits for a login says so, goes on by itself after it, and survives the end of the login', async ({
  launch,
  lab,
  files,
  person,
}) => {
  const { app, page } = await launch({ environment: files.environment });
  const opened = await gatherOpened(app);
  await add(page, 'acme-prod');
  await badgeOf(page, 'acme-prod').click();
  await page.getByRole('button', { name: 'Sign in with the browser' }).click();
  await expect.poll(opened).toHaveLength(1);
  await confirm(person, opened);
  await expect(nodesOf(page, 'acme-prod')).toBeVisible();

  // Signed out by somebody else: the list stays, and a new tab waits.
  await control(lab, 'sign-ins', { revoke: true });
  await connectIn(page, 'acme-prod', lab.nodes.find(({ online }) => online)?.id ?? '');
  const card = page.getByTestId('sign-in-card');
  await expect(card).toContainText('Sign in to acme');
  await expect(card).toContainText('Ops in 1111 2222 3333');
  await expect(page.locator('[data-testid=tab][aria-selected=true]')).toHaveAttribute(
    'data-state',
    'needs-sign-in',
  );
  await expect(card.getByRole('button', { name: 'Sign in with the browser' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect.poll(opened).toHaveLength(2);
  await confirm(person, opened);
  const rows = page.locator('[data-testid=terminal]:visible .xterm-rows');
  await expect(rows).toContainText(/[#$] /);
  await expect(card).toHaveCount(0);
  await expect(page.getByTestId('top-identity')).toHaveText(/^acme-prod\d+ (min|h)( \d+ min)? left$/);
  await page.keyboard.type('kept=still-here\n');

  // The login ends while the session is live: it goes on until its connection is cut, and waits for a person then.
  await control(lab, 'sign-ins', { revoke: true });
  await page.keyboard.type('echo before-$kept\n');
  await expect(rows).toContainText('before-still-here');
  await control(lab, 'cut', {});
  const bar = page.getByTestId('state-bar');
  await expect(bar).toContainText('Sign in first');
  await page.keyboard.type('echo meanwhile-$kept\n');
  await bar.getByRole('button', { name: 'Sign in…' }).click();
  await page.getByTestId('sign-in-dialog').getByRole('button', { name: 'Sign in with the browser' }).click();
  await expect.poll(opened).toHaveLength(3);
  await confirm(person, opened);
  await expect(rows).toContainText('meanwhile-still-here');
  await expect(bar).toHaveCount(0);
});

test('a login that is refused in the browser, or given up here, says so and can be tried again', async ({
  launch,
  files,
  person,
}) => {
  const { app, page } = await launch({ environment: files.environment });
  const opened = await gatherOpened(app);
  await add(page, 'acme-prod');
  await badgeOf(page, 'acme-prod').click();
  const dialog = page.getByTestId('sign-in-dialog');
  await dialog.getByRole('button', { name: 'Sign in with the browser' }).click();
  await expect(dialog).toContainText('Finish in your browser');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toHaveAttribute('data-progress', 'needed');
  await dialog.getByRole('button', { name: 'Use a code' }).click();
  await dialog.getByRole('button', { name: 'Open the page' }).click();
  await expect.poll(opened).toHaveLength(2);
  await confirm(person, opened, 'Deny');
  await expect(dialog).toHaveAttribute('data-progress', 'failed');
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByRole('button', { name: 'Try again with the browser' }).click();
  await expect.poll(opened).toHaveLength(3);
  await confirm(person, opened);
  await expect(page.getByText('Signed in to acme', { exact: true })).toBeVisible();
});

test('a code of an MFA device: a wrong one is said to be wrong, a right one serves list and session', async ({
  launch,
  lab,
  files,
}) => {
  const { page } = await launch({ environment: files.environment });
  await add(page, 'guarded');
  await expect(badgeOf(page, 'guarded')).toHaveText('code');
  await badgeOf(page, 'guarded').click();
  const dialog = page.getByTestId('sign-in-dialog');
  await expect(dialog).toContainText('mfa-admin in 4444 5555 6666');
  const field = dialog.getByTestId('mfa-code');
  await expect(field).toBeFocused();
  await page.keyboard.type('123');
  await page.keyboard.press('Enter');
  await expect(dialog).toContainText('A code has six digits.');
  await page.keyboard.type('450');
  await page.keyboard.press('Enter');
  await expect(dialog).toContainText('Wrong code');
  await expect(field).toBeFocused();
  await expect(field).toHaveValue('');
  await page.keyboard.type('123 455');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Code for mfa-admin accepted')).toBeVisible();
  await expect(nodesOf(page, 'guarded')).toBeVisible();
  await connectIn(page, 'guarded', lab.nodes.find(({ online }) => online)?.id ?? '');
  await expect(page.locator('[data-testid=terminal]:visible .xterm-rows')).toContainText(/[#$] /);
});

test('a console sign-in, as of aws login: asked for by name, made in the browser, and the list that waited is read', async ({
  launch,
  files,
  person,
}) => {
  const { app, page } = await launch({ environment: files.environment });
  const opened = await gatherOpened(app);
  await add(page, 'console');
  await badgeOf(page, 'console').click();
  const dialog = page.getByTestId('sign-in-dialog');
  await expect(dialog).toContainText('user/ann in 1234 5678 9012');
  await dialog.getByRole('button', { name: 'Copy the command' }).click();
  await expect
    .poll(() => app.evaluate(({ clipboard }) => clipboard.readText()))
    .toBe('aws login --profile console');
  expect(await opened()).toEqual([]);
  await dialog.getByRole('button', { name: 'Sign in with the browser' }).click();
  await expect.poll(opened).toHaveLength(1);
  await confirm(person, opened);
  await expect(person.page.getByText('You are signed in')).toBeVisible();
  await expect(dialog).toHaveCount(0);
  await expect(nodesOf(page, 'console')).toBeVisible();
});

test('a login that was made elsewhere is noticed', async ({ launch, files, person, folder }) => {
  const first = await launch({ environment: files.environment });
  const opened = await gatherOpened(first.app);
  await add(first.page, 'acme-prod');
  await badgeOf(first.page, 'acme-prod').click();
  await first.page.getByRole('button', { name: 'Sign in with the browser' }).click();
  await expect.poll(opened).toHaveLength(1);
  await confirm(person, opened);
  await expect(nodesOf(first.page, 'acme-prod')).toBeVisible();
  await first.kill();
  const cache = join(files.home, '.aws', 'sso', 'cache');
  await rename(cache, join(folder, 'put-away'));

  const { page } = await launch({ environment: files.environment });
  // The lab's list comes in meanwhile and may move the group from under the pointer, which hides its buttons. Whether the list
  // was on disk already when the first app was killed, its button's name tells.
  await expect(async () => {
    const group = page.getByRole('treeitem', { name: /^acme-prod,/ });
    await group.hover();
    await group
      .getByRole('button', { name: /^(Refresh the nodes of acme-prod|Read nodes)$/ })
      .click({ timeout: 1_000 });
  }).toPass();
  await expect(badgeOf(page, 'acme-prod')).toBeVisible();
  await rename(join(folder, 'put-away'), cache);
  await expect(badgeOf(page, 'acme-prod')).toHaveCount(0);
  await expect(page.getByText('Sign in to read the nodes')).toHaveCount(0);
});

test('what is wrong in the AWS files is told with its line, and noticed when it is mended', async ({
  launch,
  files,
}) => {
  await files.writeConfig(
    '[profile one]\nregion = eu-west-1\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = nobody\n',
  );
  const { page } = await launch({ environment: files.environment });
  const problem = page.getByTestId('settings-problem');
  await expect(problem).toContainText('config, line 1');
  await expect(problem).toContainText('nobody');
  await expect(page.getByRole('button', { name: 'Add one', exact: true })).toBeDisabled();
  await files.writeConfig(
    '[profile one]\nregion = eu-west-1\naws_access_key_id = a\naws_secret_access_key = b\n',
  );
  await expect(problem).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Add one', exact: true })).toBeEnabled();
});
