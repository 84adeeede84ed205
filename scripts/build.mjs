import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './paths.mjs';
import { runMain, SetupError, say } from './report.mjs';
import { run } from './run.mjs';
import { ensureReady } from './setup.mjs';
import { withLock } from './setup/lock.mjs';
import { isStale, remake } from './staleness.mjs';

const common = ['package.json', 'package-lock.json', 'tsconfig.json', 'scripts/build.mjs'];
/** @param {string} path */
const isSource = (path) => !path.endsWith('.md');

/** What can be built, and by which command. */
const targets = {
  electron: {
    label: 'the app',
    inputs: ['src', 'electron.vite.config.ts', ...common],
    isInput: (/** @type {string} */ path) => isSource(path) && !path.startsWith(join('src', 'cli') + sep),
    outputs: [
      'out/main/index.js',
      'out/main/lab-process.js',
      'out/main/lab-worker.js',
      'out/main/bytes-worker.js',
      'out/preload/index.cjs',
      'out/renderer/index.html',
    ],
    command: ['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn'],
  },
  node: {
    label: 'the lab and the CLI',
    inputs: ['src/ssm', 'src/aws', 'src/lab', 'src/shared', 'src/cli', 'vite.node.config.ts', ...common],
    isInput: isSource,
    outputs: ['out/node/lab.js', 'out/node/cli.js'],
    command: [
      'node_modules/vite/bin/vite.js',
      'build',
      '--config',
      'vite.node.config.ts',
      '--logLevel',
      'warn',
    ],
  },
  plugin: {
    label: 'session-manager-plugin',
    inputs: ['src/ssm', 'src/aws', 'src/shared', 'src/cli', 'vite.plugin.config.ts', ...common],
    isInput: isSource,
    outputs: ['out/plugin/plugin.cjs'],
    command: [
      'node_modules/vite/bin/vite.js',
      'build',
      '--config',
      'vite.plugin.config.ts',
      '--logLevel',
      'warn',
    ],
  },
  chaos: {
    label: 'the chaos run',
    inputs: ['chaos', 'src/ssm', 'src/aws', 'src/shared', 'vite.chaos.config.ts', ...common],
    isInput: isSource,
    outputs: ['out/chaos/main.js', 'out/chaos/far-end.js'],
    command: [
      'node_modules/vite/bin/vite.js',
      'build',
      '--config',
      'vite.chaos.config.ts',
      '--logLevel',
      'warn',
    ],
  },
};

/**
 * Builds what has changed since it was last built; prints nothing and takes some tens of milliseconds when nothing
 * has. The bundlers run in a process of their own, so that a caller that goes on running does not carry them.
 *
 * @param {...keyof typeof targets} names
 */
export async function ensureBuilt(...names) {
  for (const name of names) {
    const { label, command, ...files } = targets[name];
    const made = { name: `build-${name}`, ...files };
    if (!isStale(made)) continue;
    await withLock(async () => {
      if (!isStale(made)) return;
      say(`building ${label}`);
      await remake(made, async () => {
        const code = await run(process.execPath, command, { cwd: root });
        if (code !== 0) throw new SetupError(`Building ${label} failed.`, 'see the lines above');
      });
    });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(async () => {
    await ensureReady({ electron: false });
    await ensureBuilt('electron', 'node', 'plugin');
  });
}
