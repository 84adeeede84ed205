import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { onDisplay } from './display.mjs';
import { root } from './paths.mjs';
import { runMain } from './report.mjs';
import { run } from './run.mjs';
import { ensureReady } from './setup.mjs';

/** Takes the README's picture anew: the demonstration, on the display there is or on a virtual one. */
await runMain(async () => {
  await ensureReady({ electron: true });
  await ensureBuilt('electron');
  const picture = join(root, 'docs', 'screenshot.png');
  return await run(...onDisplay(process.execPath, [join(root, 'scripts', 'demo.mjs'), picture]));
});
