import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { root } from './paths.mjs';
import { runMain, SetupError } from './report.mjs';
import { ensureReady } from './setup.mjs';

/**
 * `node scripts/run-node.mjs lab|cli [arguments]`: sets up and builds when needed, then becomes the program. It runs in
 * this very process: the terminal, the signals and the parent are the caller's own.
 */
await runMain(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name !== 'lab' && name !== 'cli')
    throw new SetupError('run-node needs a program.', 'say `lab` or `cli`');
  await ensureReady({ electron: false });
  await ensureBuilt('node', 'plugin');
  const program = join(root, 'out', 'node', `${name}.js`);
  process.argv = [process.execPath, program, ...args];
  await import(pathToFileURL(program).href);
});
