import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../../scripts/build.mjs';
import { root } from '../../scripts/paths.mjs';
import { circumstances, sayTargets } from '../report.mjs';
import { openBare } from './bare.mjs';
import { benches } from './benches.mjs';
import { bundle } from './bundle.mjs';
import { openFarEndpoint } from './far-endpoint.mjs';
import { openFarSide } from './far-side.mjs';

/**
 * `node bench/ports/main.mjs port-download|port-upload|port-parallel|shell-flood|connect|echo|scale [options]`: our client,
 * and any other command line with the official plugin's arguments, through the same far side in turn: the bench's own, or
 * that of `--endpoint`. Exits 0 when it could measure, whatever the figures.
 */
const [name = '', ...rest] = process.argv.slice(2);
const { values } = parseArgs({
  args: rest,
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    'client-command': { type: 'string' },
    'our-command': { type: 'string' },
    endpoint: { type: 'string' },
  },
});

const plugin = join(root, 'bin', 'session-manager-plugin');
await ensureBuilt('plugin');
const programs = await bundle();
const folder = mkdtempSync(join(tmpdir(), 'nodewharf-bench-'));
const farSide =
  values.endpoint === undefined
    ? await openFarSide(programs['far-side'], folder)
    : await openFarEndpoint(values.endpoint, folder);
try {
  const measured = await benches[name]({
    farSide,
    bare: values.endpoint === undefined ? await openBare(programs['bare-loop'], farSide) : undefined,
    programs,
    ours: { name: 'ours', command: commandOf(values['our-command']) ?? [plugin] },
    other: optional('other', commandOf(values['client-command'])),
    runs: number('runs', values.runs),
    seconds: number('seconds', values.seconds),
  });
  sayTargets(measured.targets);
  if (values.json)
    console.log(
      JSON.stringify({
        bench: name,
        circumstances: circumstances({ node: process.versions.node, farSide: farSide.name }),
        ...measured,
      }),
    );
} finally {
  await farSide.close();
  rmSync(folder, { recursive: true, force: true });
}

/** A command line is cut at spaces. */
function commandOf(text) {
  return text?.trim().split(/\s+/);
}

function optional(client, command) {
  return command === undefined ? undefined : { name: client, command };
}

function number(option, text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${option} must be a whole number, not ${text}.`);
  return value;
}
