import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { runChecks } from './check.mjs';
import { onDisplay, rootArguments, rootNotice } from './display.mjs';
import { cache, root } from './paths.mjs';
import { runMain, say, SetupError } from './report.mjs';
import { capture, run } from './run.mjs';
import { ensureReady } from './setup.mjs';

/**
 * @typedef {{ passed: number, failed: number }} Counts
 * @typedef {(args: readonly string[]) => Promise<Counts>} Runner
 */

/** Every runner, in the order in which a fault is cheapest to find. @type {Record<string, Runner>} */
const runners = {
  check: () => runChecks(),
  unit: runVitest,
  chaos: runChaos,
  e2e: runPlaywright,
};

/**
 * What a run of chaos has to show: a clean one two minutes long, and for each way to break the client a short one that
 * finds the very fault. The clean one is alone on the machine; the others, which are to fail, run at once.
 */
const chaosSeed = '20261124';
const cleanChaos = { name: 'no byte is lost, repeated or reordered in two minutes', minutes: '2' };
const sabotagedChaos = [
  { name: 'a client that drops a message is found out', sabotage: 'skip-one', finds: 'lostBytes' },
  {
    name: 'a client that delivers a message twice is found out',
    sabotage: 'repeat-one',
    finds: 'repeatedBytes',
  },
  {
    name: 'a client that acknowledges each message once is found out',
    sabotage: 'no-reack',
    finds: 'failures',
  },
];

/**
 * `npm test`: everything. `npm test -- unit|chaos|e2e|check [arguments for that runner]`: one of them.
 */
await runMain(async () => {
  const [only, ...args] = process.argv.slice(2);
  if (only !== undefined && !(only in runners)) {
    throw new SetupError(
      `There is no test runner named ${only}.`,
      `name one of: ${Object.keys(runners).join(', ')}`,
    );
  }
  await ensureReady({ electron: true, tests: true });
  await ensureBuilt('electron', 'node', 'plugin', 'chaos');
  const total = { passed: 0, failed: 0 };
  for (const [name, runner] of Object.entries(runners)) {
    if (only !== undefined && only !== name) continue;
    const counts = await runner(args);
    total.passed += counts.passed;
    total.failed += counts.failed;
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
});

/** @type {Runner} */
async function runVitest(args) {
  const report = reportFile('vitest.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(process.execPath, [vitest, 'run', ...reporters, ...args], {
    cwd: root,
    stdio: ['ignore', 1, 2],
  });
  const found = readReport(report);
  return counted(code, found?.numPassedTests ?? 0, found?.numFailedTests ?? 0);
}

/** @type {Runner} */
async function runChaos(args) {
  const counts = { passed: 0, failed: 0 };
  for (const isAsExpected of [
    await chaosRun(cleanChaos, args),
    ...(await Promise.all(sabotagedChaos.map((run) => chaosRun(run, args)))),
  ])
    counts[isAsExpected ? 'passed' : 'failed'] += 1;
  return counts;
}

/**
 * Whether the run showed what it has to show.
 *
 * @param {{ name: string, minutes?: string, sabotage?: string, finds?: string }} chaos
 * @param {readonly string[]} args
 */
async function chaosRun({ name, minutes = '0.4', sabotage, finds }, args) {
  const options = ['--minutes', minutes, '--seed', chaosSeed, '--json', ...args];
  const { code, stdout } = await capture(process.execPath, [
    join(root, 'out', 'chaos', 'main.js'),
    ...options,
    ...(sabotage === undefined ? [] : ['--sabotage', sabotage]),
  ]);
  const isAsExpected = finds === undefined ? code === 0 : code === 1 && hasFound(stdout, finds);
  console.log(`${isAsExpected ? 'ok    ' : 'FAILED'} chaos: ${name}\n       ${stdout}`);
  return isAsExpected;
}

/**
 * @param {string} line the answer of a run
 * @param {string} member a count or a list that must not be empty
 */
function hasFound(line, member) {
  try {
    const found = JSON.parse(line)[member];
    return Array.isArray(found) ? found.length > 0 : found > 0;
  } catch {
    return false;
  }
}

/** @type {Runner} */
async function runPlaywright(args) {
  const report = reportFile('playwright.json');
  const playwright = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  // Playwright itself adds the flag when it starts Electron on Linux.
  if (rootArguments().length > 0) say(rootNotice);
  const code = await run(
    ...onDisplay(process.execPath, [playwright, 'test', '--reporter=list,json', ...args]),
    { cwd: root, stdio: ['ignore', 1, 2], env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report } },
  );
  const found = readReport(report);
  return counted(
    code,
    found?.stats?.expected ?? 0,
    (found?.stats?.unexpected ?? 0) + (found?.stats?.flaky ?? 0),
  );
}

/**
 * A runner that failed without a failed test (it could not start, a file did not load, an error came late) counts as
 * one failure.
 * @param {number} code
 * @param {number} passed
 * @param {number} failed
 * @returns {Counts}
 */
function counted(code, passed, failed) {
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

/** @param {string} name */
function reportFile(name) {
  const folder = join(cache, 'reports');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  rmSync(file, { force: true });
  return file;
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
