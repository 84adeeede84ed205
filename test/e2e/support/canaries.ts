import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

/** What must not be found: texts as they are, and patterns of what the lab hands out. */
export interface Canary {
  readonly name: string;
  readonly secret: string | RegExp;
}

export function foundIn(text: string, canaries: readonly Canary[]): string[] {
  return canaries
    .filter(({ secret }) => (typeof secret === 'string' ? text.includes(secret) : secret.test(text)))
    .map(({ name }) => name);
}

/** All objects and strings of the page's scripts, as the debugger writes them down, garbage collected before. */
export async function heapOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return chunks.join('');
}

/** Every file below a folder, as bytes in text, with its path before it. `isLeftOut` is told the path below the folder. */
export async function filesBelow(
  folder: string,
  isLeftOut: (path: string) => boolean,
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const path of await readdir(folder, { recursive: true })) {
    if (isLeftOut(path)) continue;
    const whole = join(folder, path);
    // A lock or a socket of Chromium's may be gone, or be no file.
    const isFile = await stat(whole).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) texts.set(path, await readFile(whole, 'latin1').catch(() => ''));
  }
  return texts;
}

/** Arguments of a process and of all below it (Linux). */
export async function argumentsBelow(processId: number): Promise<string> {
  const parents = new Map<number, number>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '');
    parents.set(Number(entry), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }
  const below = new Set([processId]);
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const [id, parent] of parents) if (below.has(parent)) below.add(id);
  }
  const texts = await Promise.all(
    [...below].map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  );
  return texts.join('\n').replaceAll('\0', ' ');
}
