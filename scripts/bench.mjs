import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { onDisplay } from './display.mjs';
import { root } from './paths.mjs';
import { runMain, SetupError } from './report.mjs';
import { run } from './run.mjs';
import { ensureReady } from './setup.mjs';

/**
 * `npm run bench -- keystroke|flood|startup|memory [--json] [--runs N] [--seed N] [--gigabyte]`: sets up and builds
 * when needed, then measures the built app on the display there is or on a virtual one. With `--json` the last line
 * of standard output is one JSON object; everything else goes to standard error.
 */
await runMain(async () => {
  const args = process.argv.slice(2);
  const names = ['keystroke', 'flood', 'startup', 'memory'];
  if (!names.includes(args[0] ?? '')) {
    throw new SetupError('bench needs the name of a measurement.', `name one of: ${names.join(', ')}`);
  }
  const runtime = await ensureReady({ electron: true });
  await ensureBuilt('electron');
  const bench = join(root, 'bench', 'main.mjs');
  return await run(...onDisplay(process.execPath, [bench, runtime?.executable ?? '', ...args]), {
    cwd: root,
    stdio: ['ignore', 1, 2],
  });
});
