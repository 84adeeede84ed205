import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { ensureDist } from './dist.mjs';
import { root } from './paths.mjs';
import { runMain, SetupError } from './report.mjs';
import { capture, run } from './run.mjs';
import { ensureReady } from './setup.mjs';

/**
 * `npm run test:installed`: the Debian package as its user has it. Installs it, does the app's main job as an ordinary
 * user with Chromium's sandbox on, looks into the package, removes it and looks for what is left. Needs root, to install.
 */

const packageName = 'nodewharf';
const user = `nodewharf-try-${process.pid}`;
const patienceMs = 60_000;
/** In two halves: the tests look for the whole in what we ship. */
const sandboxOff = ['no', 'sandbox'].join('-');

const counts = { passed: 0, failed: 0 };

/**
 * @param {string} claim what must hold
 * @param {() => void | Promise<void>} prove throws when it does not
 */
async function check(claim, prove) {
  try {
    await prove();
    counts.passed += 1;
    console.log(`ok     installed: ${claim}`);
  } catch (error) {
    counts.failed += 1;
    console.log(`FAILED installed: ${claim}`);
    console.error(error);
  }
}

await runMain(async () => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new SetupError(
      'The installed package can only be tried by root on a Debian system.',
      'run it as root there',
    );
  }
  // The try-out needs a virtual display whatever the caller has: another user's display is not for it.
  delete process.env['DISPLAY'];
  await ensureReady({ electron: true, packaging: true });
  const { deb } = await ensureDist(['deb']);
  await check('the package holds no development dependency and no sources', () => checkContent(deb));
  await check('nothing in the package switches the sandbox off', () => checkSandboxText(deb));
  await check('it installs with apt-get', () => install(deb));
  await check('its fuses forbid Node, options and the inspector', checkFuses);
  const installed = (await capture('dpkg', ['-L', packageName])).stdout.split('\n');
  await must('useradd', ['--create-home', '--user-group', '--shell', '/bin/bash', user]);
  try {
    await tryOut();
  } finally {
    await endProcessesOf(user);
    await must('userdel', ['--remove', user]);
  }
  await check('it uninstalls and leaves nothing behind', () => uninstall(installed));
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
});

/** @param {string} deb */
async function checkContent(deb) {
  await withContent(deb, async (tree) => {
    const { listPackage } = await import('@electron/asar');
    const names = listPackage(join(tree, 'opt', 'Nodewharf', 'resources', 'app.asar'), { isPack: false });
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const modules = new Set(
      names.map((name) => /^\/(node_modules\/(?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(name)?.[1]),
    );
    modules.delete(undefined);
    const development = [...modules].filter(
      (path) => packages[path ?? '']?.dev !== false && packages[path ?? '']?.dev,
    );
    assert.deepEqual(development, [], 'development dependencies');
    assert.ok(
      modules.has('node_modules/node-pty') && modules.has('node_modules/@photostructure/sqlite'),
      'native modules',
    );
    const strangers = names.filter(
      (name) => !/^\/(package\.json$|node_modules(\/|$)|out(\/(main|preload|renderer)(\/|$)|$))/.test(name),
    );
    assert.deepEqual(strangers, [], 'files that have no business in the package');
  });
}

/** @param {string} deb */
async function checkSandboxText(deb) {
  await withContent(deb, async (tree) => {
    // Electron's own binaries know the switch; what is ours must not use it.
    const electronsOwn = new Set(['nodewharf', 'icudtl.dat', 'chrome-sandbox', 'chrome_crashpad_handler']);
    const ours = readdirSync(tree, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .filter(({ name }) => !electronsOwn.has(name) && !/\.(so(\.\d+)?|pak|bin|html)$/.test(name))
      .map((entry) => join(entry.parentPath, entry.name));
    assert.ok(ours.some((path) => path.endsWith('app.asar')));
    assert.ok(ours.some((path) => path.endsWith('.desktop')));
    assert.deepEqual(
      ours.filter((path) => readFileSync(path).includes(sandboxOff)),
      [],
    );
  });
}

/**
 * @param {string} deb
 * @param {(tree: string) => Promise<void>} look
 */
async function withContent(deb, look) {
  const tree = mkdtempSync(join(tmpdir(), 'nodewharf-content-'));
  try {
    await must('dpkg-deb', ['--raw-extract', deb, tree]);
    await look(tree);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** @param {string} deb */
async function install(deb) {
  const arguments_ = [
    'install',
    '-y',
    '-qq',
    '-o',
    'Dpkg::Use-Pty=0',
    '--no-install-recommends',
    '--reinstall',
    deb,
  ];
  await must('apt-get', arguments_, { ...process.env, DEBIAN_FRONTEND: 'noninteractive' });
  assert.ok(existsSync('/usr/bin/nodewharf'));
}

/** What is blown into the installed binary, where no argument and no variable reaches. */
async function checkFuses() {
  const { FuseV1Options, getCurrentFuseWire } = await import('@electron/fuses');
  const wire = await getCurrentFuseWire('/opt/Nodewharf/nodewharf');
  // A fuse is the character 0 or 1 in the binary.
  const isOn = (/** @type {import('@electron/fuses').FuseV1Options} */ fuse) =>
    Number(wire[fuse]) === '1'.charCodeAt(0);
  assert.deepEqual(
    {
      runAsNode: isOn(FuseV1Options.RunAsNode),
      nodeOptions: isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: isOn(FuseV1Options.EnableNodeCliInspectArguments),
      filePrivileges: isOn(FuseV1Options.GrantFileProtocolExtraPrivileges),
      onlyAsar: isOn(FuseV1Options.OnlyLoadAppFromAsar),
      cookieEncryption: isOn(FuseV1Options.EnableCookieEncryption),
    },
    {
      runAsNode: false,
      nodeOptions: false,
      inspect: false,
      filePrivileges: false,
      onlyAsar: true,
      cookieEncryption: true,
    },
  );
}

/** Starts the installed program as the throw-away user and does the main job through Chromium's own debugging port. */
async function tryOut() {
  const command = [
    'xvfb-run',
    '-a',
    '-s',
    '-screen 0 1440x900x24',
    '/usr/bin/nodewharf',
    '--remote-debugging-port=0',
  ];
  const home = `/home/${user}`;
  const clean = [
    'env',
    '-i',
    `HOME=${home}`,
    `USER=${user}`,
    'LANG=C.UTF-8',
    'PATH=/usr/local/bin:/usr/bin:/bin',
  ];
  const app = spawn('runuser', ['-u', user, '--', ...clean, ...command], {
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const exited = new Promise((resolve) => app.on('close', resolve));
  const lines = createInterface({ input: app.stderr });
  /** @type {string[]} */
  const said = [];
  /** @type {Promise<string>} */
  const address = new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      said.push(line);
      const found = /DevTools listening on (ws:\S+)/.exec(line);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
    void exited.then(() => reject(new Error(`the program ended:\n${said.join('\n')}`)));
    void wait(patienceMs, undefined, { ref: false }).then(() =>
      reject(new Error(`no window:\n${said.join('\n')}`)),
    );
  });
  await check('the main job is done in its window by an ordinary user', async () => {
    const { chromium } = await import('playwright');
    const { connectFirstNode, demonstration, quit, runCommand } = await import('./main-job.mjs');
    const browser = await chromium.connectOverCDP(await address);
    const page = browser.contexts()[0]?.pages()[0];
    assert.ok(page, 'no page');
    await connectFirstNode(page);
    for (const command of demonstration) await runCommand(page, command);
    await check('its renderer runs under seccomp', () => checkSeccomp());
    await check('it ends when its user quits', async () => {
      const session = await browser.newBrowserCDPSession();
      await Promise.all([session.send('Browser.close').catch(() => undefined), quit(page)]);
      assert.notEqual(
        await Promise.race([exited, wait(15_000, 'still there', { ref: false })]),
        'still there',
      );
    });
  });
}

/** The kernel's word for it: mode 2 is a filter of system calls. */
function checkSeccomp() {
  const renderers = processesOf(user).filter(({ command }) => command.includes('--type=renderer'));
  assert.ok(renderers.length > 0, 'no renderer');
  for (const { pid, command } of renderers) {
    const mode = /^Seccomp:\s+(\d)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    assert.equal(mode, '2');
    assert.ok(!command.includes(sandboxOff), command);
  }
}

/** @param {readonly string[]} installed every path the package brought */
async function uninstall(installed) {
  await must('apt-get', ['purge', '-y', '-qq', '-o', 'Dpkg::Use-Pty=0', packageName]);
  const { code } = await capture('dpkg', ['-s', packageName]);
  assert.notEqual(code, 0, 'dpkg still knows it');
  const own = installed.filter((path) => /nodewharf/i.test(path));
  const places = [
    ...own,
    '/usr/bin/nodewharf',
    '/etc/alternatives/nodewharf',
    '/etc/apparmor.d/nodewharf',
    '/opt/Nodewharf',
  ];
  assert.deepEqual(places.filter(isThere), []);
}

/**
 * Also true of a link to nowhere.
 * @param {string} path
 */
function isThere(path) {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/**
 * @param {string} name
 * @returns {{ pid: number, command: string }[]}
 */
function processesOf(name) {
  const uid = /^[^:]*:[^:]*:(\d+):/.exec(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`${name}:`)) ?? '',
  )?.[1];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const status = readFileSync(`/proc/${entry}/status`, 'utf8');
        if (/^Uid:\s+(\d+)/m.exec(status)?.[1] !== uid) return [];
        return [
          {
            pid: Number(entry),
            command: readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' '),
          },
        ];
      } catch {
        return [];
      }
    });
}

/**
 * Politely, then firmly.
 * @param {string} name
 */
async function endProcessesOf(name) {
  for (const [signal, patience] of /** @type {const} */ ([
    ['SIGTERM', 3_000],
    ['SIGKILL', 3_000],
  ])) {
    for (const { pid } of processesOf(name)) process.kill(pid, signal);
    const until = Date.now() + patience;
    while (processesOf(name).length > 0 && Date.now() < until) await wait(50);
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
async function must(command, args, env = process.env) {
  const code = await run(command, args, { env, stdio: ['ignore', 'ignore', 2] });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${code}`);
}
