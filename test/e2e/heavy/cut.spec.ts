import { expect, type Locator, type Page } from '@playwright/test';
import { injectFault } from './support/external-lab.ts';
import { test } from './support/fixtures.ts';

// A minute is plenty on a free machine; on a busy one a test may take three.
test.slow();

/** Fewer than the scrollback holds. */
const lines = 8_000;
const cuts = 4;
const filler = 'with enough behind it to make its output some hundred messages';

test('nothing is lost or repeated when the socket is cut in the middle of output', async ({
  opened,
  lab,
}) => {
  const tab = await opened.openTab('lab-web');
  await injectFault(lab, {
    session: '*',
    kind: 'cut',
    direction: 'down',
    type: 'output_stream_data',
    every: 120,
    count: cuts,
  });
  await tab.run(`seq -f 'line %.0f, ${filler}' ${lines}; printf 'the end %s it\\n' of`);
  await expect(tab.terminal.locator('.xterm-rows')).toContainText('the end of it', {
    timeout: 120_000,
  });

  const copied = await copyAll(opened.page, tab.terminal);
  const numbers = [...copied.matchAll(new RegExp(`^line (\\d+), ${filler}$`, 'gm'))].map(([, number]) =>
    Number(number),
  );
  expect(numbers).toEqual(Array.from({ length: lines }, (_, index) => index + 1));
  expect(await connections(lab.control)).toBe(cuts + 1);
});

/** What a person gets who selects everything and copies it. */
async function copyAll(page: Page, terminal: Locator): Promise<string> {
  await terminal.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Select all' }).click();
  await page.keyboard.press('Control+Shift+C');
  let text = '';
  const clipboard = async (): Promise<string> => {
    text = await page.evaluate(async () => {
      const reply = await window.nodewharf.readClipboard(undefined);
      return reply.ok ? reply.value : '';
    });
    return text;
  };
  await expect.poll(clipboard).toContain('the end of it');
  return text;
}

/** How many connections the lab's one session has had. */
async function connections(control: string): Promise<number | undefined> {
  const answer = await fetch(`${control}/sessions`);
  const { sessions } = (await answer.json()) as { sessions: { connections: number }[] };
  return sessions[0]?.connections;
}
