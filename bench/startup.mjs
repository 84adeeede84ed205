import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { closeBrowser, evaluateInPage } from './devtools.mjs';
import { round, spread } from './statistics.mjs';
import { say, target } from './report.mjs';

/** An idle second after a start before anyone looks inside it, so that looking does not take part in it. */
const settleMs = 1_500;
const limitMs = 30_000;

/**
 * Spawn to the node list on screen, beside an empty Electron window's first paint: warm and cold, with an empty user
 * folder and with one that has been used. The two programs take turns, so that a change of the machine's mood meets both.
 *
 * @param {{ runs: number, electron: string, electronArguments: string[], appPath: string }} options
 */
export async function benchStartup({ runs, electron, electronArguments, appPath }) {
  const emptyWindow = join(import.meta.dirname, 'empty-window');
  const launch = (path, folder, expression) =>
    timeToPaint({ electron, arguments: [...electronArguments, path], folder, expression });
  const canDropCaches = dropCaches();
  const measured = {};
  for (const temperature of canDropCaches ? ['warm', 'cold'] : ['warm']) {
    const times = { emptyWindow: [], firstRun: [], laterRun: [] };
    const prepare = () => temperature === 'cold' && dropCaches();
    const emptyFolder = newFolder();
    if (temperature === 'warm') await launch(emptyWindow, emptyFolder, firstPaint);
    for (let run = 0; run < runs; run += 1) {
      prepare();
      times.emptyWindow.push(await launch(emptyWindow, emptyFolder, firstPaint));
      const folder = newFolder();
      prepare();
      times.firstRun.push(await launch(appPath, folder, nodesPainted));
      prepare();
      times.laterRun.push(await launch(appPath, folder, nodesPainted));
      rmSync(folder, { recursive: true, force: true });
      say(
        `${temperature} ${run + 1}/${runs}: empty window ${round(times.emptyWindow.at(-1), 0)} ms, node list ` +
          `${round(times.firstRun.at(-1), 0)} ms on a first run, ${round(times.laterRun.at(-1), 0)} ms on a later one`,
      );
    }
    rmSync(emptyFolder, { recursive: true, force: true });
    const summary = Object.fromEntries(
      Object.entries(times).map(([name, values]) => [name, spread(values, 0)]),
    );
    measured[temperature] = {
      ...summary,
      firstRunRatio: round(summary.firstRun.median / summary.emptyWindow.median),
      laterRunRatio: round(summary.laterRun.median / summary.emptyWindow.median),
    };
  }
  const targets = Object.entries(measured).flatMap(([temperature, { firstRunRatio, laterRunRatio }]) => [
    target(`${temperature} start, first run, to an empty window`, firstRunRatio, 'atMost', 1.5, 'times'),
    target(`${temperature} start, later run, to an empty window`, laterRunRatio, 'atMost', 1.5, 'times'),
  ]);
  if (!canDropCaches) say('The page cache cannot be dropped here (needs root on Linux): no cold figures.');
  return { unit: 'ms', ...measured, targets };
}

const firstPaint = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime`;
const nodesPainted = `performance.getEntriesByName('nodes-painted')[0]?.startTime`;

/** Milliseconds from just before the spawn to the page's moment that `expression` gives on the page's own clock. */
async function timeToPaint({ electron, arguments: args, folder, expression }) {
  const spawnedAt = performance.timeOrigin + performance.now();
  const child = spawn(electron, ['--remote-debugging-port=0', ...args], {
    env: { ...process.env, XDG_CONFIG_HOME: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const address = await devtoolsAddress(child);
    await wait(settleMs);
    for (;;) {
      const found = await evaluateInPage(address, `({ at: performance.timeOrigin + (${expression}) })`);
      if (typeof found?.at === 'number' && Number.isFinite(found.at)) {
        await closeBrowser(address);
        return found.at - spawnedAt;
      }
      if (performance.timeOrigin + performance.now() - spawnedAt > limitMs) {
        throw new Error(`Nothing was painted within ${limitMs / 1000} s of starting ${args.at(-1)}.`);
      }
      await wait(200);
    }
  } finally {
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
  }
}

function devtoolsAddress(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (bytes) => {
      text += String(bytes);
      const match = /DevTools listening on (ws:\S+)/.exec(text);
      if (match !== null) resolve(match[1]);
    });
    child.once('exit', (code) =>
      reject(new Error(`The program ended with ${code} before its window came:\n${text}`)),
    );
    child.once('error', reject);
  });
}

function newFolder() {
  return mkdtempSync(join(tmpdir(), 'nodewharf-bench-'));
}

/** Empties the page cache, so that the next start reads from disk; false where that is not allowed. */
function dropCaches() {
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch {
    return false;
  }
}
