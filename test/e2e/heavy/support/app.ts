import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, expect, type Locator, type Page } from '@playwright/test';
import type { ExternalLab } from './external-lab.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');

export interface OpenApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Opens a session on the node of that name of the profile under test, and answers when its prompt is drawn. */
  openTab(nodeName: string): Promise<Tab>;
  close(): Promise<void>;
}

/** One tab, brought to the front by whatever is done in it. */
export interface Tab {
  /** The session's key in the contract. */
  readonly key: string;
  readonly terminal: Locator;
  focus(): Promise<void>;
  /** Types a line and Enter. */
  run(line: string): Promise<void>;
  bytesIn(): Promise<number>;
}

/**
 * Starts the built app with an empty user folder and one profile of its own, which reaches `lab` as it would reach AWS:
 * by endpoint (`endpoint` where something stands in between), Region and credentials from the environment.
 */
export async function openAppOn(lab: ExternalLab, endpoint = lab.endpoint): Promise<OpenApp> {
  const folder = await mkdtemp(join(tmpdir(), 'nodewharf-heavy-'));
  const app = await _electron.launch({
    args: [root, `--user-data-dir=${folder}`],
    env: {
      ...(process.env as Record<string, string>),
      AWS_ACCESS_KEY_ID: lab.accessKeyId,
      AWS_SECRET_ACCESS_KEY: lab.secretAccessKey,
    },
  });
  const page = await app.firstWindow();
  const profileId = await page.evaluate(
    async ([region, url]) => {
      const profile = {
        name: 'Heavy',
        environment: 'other',
        credentials: { kind: 'environment' },
        region,
        network: { endpoints: { ssm: url } },
      } as const;
      const saved = await window.nodewharf.saveProfile({ profile });
      if (!saved.ok) throw new Error(saved.error.message);
      await window.nodewharf.refreshNodes({ profileId: saved.value.id });
      return saved.value.id;
    },
    [lab.region, endpoint] as const,
  );

  const tabs = new Map<string, string>();
  const openTab = async (nodeName: string): Promise<Tab> => {
    const row = page.locator(`[data-testid="node-row"][id*="${profileId}"]`).filter({ hasText: nodeName });
    await row.click();
    const tab = page.locator('[data-testid="tab"][aria-selected="true"][data-state="live"]');
    await expect(tab).toBeVisible();
    const id = (await tab.getAttribute('id')) ?? '';
    const terminal = page.locator(`[id="panel-${id.replace('tab-', '')}"] .xterm`);
    await expect(terminal.locator('.xterm-rows')).toContainText(/[#$] /);
    const key = await page.evaluate(
      async (known) => {
        const workspace = await window.nodewharf.loadWorkspace(undefined);
        if (!workspace.ok) throw new Error(workspace.error.message);
        return workspace.value.sessions.find((session) => !known.includes(session.key))?.key ?? '';
      },
      [...tabs.keys()],
    );
    tabs.set(key, id);
    const focus = async (): Promise<void> => {
      await page.locator(`[id="${id}"]`).click();
      await expect(terminal.locator('.xterm-helper-textarea')).toBeFocused();
    };
    await focus();
    return {
      key,
      terminal,
      focus,
      run: async (line) => {
        await focus();
        await page.keyboard.type(line);
        await page.keyboard.press('Enter');
      },
      bytesIn: () =>
        page.evaluate(async (session) => {
          const stats = await window.nodewharf.readStats({ key: session });
          if (!stats.ok) throw new Error(stats.error.message);
          return stats.value.bytesIn;
        }, key),
    };
  };

  return {
    app,
    page,
    openTab,
    close: async () => {
      const ended = new Promise((resolve) => app.process().once('exit', resolve));
      await app.evaluate(({ app: electronApp }) => electronApp.exit(0)).catch(() => undefined);
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
