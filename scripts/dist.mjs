import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { root } from './paths.mjs';
import { runMain, say, SetupError } from './report.mjs';
import { run } from './run.mjs';
import { ensureReady } from './setup.mjs';
import { isStale, remake } from './staleness.mjs';

const debianArchitecture = process.arch === 'x64' ? 'amd64' : process.arch;

/**
 * Makes packages into `release/`: an unpacked app, and the archives and installers that this system can make.
 *
 * @param {readonly string[]} [targets] electron-builder's names; those of `electron-builder.yml` by default
 * @returns {Promise<{ deb: string, unpacked: string }>} where the Debian package and the unpacked app are on Linux
 */
export async function ensureDist(targets) {
  const runtime = await ensureReady({ electron: true, packaging: true });
  if (runtime === undefined) throw new Error('an Electron was asked for');
  await ensureBuilt('electron');
  const version = versionFor(runtime);
  const deb = join('release', `nodewharf_${version}_${debianArchitecture}.deb`);
  const unpacked = join(
    'release',
    process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`,
  );
  const made = {
    name: `dist-${targets?.join('-') ?? 'all'}`,
    inputs: [
      'out/main',
      'out/preload',
      'out/renderer',
      'assets',
      'electron-builder.yml',
      'package.json',
      'package-lock.json',
      'scripts/dist.mjs',
      'scripts/deb-adapter.mjs',
    ],
    outputs: process.platform === 'linux' ? [deb, unpacked] : [],
  };
  if (isStale(made)) {
    say(`packaging Nodewharf ${version} with Electron ${runtime.version}`);
    await remake(made, () => pack(targets ?? [], runtime, version));
  }
  return { deb: join(root, deb), unpacked: join(root, unpacked) };
}

/**
 * A package made with anything but the pinned Electron is for tests, and says so.
 * @param {import('./setup/electron-runtime.mjs').Runtime} runtime
 */
function versionFor(runtime) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return runtime.isOfficialVersion ? version : `${version}-testruntime`;
}

/**
 * @param {readonly string[]} targets
 * @param {import('./setup/electron-runtime.mjs').Runtime} runtime
 * @param {string} version
 */
async function pack(targets, runtime, version) {
  const own =
    runtime.origin === 'official'
      ? []
      : [`-c.electronDist=${runtime.dist}`, `-c.electronVersion=${runtime.version}`];
  const args = [
    join(root, 'node_modules', 'electron-builder', 'cli.js'),
    'build',
    ...(targets.length > 0 ? ['--linux', ...targets] : []),
    '--publish',
    'never',
    `-c.extraMetadata.version=${version}`,
    ...own,
  ];
  const code = await run(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...offlineTools(runtime) },
  });
  if (code !== 0) throw new SetupError('The packager failed.', 'see the lines above');
}

/**
 * electron-builder downloads 7-Zip and fpm. Where Electron itself could not be downloaded those cannot be either:
 * the system's 7-Zip and our own adapter take their place.
 *
 * @param {import('./setup/electron-runtime.mjs').Runtime} runtime
 * @returns {NodeJS.ProcessEnv}
 */
function offlineTools(runtime) {
  if (runtime.origin === 'official') return {};
  const sevenZip = '/usr/bin/7za';
  return {
    ...(existsSync(sevenZip) ? { ELECTRON_BUILDER_7ZIP_PATH: sevenZip } : {}),
    CUSTOM_FPM_PATH: join(root, 'scripts', 'deb-adapter.mjs'),
    ELECTRON_BUILDER_COMPRESSION_LEVEL: '1',
    ...process.env,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(async () => {
    const targets = process.argv.slice(2);
    const { deb, unpacked } = await ensureDist(targets.length > 0 ? targets : undefined);
    if (process.platform === 'linux') say(`${unpacked}\n           ${deb}`);
  });
}
