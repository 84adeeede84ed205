import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { rootArguments } from '../scripts/display.mjs';
import { root } from '../scripts/paths.mjs';
import { launchApp } from './app.mjs';
import { benchFlood } from './flood.mjs';
import { floodBlock, writeFloodFile } from './flood-text.mjs';
import { benchKeystroke } from './keystroke.mjs';
import { benchMemory } from './memory.mjs';
import { benchNodes } from './nodes.mjs';
import { circumstances, say, sayTargets } from './report.mjs';
import { benchStartup } from './startup.mjs';

/**
 * `node bench/main.mjs <electron> keystroke|flood|startup|memory|nodes [options]`; scripts/bench.mjs calls it with a display
 * and a built app. Exits 0 when it could measure, whatever the figures: whether a target was met is in the answer.
 */
const megabytesPerFlood = 200;

const [electron = '', name = '', ...rest] = process.argv.slice(2);
const { values } = parseArgs({
  args: rest,
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string' },
    seed: { type: 'string' },
    gigabyte: { type: 'boolean', default: false },
  },
});
const seed = values.seed === undefined ? Date.now() % 2 ** 32 : Number(values.seed);

const benches = {
  keystroke: () =>
    withApp(({ driven, floodFile }) =>
      benchKeystroke(driven, { samples: count(values.runs, 400), seed, floodFile }),
    ),
  flood: () =>
    withApp(({ driven, floodFile, block }) =>
      benchFlood(driven, {
        runs: count(values.runs, 5),
        block,
        floodFile,
        megabytes: megabytesPerFlood,
        gigabyte: values.gigabyte,
      }),
    ),
  memory: () => withApp(({ driven }) => benchMemory(driven)),
  nodes: () => benchNodes({ electron, runs: count(values.runs, 3), seed }),
  startup: () =>
    benchStartup({
      runs: count(values.runs, 5),
      electron,
      electronArguments: rootArguments(),
      appPath: root,
    }),
};

const measured = await benches[name]();
sayTargets(measured.targets);
const version = readFileSync(join(electron, '..', 'version'), 'utf8').trim();
if (values.json) {
  console.log(
    JSON.stringify({ bench: name, circumstances: circumstances({ electron: version }), ...measured }),
  );
}

/** The app with an empty user folder of its own, and a file to flood it with; both are gone afterwards. */
async function withApp(measure) {
  const folder = mkdtempSync(join(tmpdir(), 'nodewharf-bench-'));
  const floodFile = join(folder, 'flood.txt');
  const block = floodBlock(seed);
  say(`seed ${seed}`);
  writeFloodFile(floodFile, block, megabytesPerFlood);
  let driven;
  try {
    driven = await launchApp({ electron, folder });
    return await measure({ driven, floodFile, block });
  } finally {
    await driven?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(text, otherwise) {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--runs must be a whole number, not ${text}.`);
  return number;
}
