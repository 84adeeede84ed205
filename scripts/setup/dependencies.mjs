import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../paths.mjs';
import { SetupError, say } from '../report.mjs';
import { run } from '../run.mjs';

/** True when `npm ci` has nothing to do: what is installed is what the lock file names. */
export function areDependenciesInstalled() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (wanted === undefined)
    throw new SetupError('package-lock.json is missing.', 'git checkout package-lock.json');
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  return installed !== undefined && isInstalled(wanted, installed);
}

/**
 * Compares the lock file with npm's own note of what it installed, which npm writes last. Optional packages (those
 * of other platforms) may be absent.
 *
 * @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean }>} Packages
 * @param {Packages} wanted
 * @param {Packages} installed
 */
function isInstalled(wanted, installed) {
  return Object.entries(wanted).every(([path, want]) => {
    if (path === '') return true;
    const have = installed[path];
    if (have === undefined) return want.optional === true;
    return have.version === want.version && have.integrity === want.integrity;
  });
}

/** Installs exactly what the lock file names. */
export async function installDependencies() {
  say('installing the dependencies (npm ci)');
  const code = await run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: { ...process.env, ...nodeHeaders() },
  });
  if (code !== 0) {
    throw new SetupError(
      'The dependencies could not be installed; the lines above say why.',
      'see that the package registry can be reached, then run `npm ci`',
    );
  }
}

/**
 * node-gyp would download Node's headers; where they lie beside the executable it need not.
 * @returns {{ npm_config_nodedir?: string }}
 */
function nodeHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include', 'node', 'node.h')) ? { npm_config_nodedir: prefix } : {};
}

export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/**
 * @param {string} file
 * @returns {Packages | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
