import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { onDisplay, rootArguments, rootNotice } from './display.mjs';
import { root } from './paths.mjs';
import { runMain, say } from './report.mjs';
import { run } from './run.mjs';
import { ensureReady, hasDisplay } from './setup.mjs';

/**
 * `npm start`: sets up and builds what is missing, then opens the app. Where there is no display to open it on, the
 * demonstration runs on a virtual one instead. Further arguments go to the app.
 */
await runMain(async () => {
  const runtime = await ensureReady({ electron: true });
  if (runtime === undefined) return 1;
  await ensureBuilt('electron', 'plugin');
  if (rootArguments().length > 0) say(rootNotice);
  if (!hasDisplay()) {
    say('no display: doing the main job on a virtual one');
    return await run(...onDisplay(process.execPath, [join(root, 'scripts', 'demo.mjs')]), {
      stdio: ['ignore', 1, 2],
    });
  }
  const args = [...rootArguments(), root, ...process.argv.slice(2)];
  return await run(runtime.executable, args, { stdio: 'inherit' });
});
