/**
 * The app's main job, done as its user does it: a node from the list, a shell in a tab, a command, its output. Shared
 * by the demonstration and by the test of the installed package.
 *
 * @typedef {import('playwright').Page} Page
 * @typedef {object} Command
 * @property {string} text what is typed
 * @property {RegExp} answer what the screen must show then
 */

/** @type {readonly Command[]} */
export const demonstration = [
  { text: 'echo "six times seven is $((6 * 7))"', answer: /six times seven is 42/ },
  { text: 'uname -sm', answer: /Linux \w+/ },
  { text: 'stty size', answer: /^\d+ \d+$/m },
];

const patienceMs = 30_000;

/**
 * Connects to the first node of the list that is online.
 * @param {Page} page
 * @returns {Promise<string>} the node's name as the list shows it
 */
export async function connectFirstNode(page) {
  const row = page.locator('[data-testid=node-row]:not([data-offline])').first();
  await row.waitFor({ timeout: patienceMs });
  const name = await row.locator('.node-name').innerText();
  await row.click();
  // A shell is there when it prompts.
  await waitForText(page, /[$#]$/);
  return name;
}

/**
 * Types a command into the tab in front and waits for its answer.
 * @param {Page} page
 * @param {Command} command
 */
export async function runCommand(page, { text, answer }) {
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await waitForText(page, answer);
}

/**
 * The terminal's screen, without the empty lines at its end.
 * @param {Page} page
 */
export async function terminalText(page) {
  const rows = await page.locator('[data-testid=terminal]:visible .xterm-rows > div').allTextContents();
  return rows
    .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
    .join('\n')
    .trimEnd();
}

/**
 * @param {Page} page
 * @param {RegExp} pattern
 */
async function waitForText(page, pattern) {
  const until = Date.now() + patienceMs;
  for (;;) {
    const text = await terminalText(page);
    if (pattern.test(text)) return;
    if (Date.now() > until) throw new Error(`the terminal never showed ${pattern}; it shows:\n${text}`);
    await page.waitForTimeout(50);
  }
}

/**
 * Answers the question that quitting asks while sessions are live: end them.
 * @param {Page} page
 */
export async function quit(page) {
  const button = page.locator('[role=alertdialog]').getByRole('button', { name: /quit/i });
  await button.click({ timeout: patienceMs });
}
