import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.mjs';
import { SetupError, say } from '../report.mjs';
import { run } from '../run.mjs';
import { fallbackDist, isFallbackPossible, isFallbackReady, prepareFallback } from './fallback-runtime.mjs';

const electronPackage = join(root, 'node_modules', 'electron');
/** Long enough for a slow answer, short enough not to be waited for where packets vanish. */
const reachableWithinMs = 5_000;
const downloadWithinMs = 15 * 60_000;

/**
 * @typedef {object} Runtime
 * @property {'override' | 'official' | 'fallback'} origin
 * @property {string} dist the folder that holds it
 * @property {string} executable
 * @property {string} version e.g. `45.4.1`
 * @property {boolean} isOfficialVersion it is the version that package.json pins
 */

/**
 * Finds an Electron to run, in this order:
 *
 * 1. the folder named by ELECTRON_OVERRIDE_DIST_PATH;
 * 2. the official binary, when it has been downloaded before;
 * 3. the fallback, when it has been prepared before;
 * 4. the official binary, downloaded now;
 * 5. the fallback, prepared now (Linux on x64).
 *
 * Prepared comes before downloaded so that a machine without that download does not try it at every start; delete
 * `.cache/electron-dist` to have it tried again.
 *
 * @returns {Promise<Runtime>}
 */
export async function ensureElectron() {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override !== undefined && override !== '') {
    if (!existsSync(join(override, executableName()))) {
      throw new SetupError(
        `ELECTRON_OVERRIDE_DIST_PATH is ${override}, but there is no ${executableName()} in it.`,
        'point it to a folder that holds Electron, or unset it',
      );
    }
    return describe(override === fallbackDist ? 'fallback' : 'override', override);
  }
  const official = join(electronPackage, 'dist');
  if (isOfficialReady()) return describe('official', official);
  if (isFallbackPossible && isFallbackReady()) return announce(describe('fallback', fallbackDist));
  if ((await downloadOfficial()) && isOfficialReady()) return describe('official', official);
  if (!isFallbackPossible) {
    throw new SetupError(
      `Electron ${pinnedVersion()} could not be downloaded, and there is no fallback for ${process.platform} on ${process.arch}.`,
      'run `node node_modules/electron/install.js` where its download can be reached (ELECTRON_MIRROR names another source)',
    );
  }
  await prepareFallback();
  return announce(describe('fallback', fallbackDist));
}

/** The Electron that package.json pins. */
function pinnedVersion() {
  return JSON.parse(readFileSync(join(electronPackage, 'package.json'), 'utf8')).version;
}

/**
 * Tells everything started from here (`electron`, Playwright, electron-vite) which runtime to use.
 * @param {Runtime} runtime
 */
function announce(runtime) {
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = runtime.dist;
  process.env['ELECTRON_EXEC_PATH'] = runtime.executable;
  return runtime;
}

/**
 * @param {Runtime['origin']} origin
 * @param {string} dist
 * @returns {Runtime}
 */
function describe(origin, dist) {
  const version = readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
  return {
    origin,
    dist,
    executable: join(dist, executableName()),
    version,
    isOfficialVersion: version === pinnedVersion(),
  };
}

function executableName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

function isOfficialReady() {
  try {
    const version = readFileSync(join(electronPackage, 'dist', 'version'), 'utf8')
      .trim()
      .replace(/^v/, '');
    return version === pinnedVersion() && existsSync(join(electronPackage, 'dist', executableName()));
  } catch {
    return false;
  }
}

/** @returns {Promise<boolean>} whether the download ran to its end */
async function downloadOfficial() {
  if (!(await isDownloadReachable())) {
    say('the official Electron download cannot be reached from here');
    return false;
  }
  say(`downloading Electron ${pinnedVersion()}`);
  const code = await run(process.execPath, [join(electronPackage, 'install.js')], {
    timeoutMs: downloadWithinMs,
  });
  if (code !== 0) say('the official Electron download failed');
  return code === 0;
}

async function isDownloadReachable() {
  // The downloader goes through the proxy then, which a plain request of ours would not.
  if (process.env['ELECTRON_GET_USE_PROXY']) return true;
  const mirror = process.env['ELECTRON_MIRROR'] ?? process.env['npm_config_electron_mirror'];
  try {
    await fetch(mirror ?? 'https://github.com/electron/electron', {
      method: 'HEAD',
      signal: AbortSignal.timeout(reachableWithinMs),
    });
    return true;
  } catch {
    return false;
  }
}
