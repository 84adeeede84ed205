import { bundleBareTerminal } from './bare-terminal.mjs';
import { asTerminalOutput } from './flood-text.mjs';
import { startLoopDelay, stopLoopDelay } from './main-loop.mjs';
import { cpuBetween, cpuSeconds, memoryOf } from './processes.mjs';
import { say, target } from './report.mjs';
import { median, round, spread } from './statistics.mjs';

/**
 * Throughput of `cat` in a tab, 80 by 24, DOM renderer, beside bare xterm.js in the same window fed the same bytes from
 * memory, in turn. CPU seconds by process say what the app's figure is limited by.
 *
 * @param {import('./app.mjs').DrivenApp} driven
 * @param {{ runs: number, block: string, floodFile: string, megabytes: number, gigabyte: boolean }} options
 */
export async function benchFlood(driven, { runs, block, floodFile, megabytes, gigabyte }) {
  const key = await driven.openTab();
  await driven.resizeTerminal(key, 80, 24);
  const output = asTerminalOutput(block);
  const options = await driven.terminalOptions();
  await driven.page.evaluate(await bundleBareTerminal());

  const bareRates = [];
  const appRates = [];
  const floods = [];
  for (let run = 0; run < runs; run += 1) {
    const bareMs = await driven.page.evaluate((work) => globalThis.bareTerminal.runBareTerminal(work), {
      block: output,
      totalBytes: megabytes * 1e6,
      options: { ...options, cols: 80, rows: 24 },
    });
    bareRates.push((megabytes * 1e3) / bareMs);
    const flood = await floodOnce(driven, key, floodFile);
    floods.push(flood);
    appRates.push(flood.rate);
    say(
      `${run + 1}/${runs}: bare xterm.js ${round(bareRates.at(-1), 1)} MB/s, a tab ${round(flood.rate, 1)} MB/s ` +
        `(ratio ${round(flood.rate / bareRates.at(-1))}); cores in use ${sayCores(flood.cores)}`,
    );
  }
  const ratios = appRates.map((rate, run) => rate / bareRates[run]);
  const ratio = round(median(ratios));
  const cores = medianCores(floods);
  const targets = [target('flood, a tab to bare xterm.js', ratio, 'atLeast', 0.4, 'times')];
  const growth = gigabyte ? await growthOverGigabyte(driven, key, floodFile, megabytes) : undefined;
  if (growth !== undefined) {
    say(
      `1 GB of output: resident memory ${growth.beforeRss} to ${growth.afterRss} MB, at most ${growth.peakRss} MB`,
    );
    targets.push(target('resident memory growth over 1 GB of output', growth.growthRss, 'atMost', 100, 'MB'));
  }
  return {
    unit: 'MB/s',
    columns: 80,
    rows: 24,
    renderer: 'dom',
    megabytesPerRun: megabytes,
    terminalOptions: options,
    bare: spread(bareRates, 1),
    app: spread(appRates, 1),
    ratio: spread(ratios),
    coresInUse: cores,
    mainLoopDelayMs: floods.at(-1).loopDelay,
    ...(growth === undefined ? {} : { gigabyte: growth }),
    targets,
  };
}

async function floodOnce(driven, key, floodFile) {
  const before = await driven.session(key);
  const cpuBefore = cpuSeconds(driven.pid);
  await startLoopDelay(driven.app);
  const seconds = await driven.runAndWait(key, `cat '${floodFile}'`);
  const loopDelay = await stopLoopDelay(driven.app);
  const used = cpuBetween(cpuBefore, cpuSeconds(driven.pid));
  const after = await driven.session(key);
  const cores = Object.fromEntries(Object.entries(used).map(([role, cpu]) => [role, round(cpu / seconds)]));
  return { rate: (after.consumed - before.consumed) / 1e6 / seconds, cores, loopDelay };
}

/** Resident memory of the app without the lab, before, after and at most during 1 GB of output in one tab. */
async function growthOverGigabyte(driven, key, floodFile, megabytes) {
  const before = memoryOf(driven.pid);
  let peak = before.rss;
  const watch = setInterval(() => {
    peak = Math.max(peak, memoryOf(driven.pid).rss);
  }, 500);
  try {
    const times = Math.ceil(1_000 / megabytes);
    await driven.runAndWait(key, `i=0; while [ $i -lt ${times} ]; do cat '${floodFile}'; i=$((i+1)); done`);
  } finally {
    clearInterval(watch);
  }
  const after = memoryOf(driven.pid);
  return {
    unit: 'MB',
    beforeRss: round(before.rss, 0),
    afterRss: round(after.rss, 0),
    peakRss: round(peak, 0),
    growthRss: round(after.rss - before.rss, 0),
    growthPss: round(after.pss - before.pss, 0),
  };
}

function medianCores(floods) {
  const roles = new Set(floods.flatMap(({ cores }) => Object.keys(cores)));
  return Object.fromEntries(
    [...roles].map((role) => [role, round(median(floods.map(({ cores }) => cores[role] ?? 0)))]),
  );
}

function sayCores(cores) {
  return Object.entries(cores)
    .filter(([, value]) => value >= 0.02)
    .map(([role, value]) => `${role} ${value}`)
    .join(', ');
}
