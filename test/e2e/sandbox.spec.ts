import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, expect, test } from '@playwright/test';
import { processesWith } from './support/app.ts';
import { ordinaryUser } from './support/ordinary-user.ts';

const root = join(import.meta.dirname, '..', '..');

test.skip(process.platform !== 'linux', 'Seccomp is a matter of Linux.');

test("an ordinary user's page runs under seccomp, with no switch that turns it off", async () => {
  const electron = (await import('electron')).default as unknown as string;
  const user = await ordinaryUser();
  try {
    test.skip(!(await user.canRead(join(root, 'package.json'))), 'The work tree is for its owner alone.');
    const browser = await chromium.connectOverCDP(await user.start(electron, [root]));
    const page = browser.contexts()[0]?.pages()[0];
    await expect.poll(() => page?.evaluate(() => typeof window.nodewharf)).toBe('object');

    const renderers: { seccomp: string | undefined; isUnsandboxed: boolean }[] = [];
    for (const id of await processesWith('--type=renderer')) {
      if ((await stat(`/proc/${id}`)).uid !== user.id) continue;
      const command = await readFile(`/proc/${id}/cmdline`, 'utf8');
      const status = await readFile(`/proc/${id}/status`, 'utf8');
      renderers.push({
        seccomp: /^Seccomp:\s*(\d)/m.exec(status)?.[1],
        isUnsandboxed: command.includes('no-sandbox'),
      });
    }
    expect(renderers.length).toBeGreaterThan(0);
    expect(renderers).toEqual(renderers.map(() => ({ seccomp: '2', isUnsandboxed: false })));
    await browser.close();
  } finally {
    await user.remove();
  }
});
