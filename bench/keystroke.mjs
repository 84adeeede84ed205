import { setTimeout as wait } from 'node:timers/promises';
import { callLatency, startLoopDelay, stopLoopDelay } from './main-loop.mjs';
import { openEchoShell } from './pty-echo.mjs';
import { seededRandom } from './random.mjs';
import { say, target } from './report.mjs';
import { latency, round } from './statistics.mjs';

/** Well below the 4095 bytes that the terminal driver keeps of one line. */
const keysPerLine = 60;

/**
 * Keydown in the page to its echo parsed by xterm, in turn with pty write to pty read of a bare shell; first with
 * nothing else going on, then while another tab floods.
 *
 * @param {import('./app.mjs').DrivenApp} driven
 * @param {{ samples: number, seed: number, floodFile: string }} options
 */
export async function benchKeystroke(driven, { samples, seed, floodFile }) {
  const random = seededRandom(seed);
  const shell = openEchoShell();
  try {
    const quiet = await driven.openTab();
    await startLoopDelay(driven.app);
    const idle = await sampleEchoes(driven, quiet, shell, { samples, random });
    const idleLoop = await stopLoopDelay(driven.app);
    const idleCalls = await callLatency(driven.page, quiet, 200);
    sayPair('idle', idle);

    const loud = await driven.openTab();
    await driven.typeLine(`while :; do cat '${floodFile}'; done`);
    await driven.waitForBytes(loud, 20e6);
    await driven.focusTab(quiet);
    const before = await driven.session(loud);
    const startedAt = performance.now();
    await startLoopDelay(driven.app);
    const flood = await sampleEchoes(driven, quiet, shell, { samples, random });
    const floodLoop = await stopLoopDelay(driven.app);
    const floodCalls = await callLatency(driven.page, quiet, 200);
    const after = await driven.session(loud);
    const floodRate = (after.consumed - before.consumed) / 1e3 / (performance.now() - startedAt);
    sayPair('flood', flood);
    await driven.focusTab(loud);
    await driven.page.keyboard.press('Control+C');

    const idleDifference = round(idle.app.p50 - idle.shell.p50);
    return {
      unit: 'ms',
      seed,
      idle: { ...idle, differenceP50: idleDifference, differenceP99: round(idle.app.p99 - idle.shell.p99) },
      flood: {
        ...flood,
        differenceP50: round(flood.app.p50 - flood.shell.p50),
        differenceP99: round(flood.app.p99 - flood.shell.p99),
        floodMegabytesPerSecond: round(floodRate, 1),
      },
      mainLoopDelay: { idle: idleLoop, flood: floodLoop },
      callLatency: { idle: idleCalls, flood: floodCalls },
      targets: [
        target('idle echo, app minus bare shell, p50', idleDifference, 'atMost', 2, 'ms'),
        target('echo while another tab floods, p99', flood.app.p99, 'atMost', 50, 'ms'),
      ],
    };
  } finally {
    shell.close();
  }
}

async function sampleEchoes(driven, key, shell, { samples, random }) {
  const app = [];
  const bare = [];
  for (let sample = 0; sample < samples; sample += 1) {
    // An uneven pause, so that samples do not fall into step with frames or timers.
    await wait(15 + random() * 25);
    const letter = String.fromCharCode(97 + Math.floor(random() * 26));
    app.push(await driven.echo(key, letter));
    await wait(5 + random() * 10);
    bare.push(await shell.echo(letter));
    if (sample % keysPerLine === keysPerLine - 1) {
      shell.clearLine();
      await driven.page.keyboard.press('Control+U');
      await wait(150);
    }
  }
  await driven.page.keyboard.press('Control+U');
  shell.clearLine();
  await wait(150);
  const part = (name) => latency(app.map((echo) => echo[name]));
  return {
    app: {
      ...part('total'),
      parts: { toPost: part('toPost'), away: part('away'), toParse: part('toParse') },
    },
    shell: latency(bare),
  };
}

function sayPair(name, { app, shell }) {
  say(
    `${name}: echo in the app p50 ${app.p50} ms, p99 ${app.p99} ms; bare shell p50 ${shell.p50} ms, p99 ${shell.p99} ms`,
  );
  const { toPost, away, toParse } = app.parts;
  say(`       of it, p50: ${toPost.p50} ms to main, ${away.p50} ms away, ${toParse.p50} ms to parsed`);
}
