import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, type ElectronApplication, expect, type Locator, type Page } from '@playwright/test';
import { _electron } from 'playwright';
import type { Answer, Request } from '../../../src/shared/contract.ts';
import type { CallName } from '../../../src/shared/contract-names.ts';
import { type ExternalLab, startExternalLab } from '../heavy/support/external-lab.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The built app in a folder of its own. */
export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** One call of the contract, as the page makes it; throws what was refused. */
  call<N extends CallName>(name: N, request: Request<N>): Promise<Answer<N>>;
  /** Opens a tab on the node of that name, and answers when its prompt is drawn. */
  connect(nodeName: string): Promise<Locator>;
  /** What the app has written to standard error. */
  said(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals | null>;
  /** As the system ends a program that does not answer. */
  kill(): Promise<void>;
}

/** What an app is started with beside what every one is. */
export interface LaunchOptions {
  environment?: Record<string, string>;
  /** Arguments of Electron's. */
  args?: readonly string[];
}

interface Fixtures {
  /** A folder for the app's own files; gone after the test. */
  folder: string;
  /** Starts the app, in `folder`. Whatever still runs at the end of the test is killed. */
  launch(options?: LaunchOptions): Promise<RunningApp>;
  /** A lab in a process of its own, which outlives the app as AWS does. */
  lab: ExternalLab;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright finds out what a fixture needs by its pattern.
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'nodewharf-e2e-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  },
  launch: async ({ folder }, use) => {
    const running: RunningApp[] = [];
    await use(async (options) => {
      const app = await launchApp(folder, options);
      running.push(app);
      return app;
    });
    await Promise.all(running.map((app) => app.kill()));
    await expect.poll(() => processesWith(folder)).toEqual([]);
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  lab: async ({}, use) => {
    const lab = await startExternalLab();
    await use(lab);
    await lab.close();
  },
});

async function launchApp(
  folder: string,
  { environment = {}, args = [] }: LaunchOptions = {},
): Promise<RunningApp> {
  const app = await _electron.launch({
    args: [...args, `--user-data-dir=${folder}`, root],
    env: { ...(process.env as Record<string, string>), LANG: 'C.UTF-8', ...environment },
  });
  const electron = app.process();
  let errors = '';
  electron.stderr?.on('data', (bytes: Buffer) => (errors += bytes.toString()));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    electron.once('exit', (code, signal) => resolve(signal ?? code));
  });
  const page = await app.firstWindow();
  const connect = async (nodeName: string): Promise<Locator> => {
    await page.getByTestId('node-row').filter({ hasText: nodeName }).dblclick();
    const terminal = page.locator('[data-testid=terminal]:visible .xterm');
    await expect(terminal.locator('.xterm-rows')).toContainText(/[#$]\s*$/);
    return terminal;
  };
  return {
    app,
    page,
    call: (name, request) => callDoor(page, name, request),
    connect,
    said: () => errors,
    ended: () => ended,
    kill: async () => {
      electron.kill('SIGKILL');
      await ended;
    },
  };
}

/** Opens a tab on a node as one list has it: other profiles may list the same node. The filter finds it, and stays. */
export async function connectIn(page: Page, profileName: string, target: string): Promise<void> {
  const filter = page.getByTestId('filter');
  const rows = page.getByTestId('node-row');
  await filter.fill(`profile:${profileName} ${target}`);
  await expect(rows).toHaveCount(1);
  await expect(rows).toHaveAttribute('data-target', target);
  await rows.click();
}

async function callDoor<N extends CallName>(page: Page, name: N, request: Request<N>): Promise<Answer<N>> {
  const reply = await page.evaluate(
    async ([asked, argument]) =>
      (window.nodewharf[asked] as (request: unknown) => Promise<{ ok: boolean }>)(argument),
    [name, request] as const,
  );
  const { ok, value, error } = reply as { ok: boolean; value: Answer<N>; error: unknown };
  if (!ok) throw new Error(JSON.stringify(error));
  return value;
}

/** Ids of processes that name `text` on their command line (Linux; elsewhere none are found). */
export async function processesWith(text: string): Promise<number[]> {
  const entries = await readdir('/proc').catch(() => []);
  const found: number[] = [];
  for (const entry of entries) {
    if (!/^\d+$/.test(entry)) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(text)) found.push(Number(entry));
  }
  return found;
}

/** Whether a process is there and not merely waiting to be collected. */
export async function isRunning(id: number): Promise<boolean> {
  const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

/** The id of the shell in a terminal, by asking it. */
export async function shellIn(page: Page, terminal: Locator): Promise<number> {
  await page.keyboard.type('echo "shell=$$="');
  await page.keyboard.press('Enter');
  const rows = terminal.locator('.xterm-rows');
  await expect(rows).toContainText(/shell=\d+=/);
  return Number(/shell=(\d+)=/.exec((await rows.textContent()) ?? '')?.[1]);
}

export { expect };
