import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { type OpenApp, openAppOn } from './app.ts';
import { type ExternalLab, startExternalLab } from './external-lab.ts';
import { type Relay, startRelay } from './relay.ts';

interface Fixtures {
  /** A lab in a process of its own. */
  lab: ExternalLab;
  /** The app with a profile on that lab. */
  opened: OpenApp;
  relay: Relay;
  /** The app with a profile on the relay before that lab. */
  relayed: OpenApp;
  /** A folder of the test's own, for files that the lab's shells read. */
  folder: string;
}

export const test = base.extend<Fixtures>({
  lab: async ({}, use) => {
    const lab = await startExternalLab();
    await use(lab);
    await lab.close();
  },
  opened: async ({ lab }, use) => {
    const opened = await openAppOn(lab);
    await use(opened);
    await opened.close();
  },
  relay: async ({ lab }, use) => {
    const relay = await startRelay(lab.endpoint);
    await use(relay);
    await relay.close();
  },
  relayed: async ({ lab, relay }, use) => {
    const opened = await openAppOn(lab, relay.endpoint);
    await use(opened);
    await opened.close();
  },
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'nodewharf-heavy-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
});
