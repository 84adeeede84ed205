import type { Page } from '@playwright/test';
import { expect, test } from './support/app.ts';
import { startExternalLab } from './heavy/support/external-lab.ts';

/** The lists of a lab that is a program of its own, with nodes in two Regions. */
const regions = ['eu-west-1', 'us-east-1'];

const filter = (page: Page) => page.getByTestId('filter');
const groups = (page: Page) => page.getByTestId('group-row');
const groupTitles = async (page: Page): Promise<string[]> =>
  (await groups(page).allTextContents()).map((text) => text.replaceAll(/\s+/g, ' '));

async function groupBy(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Group nodes by' }).click();
  await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click();
}

test('nodes of two Regions are filtered, grouped and starred, and EC2 may be denied', async ({ launch }) => {
  const lab = await startExternalLab(['--nodes', '60', '--regions', regions.join(',')]);
  try {
    process.env['AWS_ACCESS_KEY_ID'] = lab.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = lab.secretAccessKey;
    const { page, call, kill } = await launch();
    const refuse = (operation: string, code: string) =>
      fetch(`${lab.control}/refuse`, { method: 'POST', body: JSON.stringify({ operation, code, count: 1 }) });
    const { id: profileId } = await call('saveProfile', {
      profile: {
        name: 'Fleet',
        environment: 'staging',
        credentials: { kind: 'environment' },
        region: 'eu-west-1',
        moreRegions: ['us-east-1'],
        network: { endpoints: { ssm: lab.endpoint } },
      },
    });

    await test.step('a list says that it was not read, and is read on its own', async () => {
      const first = page.getByRole('treeitem', { name: /^Fleet, eu-west-1/ });
      await expect(first).toHaveAccessibleName(/not read/);
      await refuse('DescribeInstances', 'UnauthorizedOperation');
      await first.getByRole('button', { name: 'Read nodes' }).click();
      await expect(first).toHaveAccessibleName('Fleet, eu-west-1, 33 nodes');
      await expect(first.getByRole('img', { name: 'Without names and tags of EC2' })).toBeVisible();
      // Folded, so that the next list is in sight.
      await first.click();
      await expect(page.getByRole('treeitem', { name: /^Fleet, us-east-1/ })).toHaveAccessibleName(
        /not read/,
      );
    });

    await test.step('both are read, with names and tags', async () => {
      await call('refreshNodes', { profileId });
      await expect(page.getByRole('treeitem', { name: /^Fleet, us-east-1/ })).toHaveAccessibleName(
        'Fleet, us-east-1, 27 nodes',
      );
      await expect(page.getByRole('img', { name: 'Without names and tags of EC2' })).toHaveCount(0);
    });

    await test.step('a value is offered while it is typed, and the nodes that have it are left', async () => {
      await filter(page).click();
      await page.keyboard.type('tag:ro');
      await expect(page.getByRole('option', { name: /Role/ })).toBeVisible();
      await page.keyboard.press('Tab');
      await expect(filter(page)).toHaveValue('tag:Role=');
      await page.keyboard.type('da');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await expect(filter(page)).toHaveValue('tag:Role=database');
      await page.keyboard.type(' region:eu-west-1');
      await expect(page.getByTestId('node-row')).toHaveCount(1);
      await expect(page.getByTestId('node-row')).toContainText('lab-db');
      await page.keyboard.type(' -lab');
      await expect(page.getByText('No node fits this filter.')).toBeVisible();
    });

    await test.step('a bad term is left out and explained', async () => {
      await filter(page).fill('stat:online lab-db profile:fleet');
      await expect(page.getByText(/There is no stat: here/)).toBeVisible();
      await expect(page.getByTestId('node-row')).toHaveCount(1);
      await page.keyboard.press('Escape');
      await expect(filter(page)).toHaveValue('');
    });

    await test.step('the groups are by Region, account, environment or tag, and stay so', async () => {
      await filter(page).fill('profile:fleet');
      await groupBy(page, 'Environment');
      await expect(groups(page)).toHaveCount(1);
      expect(await groupTitles(page)).toEqual(['Staging60']);
      await groupBy(page, 'Account');
      await expect(groups(page).first()).toContainText('123456789012');
      await groupBy(page, 'Tag Team');
      await expect.poll(() => groupTitles(page)).toContainEqual(expect.stringMatching(/^financeTeam1 of 3$/));
      expect((await call('loadWorkspace', undefined)).settings.groupNodesBy).toEqual({ tag: 'Team' });
      await groupBy(page, 'Profile and Region');
    });

    await test.step('a star brings a node to the top, also after a restart', async () => {
      await filter(page).fill('lab-relay profile:fleet');
      const row = page.getByTestId('node-row').first();
      await row.hover();
      await row.getByRole('button', { name: 'Favourite: lab-relay' }).click();
      await expect(page.getByRole('treeitem', { name: /^Favourites/ })).toBeVisible();
      await expect(page.getByTestId('node-row')).toHaveCount(2);
    });
    await kill();

    const again = await launch();
    await expect(groups(again.page).first()).toContainText('Favourites');
    await expect(again.page.getByTestId('node-row').first()).toContainText('lab-relay');
    const { inventories } = await again.call('loadWorkspace', undefined);
    expect(inventories.map(({ head }) => [head.region, head.nodeCount])).toContainEqual(['us-east-1', 27]);
    // The session runs in the Region that has the node, whatever the profile's first one is.
    await filter(again.page).fill('state:online region:us-east-1 profile:fleet');
    await again.page.getByTestId('node-row').first().dblclick();
    await expect(again.page.getByTestId('tab')).toHaveAttribute('data-state', 'live');
    expect((await again.call('loadWorkspace', undefined)).sessions[0]?.region).toBe('us-east-1');
  } finally {
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
    await lab.close();
  }
});
