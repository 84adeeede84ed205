import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './paths.mjs';
import { runMain, SetupError } from './report.mjs';
import { run } from './run.mjs';
import { ensureReady } from './setup.mjs';

const bin = (/** @type {string} */ path) => join(root, 'node_modules', path);

/** Every check that reads the sources without running them. @type {Record<string, readonly string[]>} */
const checks = {
  types: [bin('typescript/bin/tsc'), '--noEmit', '-p', '.'],
  'types of the oldest Electron': [bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.electron33.json'],
  'types of the scripts': [bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.scripts.json'],
  lint: [
    bin('oxlint/bin/oxlint'),
    '--type-aware',
    '--deny-warnings',
    'src',
    'test',
    'chaos',
    'scripts',
    'bench',
  ],
  imports: [join(root, 'scripts', 'check-imports.mjs')],
  format: [bin('@biomejs/biome/bin/biome'), 'format', '.'],
  'dead code': [bin('knip/bin/knip.js'), '--no-progress'],
};

/**
 * Runs the checks and prints one line for each.
 * @param {readonly string[]} [names] all of them by default
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks(names = Object.keys(checks)) {
  const counts = { passed: 0, failed: 0 };
  for (const name of names) {
    const command = checks[name];
    if (command === undefined) {
      throw new SetupError(
        `There is no check named ${name}.`,
        `name one of: ${Object.keys(checks).join(', ')}`,
      );
    }
    const code = await run(process.execPath, command, { cwd: root, stdio: ['ignore', 1, 2] });
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} check: ${name}`);
    counts[code === 0 ? 'passed' : 'failed'] += 1;
  }
  return counts;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(async () => {
    await ensureReady({ electron: false });
    const names = process.argv.slice(2);
    const { failed } = await runChecks(names.length === 0 ? undefined : names);
    return failed === 0 ? 0 : 1;
  });
}
