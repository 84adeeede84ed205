import type { Page } from '@playwright/test';
import { expect, test } from './support/app.ts';

const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });

/** Nodes and containers; the containers come last. */
const allInTheLab = 12;

/** Before the page has drawn nobody listens to keys. */
const drawn = (page: Page): Promise<void> => expect(page.getByTestId('node-row').first()).toBeVisible();

test('the first run offers the lab with one click to a shell', async ({ launch }) => {
  const { page } = await launch();
  await page.getByRole('button', { name: /Open a shell on / }).click();
  await expect(page.getByTestId('tab')).toHaveAttribute('data-state', 'live');
  await expect(page.locator('.xterm-rows')).toContainText(/[#$]\s*$/);
});

test('typing in the node list filters it, arrows choose and Enter connects', async ({ launch }) => {
  const { page } = await launch();
  await drawn(page);
  const nodes = page.getByTestId('node-row');
  await expect(nodes).toHaveCount(allInTheLab);
  await page.keyboard.press('Control+Shift+L');
  await expect(page.getByTestId('filter')).toBeFocused();
  await page.keyboard.type('lbdb state:online');
  await expect(nodes).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('tab')).toContainText('lab-db');
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await expect(nodes).toHaveCount(allInTheLab);
  await page.keyboard.type('no such node');
  await expect(page.getByText('No node fits this filter.')).toBeVisible();
});

test('a click on a row that is half in sight opens that node, and nothing moves under the pointer', async ({
  launch,
}) => {
  const { app, page } = await launch();
  await drawn(page);
  const list = page.locator('#node-list');
  const row = page.getByTestId('node-row').filter({ hasText: 'lab-web' });
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(900, 420));
  const overhang = async (): Promise<number> => {
    const [around, box] = await Promise.all([list.boundingBox(), row.boundingBox()]);
    if (around === null || box === null) return 0;
    return box.y + box.height - (around.y + around.height);
  };
  // A dozen pixels of it are cut off.
  await expect.poll(overhang).toBeGreaterThan(0);
  await list.hover();
  await page.mouse.wheel(0, (await overhang()) - 12);
  await expect.poll(overhang).toBeCloseTo(12, 0);
  const box = await row.boundingBox();
  if (box === null) throw new Error('The row is not drawn.');
  await page.mouse.click(box.x + 60, box.y + 6);
  await expect(page.getByTestId('tab')).toContainText('lab-web');
  expect(await overhang()).toBeCloseTo(12, 0);
});

test('the palette goes to a node, and to an action', async ({ launch }) => {
  const { page } = await launch();
  await drawn(page);
  await page.keyboard.press('Control+Shift+P');
  const palette = page.getByTestId('palette');
  await palette.getByRole('combobox').fill('lab-web');
  await expect(palette.getByRole('option', { selected: true })).toContainText('lab-web');
  await page.keyboard.press('Enter');
  await expect(palette).toHaveCount(0);
  await expect(page.getByTestId('tab')).toHaveAttribute('data-state', 'live');
  await page.keyboard.press('Control+Shift+P');
  await palette.getByRole('combobox').fill('settings');
  await page.keyboard.press('Enter');
  await expect(dialog(page, 'Settings')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
});

test('a profile is checked where it is filled in, saved, found again, copied and removed', async ({
  launch,
}) => {
  const { page, call } = await launch();
  await page.getByRole('button', { name: 'New profile' }).first().click();
  const form = dialog(page, 'New profile');
  await form.getByLabel('Region', { exact: true }).fill('europe');
  await form.getByLabel('More Regions to list').click();
  await expect(form.getByText('A Region looks like eu-west-1.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(form.getByText('There are changes that are not saved.')).toBeVisible();
  await form.getByRole('button', { name: 'Keep editing' }).click();
  await form.getByLabel('Region', { exact: true }).fill('eu-west-1');
  await form.getByLabel('Name required').fill('Acme');
  await form.getByLabel('Environment').selectOption('Staging');
  await form.getByLabel('Reason', { exact: true }).fill('INC-7');
  await form.getByText('Advanced').click();
  await form.getByLabel('Systems Manager (ssm)').fill('http://127.0.0.1:9');
  await form.getByRole('button', { name: 'Save profile' }).click();
  await expect(form).toHaveCount(0);
  const group = page.getByRole('treeitem', { name: /^Acme, Staging/ });
  await expect(group).toBeVisible();
  const { profiles } = await call('loadWorkspace', undefined);
  expect(profiles.find(({ name }) => name === 'Acme')).toMatchObject({
    environment: 'staging',
    region: 'eu-west-1',
    reason: 'INC-7',
    network: { endpoints: { ssm: 'http://127.0.0.1:9' } },
  });

  await group.click({ button: 'right' });
  await page.getByRole('menuitem', { name: /Duplicate profile/ }).click();
  await dialog(page, 'New profile').getByRole('button', { name: 'Save profile' }).click();
  await expect(page.getByRole('treeitem', { name: /^Acme copy/ })).toBeVisible();

  await group.click({ button: 'right' });
  await page.getByRole('menuitem', { name: /Remove profile/ }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove profile' }).click();
  await expect(group).toHaveCount(0);
});

test('a list that cannot be read says why beside its profile, with a way to try again', async ({
  launch,
}) => {
  const { page, call } = await launch();
  await call('saveProfile', {
    profile: {
      name: 'Nowhere',
      environment: 'other',
      credentials: { kind: 'default-chain' },
      region: 'eu-west-1',
      network: { endpoints: { ssm: 'http://127.0.0.1:9' }, maxAttempts: 1 },
    },
  });
  await expect(page.getByRole('treeitem', { name: /^Nowhere/ })).toBeVisible();
  await page.getByRole('button', { name: 'Read nodes' }).click();
  const note = page.getByRole('alert');
  await expect(note.getByRole('button', { name: 'Try again' })).toBeVisible();
  await expect(note.getByRole('button', { name: 'Copy' })).toBeVisible();
});

test('history shows what was opened and how it ended, and opens it again', async ({ launch }) => {
  const { page, connect } = await launch();
  await connect('lab-web');
  await page.keyboard.type('exit');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('tab')).toHaveAttribute('data-state', 'ended');
  await page.keyboard.press('Control+Shift+H');
  const entry = page.getByTestId('history-entry');
  await expect(entry).toContainText('lab-web');
  await expect(entry).toContainText('Closed');
  await page.getByLabel(/^Filter by node/).fill('nothing like it');
  await expect(page.getByText('No session fits this filter')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await entry.getByRole('button', { name: /Open .* again/ }).click();
  await expect(page.getByTestId('tab').filter({ hasText: 'lab-web' })).toHaveCount(2);
  await expect(page.locator('[data-testid=tab][aria-selected=true]')).toHaveAttribute('data-state', 'live');
});

test('tabs are renamed, duplicated, moved, closed with the middle button and opened again', async ({
  launch,
}) => {
  const { page, connect } = await launch();
  await connect('lab-web');
  const tabs = page.getByTestId('tab');
  await tabs.first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: /Rename/ }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('my shell');
  await page.keyboard.press('Enter');
  await expect(tabs.first()).toContainText('my shell');
  await tabs.first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await expect(tabs).toHaveCount(2);
  await expect(tabs.nth(1)).toHaveAttribute('data-state', 'live');
  await page.keyboard.press('Control+Shift+PageUp');
  await expect(tabs.nth(1)).toContainText('my shell');
  await page.keyboard.press('Control+Tab');
  await expect(tabs.nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Alt+1');
  await expect(tabs.first()).toHaveAttribute('aria-selected', 'true');
  await tabs.first().click({ button: 'middle' });
  await page.getByRole('alertdialog').getByRole('button', { name: 'End session' }).click();
  await expect(tabs).toHaveCount(1);
  await page.keyboard.press('Control+Shift+Z');
  await expect(tabs).toHaveCount(2);
});

test('settings count at once in open terminals and are kept', async ({ launch }) => {
  const { page, connect, call } = await launch();
  await connect('lab-web');
  const before = await page.getByTestId('terminal-size').textContent();
  await page.keyboard.press('Control+,');
  const settings = dialog(page, 'Settings');
  await settings.getByText('Light', { exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await settings.getByRole('button', { name: 'Larger' }).click();
  await expect.poll(() => page.getByTestId('terminal-size').textContent()).not.toBe(before);
  const kept = (await call('loadWorkspace', undefined)).settings;
  expect(kept).toMatchObject({ theme: 'light', fontSize: 14 });
});

test('every control of the window has a role and a name, and ids are unique', async ({ launch }) => {
  const { page, connect } = await launch();
  await connect('lab-web');
  const problems = async (): Promise<string[]> =>
    page.evaluate(() => {
      const found: string[] = [];
      const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
      found.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `id twice: ${id}`));
      for (const element of document.querySelectorAll<HTMLElement>(
        'button, input, select, textarea, [role]',
      )) {
        if (element.closest('.xterm, [role=presentation]') !== null) continue;
        const labelledBy = element.getAttribute('aria-labelledby');
        const label =
          element.id === '' ? null : document.querySelector(`label[for="${CSS.escape(element.id)}"]`);
        const name =
          element.getAttribute('aria-label') ??
          (labelledBy === null ? null : document.getElementById(labelledBy)?.textContent) ??
          label?.textContent ??
          element.closest('label')?.textContent ??
          element.textContent;
        if (name === null || name === undefined || name.trim() === '') {
          found.push(`no name: ${element.outerHTML.slice(0, 120)}`);
        }
      }
      return found.filter((problem) => !/role="(log|status|listbox|tablist|menu)"/.test(problem));
    });
  expect(await problems()).toEqual([]);
  await page.keyboard.press('Control+,');
  await expect(dialog(page, 'Settings')).toBeVisible();
  expect(await problems()).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+H');
  await expect(page.getByTestId('history-entry')).toBeVisible();
  expect(await problems()).toEqual([]);
});

test('the node list is read out in the order on screen, each row with its place among its kind', async ({
  launch,
}) => {
  const { page } = await launch();
  const rows = page.getByTestId('node-row');
  await expect(rows).toHaveCount(allInTheLab);
  // The nearest matches come first, each row in the element that it had.
  await page.getByTestId('filter').fill('d');
  await expect(rows.first()).toHaveAttribute('aria-posinset', '3');
  const readOut = await page.getByRole('tree').evaluate((tree) =>
    (tree.getAttribute('aria-owns') ?? '').split(' ').map((id) => {
      const row = document.getElementById(id);
      const place = ['level', 'posinset', 'setsize'].map((name) => Number(row?.getAttribute(`aria-${name}`)));
      return { top: row?.getBoundingClientRect().top ?? -1, place };
    }),
  );
  expect(readOut.map(({ place }) => place)).toEqual([
    [1, 1, 1],
    ...Array.from({ length: allInTheLab }, (_none, at) => [2, at + 1, allInTheLab]),
  ]);
  const tops = readOut.map(({ top }) => top);
  expect(tops).toEqual(tops.toSorted((a, b) => a - b));
});
