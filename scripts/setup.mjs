import { pathToFileURL } from 'node:url';
import { runMain, SetupError, say } from './report.mjs';
import { areDependenciesInstalled, installDependencies } from './setup/dependencies.mjs';
import { ensureElectron } from './setup/electron-runtime.mjs';
import { withLock } from './setup/lock.mjs';
import { ensureSystem } from './setup/system.mjs';

/** What Vite and the runtime's oldest Node ask for. */
const oldestNode = [20, 19];

/**
 * Makes this work tree ready to build and run: system packages, dependencies, an Electron. Does only what is
 * missing; when nothing is, it takes some tens of milliseconds and prints nothing. Uses only Node's own modules,
 * since it runs before anything is installed.
 *
 * @param {{ electron: boolean, tests?: boolean, packaging?: boolean }} wanted
 *   `electron`: something will be run in it; `tests`: the drawing tests will run; `packaging`: a package will be made
 * @returns {Promise<import('./setup/electron-runtime.mjs').Runtime | undefined>} the runtime when one was asked for
 */
export async function ensureReady(wanted) {
  checkNode();
  return await withLock(async () => {
    const isInstallNeeded = !areDependenciesInstalled();
    await ensureSystem({
      install: isInstallNeeded,
      electron: wanted.electron,
      display: !hasDisplay(),
      tests: wanted.tests ?? false,
      packaging: wanted.packaging ?? false,
    });
    if (isInstallNeeded) await installDependencies();
    return wanted.electron ? await ensureElectron() : undefined;
  });
}

/** True when a window opened now would be seen by somebody. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetupError(
    `Node ${process.versions.node} is too old; Node ${oldestNode.join('.')} or newer is needed.`,
    'install a current Node 20 or newer, then try again',
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(async () => {
    const runtime = await ensureReady({ electron: true, tests: true });
    say(`ready; Electron ${runtime?.version} (${runtime?.origin}) in ${runtime?.dist}`);
  });
}
