import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..', '..');
const shelf = join(root, '.cache', 'programs-under-test');

/** What the programs are made of. */
const inputs = [
  'src/ssm',
  'src/aws',
  'src/shared',
  'src/lab',
  'src/cli',
  'bin',
  'vite.node.config.ts',
  'vite.plugin.config.ts',
  'package-lock.json',
];

/** After this time nobody runs the tests of an older state of the sources any more, in ms. */
const keptForMs = 60 * 60 * 1000;

export interface ProgramsUnderTest {
  /** The command-line client. */
  cli: string;
  /** The launcher of the drop-in plugin, beside its program. */
  plugin: string;
  lab: string;
}

/**
 * The programs built as for use, in a folder of their own inside the repository (for its modules). Test files that run at the
 * same time share them, as do later runs on the same sources.
 */
export async function programsUnderTest(): Promise<ProgramsUnderTest> {
  await mkdir(shelf, { recursive: true });
  const folder = join(shelf, await hashOfInputs());
  if (!existsSync(folder)) await make(folder);
  return {
    cli: join(folder, 'out/node/cli.js'),
    plugin: join(folder, 'bin/session-manager-plugin'),
    lab: join(folder, 'out/node/lab.js'),
  };
}

async function make(folder: string): Promise<void> {
  await removeOld();
  const part = await mkdtemp(join(shelf, 'part-'));
  const common = { root, logLevel: 'error' } as const;
  await build({
    ...common,
    configFile: join(root, 'vite.node.config.ts'),
    build: {
      outDir: join(part, 'out/node'),
      emptyOutDir: true,
      rollupOptions: { input: { cli: 'src/cli/main.ts', lab: 'src/lab/main.ts' } },
    },
  });
  await build({
    ...common,
    configFile: join(root, 'vite.plugin.config.ts'),
    build: { outDir: join(part, 'out/plugin'), emptyOutDir: true },
  });
  await cp(join(root, 'bin'), join(part, 'bin'), { recursive: true });
  try {
    await rename(part, folder);
  } catch (error) {
    // Another test file was faster.
    if (!existsSync(folder)) throw error;
    await rm(part, { recursive: true });
  }
}

async function removeOld(): Promise<void> {
  for (const name of await readdir(shelf)) {
    const path = join(shelf, name);
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (age > keptForMs) await rm(path, { recursive: true, force: true });
  }
}

async function hashOfInputs(): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  for (const input of inputs) {
    for (const file of await filesUnder(join(root, input)))
      hash.update(`${file}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 20);
}

async function filesUnder(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
