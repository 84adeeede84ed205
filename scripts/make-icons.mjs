import { join } from 'node:path';
import { onDisplay, rootArguments, rootNotice } from './display.mjs';
import { root } from './paths.mjs';
import { runMain, say } from './report.mjs';
import { run } from './run.mjs';
import { ensureReady } from './setup.mjs';

/** Draws the icon's pictures anew from `assets/icon.svg`; to be run after changing it. */
await runMain(async () => {
  const runtime = await ensureReady({ electron: true });
  if (runtime === undefined) return 1;
  const args = rootArguments();
  if (args.length > 0) say(rootNotice);
  return await run(...onDisplay(runtime.executable, [...args, join(root, 'scripts', 'icon-window.cjs')]));
});
