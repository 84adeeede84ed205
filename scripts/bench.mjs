import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { onDisplay } from './display.mjs';
import { root } from './paths.mjs';
import { runMain, SetupError } from './report.mjs';
import { run } from './run.mjs';
import { ensureReady } from './setup.mjs';

const ofApp = new Set(['keystroke', 'flood', 'startup', 'memory', 'nodes']);
const ofSessions = new Set([
  'port-download',
  'port-upload',
  'port-parallel',
  'shell-flood',
  'connect',
  'echo',
  'scale',
]);

/**
 * `npm run bench -- keystroke|flood|startup|memory|nodes [--json] [--runs N] [--seed N] [--gigabyte]`: sets up and builds
 * when needed, then measures the built app on the display there is or on a virtual one.
 *
 * `npm run bench -- port-download|port-upload|port-parallel|shell-flood|connect|echo|scale [--json] [--runs N]
 * [--seconds N] [--client-command "…"] [--our-command "…"] [--endpoint U]`: measures the session client without the app.
 *
 * With `--json` the last line of standard output is one JSON object; everything else goes to standard error.
 */
await runMain(async () => {
  const args = process.argv.slice(2);
  const [name = ''] = args;
  if (ofSessions.has(name)) {
    await ensureReady({ electron: false });
    return await runBench(process.execPath, [join(root, 'bench', 'ports', 'main.mjs'), ...args]);
  }
  if (!ofApp.has(name)) {
    const names = [...ofApp, ...ofSessions].join(', ');
    throw new SetupError('bench needs the name of a measurement.', `name one of: ${names}`);
  }
  const runtime = await ensureReady({ electron: true });
  await ensureBuilt('electron');
  // The fleet is that of a lab of its own.
  if (name === 'nodes') await ensureBuilt('node');
  const bench = join(root, 'bench', 'main.mjs');
  return await runBench(...onDisplay(process.execPath, [bench, runtime?.executable ?? '', ...args]));
});

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
function runBench(command, args) {
  return run(command, args, { cwd: root, stdio: ['ignore', 1, 2] });
}
