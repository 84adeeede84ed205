import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..', '..');

/** The command-line client built as for use, into a folder of the caller's own inside the repository (for its modules). */
export async function buildCli(): Promise<{ program: string; remove(): Promise<void> }> {
  const cache = join(root, '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'cli-under-test-'));
  await build({
    root,
    configFile: join(root, 'vite.node.config.ts'),
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true, rollupOptions: { input: { cli: 'src/cli/main.ts' } } },
  });
  return { program: join(folder, 'cli.js'), remove: () => rm(folder, { recursive: true }) };
}
