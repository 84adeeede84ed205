import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError, say } from '../report.mjs';
import { run } from '../run.mjs';

/**
 * One thing a Linux system must have. Presence is looked up by what is used (a command on the path, a shared
 * library by its soname), so that any distribution passes that has it; the Debian package is how it is mended there.
 *
 * @typedef {{ command: string } | { library: string }} Probe
 * @typedef {Probe & { debian: readonly string[] }} Need  `debian`: package names, newer releases' spelling last
 */

/** Compiling node-pty, and unpacking the fallback runtime. @type {readonly Need[]} */
const buildTools = [
  { command: 'python3', debian: ['python3'] },
  { command: 'make', debian: ['make'] },
  { command: 'g++', debian: ['g++'] },
  { command: 'unzip', debian: ['unzip'] },
];

/** What Electron is linked against beyond a minimal system. @type {readonly Need[]} */
const electronLibraries = [
  { library: 'libgtk-3.so.0', debian: ['libgtk-3-0', 'libgtk-3-0t64'] },
  { library: 'libnss3.so', debian: ['libnss3'] },
  { library: 'libasound.so.2', debian: ['libasound2', 'libasound2t64'] },
  { library: 'libgbm.so.1', debian: ['libgbm1'] },
  { library: 'libXss.so.1', debian: ['libxss1'] },
  { library: 'libatk-bridge-2.0.so.0', debian: ['libatk-bridge2.0-0', 'libatk-bridge2.0-0t64'] },
  { library: 'libcups.so.2', debian: ['libcups2', 'libcups2t64'] },
];

/** A screen where there is none, and the bus that Electron asks after. @type {readonly Need[]} */
const virtualDisplay = [
  { command: 'Xvfb', debian: ['xvfb'] },
  { command: 'xauth', debian: ['xauth'] },
  { command: 'dbus-daemon', debian: ['dbus'] },
];

/** The full-screen programs that the drawing tests run in a lab shell. @type {readonly Need[]} */
const drawingPrograms = [
  { command: 'vim', debian: ['vim'] },
  { command: 'htop', debian: ['htop'] },
  { command: 'less', debian: ['less'] },
];

/** Making and trying the Debian package. @type {readonly Need[]} */
const packagingTools = [
  { command: '7za', debian: ['p7zip-full', '7zip'] },
  { command: 'dpkg-deb', debian: ['dpkg'] },
];

/**
 * @param {{ install: boolean, electron: boolean, display: boolean, tests: boolean, packaging: boolean }} wanted
 * @param {(need: Need) => boolean} isPresent
 * @returns {readonly Need[]}
 */
function missingNeeds(wanted, isPresent) {
  const needs = [
    ...(wanted.install ? buildTools : []),
    ...(wanted.electron ? electronLibraries : []),
    ...(wanted.electron && wanted.display ? virtualDisplay : []),
    ...(wanted.tests ? drawingPrograms : []),
    ...(wanted.packaging ? packagingTools : []),
  ];
  return needs.filter((need) => !isPresent(need));
}

/**
 * Sees to the system's part of set-up. Only Linux needs any: node-pty and SQLite bring their binaries for macOS
 * and Windows.
 *
 * @param {Parameters<typeof missingNeeds>[0]} wanted
 */
export async function ensureSystem(wanted) {
  if (process.platform !== 'linux') return;
  const missing = missingNeeds(wanted, isPresent);
  if (missing.length === 0) return;
  const names = missing.map(nameOf).join(', ');
  const isRoot = process.getuid?.() === 0;
  if (!existsSync('/usr/bin/apt-get')) {
    throw new SetupError(
      `This system lacks: ${names}.`,
      `install them with its package manager, then try again.`,
    );
  }
  if (isRoot && missing.some((need) => candidate(need) === undefined)) await readPackageLists();
  const packages = missing.map((need) => candidate(need) ?? need.debian[0] ?? nameOf(need));
  const mend = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (!isRoot) throw new SetupError(`This system lacks: ${names}.`, `sudo sh -c '${mend}'`);
  say(`installing system packages: ${packages.join(' ')}`);
  if ((await installPackages(packages)) !== 0) {
    // Lists that are older than the archive name files that are no longer there.
    await readPackageLists();
    await installPackages(packages);
  }
  const still = missingNeeds(wanted, isPresent).map(nameOf);
  if (still.length > 0) {
    throw new SetupError(`System packages could not be installed; still missing: ${still.join(', ')}.`, mend);
  }
}

async function readPackageLists() {
  say('reading the package lists');
  await run('apt-get', ['update', '-qq']);
}

/** @param {readonly string[]} packages */
function installPackages(packages) {
  const quiet = ['-qq', '-o', 'Dpkg::Use-Pty=0'];
  return run('apt-get', ['install', '-y', ...quiet, '--no-install-recommends', ...packages], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** @param {Need} need */
const nameOf = (need) => ('command' in need ? need.command : need.library);

/** @param {Need} need */
function isPresent(need) {
  return 'command' in need ? hasCommand(need.command) : libraries().includes(`\t${need.library} `);
}

/** @param {string} command */
function hasCommand(command) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The loader's own list. Not kept: installing packages changes it. */
function libraries() {
  const ldconfig = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((file) => existsSync(file)) ?? 'ldconfig';
  return spawnSync(ldconfig, ['-p'], { encoding: 'utf8' }).stdout ?? '';
}

/**
 * The first of the package's spellings that this release has.
 * @param {Need} need
 */
function candidate(need) {
  return need.debian.find((name) => {
    const answer = spawnSync('apt-cache', ['policy', name], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    return /Candidate: (?!\(none\))/.test(answer.stdout ?? '');
  });
}
