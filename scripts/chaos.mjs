import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { root } from './paths.mjs';
import { runMain } from './report.mjs';
import { run } from './run.mjs';
import { ensureReady } from './setup.mjs';

/** `npm run chaos -- --help`: sets up and builds when needed, then runs chaos/main.ts. */
await runMain(async () => {
  await ensureReady({ electron: false });
  await ensureBuilt('node', 'chaos');
  return await run(process.execPath, [join(root, 'out', 'chaos', 'main.js'), ...process.argv.slice(2)], {
    cwd: root,
    stdio: ['ignore', 1, 2],
  });
});
