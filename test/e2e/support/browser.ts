import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ElectronApplication, type Page } from '@playwright/test';
import { _electron } from 'playwright';

/** A browser of its own, for the pages that a person signs in at. */
export interface Browser {
  page: Page;
  close(): Promise<void>;
}

/** Electron with an empty window is a browser, and the only one that is sure to be here. */
export async function openBrowser(): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), 'nodewharf-browser-'));
  const program = join(import.meta.dirname, '..', '..', '..', 'bench', 'empty-window', 'main.cjs');
  const app = await _electron.launch({ args: [program, `--user-data-dir=${folder}`] });
  return {
    page: await app.firstWindow(),
    close: async () => {
      await app.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** From now on addresses that the app wants opened in a browser are gathered, and none is opened. */
export async function gatherOpened(app: ElectronApplication): Promise<() => Promise<string[]>> {
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { openedByTheApp: opened });
    shell.openExternal = (url) => {
      opened.push(url);
      return Promise.resolve();
    };
  });
  return () => app.evaluate(() => (globalThis as unknown as { openedByTheApp: string[] }).openedByTheApp);
}
