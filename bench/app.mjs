import { _electron } from 'playwright';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from '../scripts/paths.mjs';
import { installProbe } from './page-probe.mjs';

/**
 * The built app, driven as a user would: nodes and tabs by clicking, shells by the keyboard.
 * @typedef {Awaited<ReturnType<typeof launchApp>>} DrivenApp
 */

const limitMs = 60_000;
/** A flood of 200 MB takes some ten seconds on a free machine. */
const commandLimitMs = 10 * 60_000;

/**
 * @param {{ electron: string, folder: string, environment?: Record<string, string> }} options `folder` becomes the home of the
 * app's own files
 */
export async function launchApp({ electron, folder, environment = {} }) {
  const app = await _electron.launch({
    executablePath: electron,
    // Playwright itself adds --no-sandbox on Linux.
    args: [root],
    env: { ...process.env, XDG_CONFIG_HOME: folder, ...environment },
    timeout: limitMs,
  });
  const page = await app.firstWindow();
  page.setDefaultTimeout(limitMs);
  await page.waitForFunction(() => performance.getEntriesByName('nodes-painted').length > 0);
  await page.evaluate(installProbe);
  return drive(app, page);
}

function drive(app, page) {
  /** The DOM id of each session's tab. */
  const tabIds = new Map();
  let marker = 0;
  let current;

  /** @returns what the probe knows of a session: bytes received and parsed, and its size */
  const session = (key) => page.evaluate((wanted) => window.__probe.state(wanted), key);

  const untilSession = async (key, isSo, what) => {
    const started = performance.now();
    for (;;) {
      const state = await session(key);
      if (isSo(state)) return state;
      if (performance.now() - started > limitMs)
        throw new Error(`${what} did not happen: ${JSON.stringify(state)}`);
      await wait(20);
    }
  };

  const untilFocused = () =>
    page.waitForFunction(
      () =>
        document.activeElement?.classList.contains('xterm-helper-textarea') &&
        document.activeElement.closest('.session-panel:not([hidden])') !== null,
    );

  const focusTab = async (key) => {
    if (current === key) return;
    await page.locator(`[id="${tabIds.get(key)}"]`).click();
    await page.locator('.session-panel:not([hidden]) .xterm-screen').click();
    await untilFocused();
    current = key;
  };

  const typeLine = async (text) => {
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };

  return {
    app,
    page,
    pid: app.process().pid,
    session,
    focusTab,
    typeLine,

    /** Opens a tab on the first node that is online and answers the session's key when its prompt is there. */
    async openTab() {
      const before = await page.evaluate(() => window.__probe.keys());
      await page.locator('[data-testid="node-row"]:not([data-offline])').first().click();
      const tab = page.locator('[data-testid="tab"][aria-selected="true"][data-state="live"]');
      let key;
      while (key === undefined) {
        const keys = await page.evaluate(() => window.__probe.keys());
        key = keys.find((found) => !before.includes(found));
        if (key === undefined) await wait(20);
      }
      await tab.waitFor();
      tabIds.set(key, await tab.getAttribute('id'));
      await untilSession(key, ({ consumed }) => consumed > 0, 'The prompt');
      await page.locator('.session-panel:not([hidden]) .xterm-screen').click();
      await untilFocused();
      current = key;
      return key;
    },

    /** Runs `command` in the front tab and waits until the end of its output is parsed; seconds from Enter on. */
    async runAndWait(key, command) {
      marker += 1;
      const end = `done-${marker}-${Date.now()}`;
      // Written in two parts, so that the echo of the command is not taken for its end.
      await page.keyboard.type(`${command}; printf '%s%s\\n' 'done-' '${end.slice(5)}'`);
      await page.evaluate(
        ([session_, text]) => {
          window.__ended = window.__probe.whenParsed(session_, text);
        },
        [key, end],
      );
      await page.keyboard.press('Enter');
      const enteredAt = await page.evaluate(() => window.__probe.lastKeydownAt);
      const endedAt = await withLimit(
        page.evaluate(() => window.__ended),
        commandLimitMs,
        command,
      );
      return (endedAt - enteredAt) / 1000;
    },

    waitForBytes: (key, bytes) => untilSession(key, ({ consumed }) => consumed >= bytes, `${bytes} bytes`),

    /**
     * Presses `letter` in the front tab. Milliseconds from keydown to its echo being parsed, and of that: in the page
     * before the input is posted to main, away, and in the page again.
     */
    async echo(key, letter) {
      await page.evaluate((wanted) => {
        window.__echo = window.__probe.nextEcho(wanted, 5_000);
      }, key);
      await page.keyboard.press(letter);
      const { keydownAt, postedAt, receivedAt, parsedAt } = await page.evaluate(() => window.__echo);
      return {
        total: parsedAt - keydownAt,
        toPost: postedAt - keydownAt,
        away: receivedAt - postedAt,
        toParse: parsedAt - receivedAt,
      };
    },

    /** Sizes the window so that the front tab's terminal has exactly so many cells. */
    async resizeTerminal(key, cols, rows) {
      for (let attempt = 0; attempt < 10; attempt += 1) {
        const state = await session(key);
        if (state.cols === cols && state.rows === rows) return;
        const cell = await page.locator('.session-panel:not([hidden]) .xterm-screen').evaluate(
          (screen, size) => ({
            width: screen.getBoundingClientRect().width / size.cols,
            height: screen.getBoundingClientRect().height / size.rows,
          }),
          state,
        );
        const by = { width: (cols - state.cols) * cell.width, height: (rows - state.rows) * cell.height };
        await app.evaluate(({ BrowserWindow }, grow) => {
          const [window] = BrowserWindow.getAllWindows();
          const [width, height] = window.getContentSize();
          window.setMinimumSize(1, 1);
          window.setContentSize(Math.round(width + grow.width), Math.round(height + grow.height));
        }, by);
        await wait(500);
      }
      throw new Error(`The terminal did not become ${cols} by ${rows}.`);
    },

    /** The options of the app's own terminal that bear on speed, read from what it has drawn and from the settings. */
    async terminalOptions() {
      return await page.evaluate(async () => {
        const rows = document.querySelector('.session-panel:not([hidden]) .xterm-rows');
        const { fontFamily, fontSize } = getComputedStyle(rows);
        const workspace = await window.nodewharf.loadWorkspace();
        return {
          fontFamily,
          fontSize: Number.parseFloat(fontSize),
          lineHeight: 1.15,
          scrollback: workspace.value.settings.scrollback,
          minimumContrastRatio: 4.5,
        };
      });
    },

    async close() {
      const ended = new Promise((resolve) => app.process().once('exit', resolve));
      // The window would ask about its live sessions; a bench has nobody to answer.
      await app.evaluate(({ app: electronApp }) => electronApp.exit(0)).catch(() => undefined);
      await ended;
    },
  };
}

function withLimit(promise, limit, what) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Not done within ${limit / 1000} s: ${what}`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
