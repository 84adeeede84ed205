import { parseArgs } from 'node:util';
import { type SabotageKind, sabotages } from './sabotage.ts';

export interface ChaosCommand {
  minutes: number;
  seed: number;
  json: boolean;
  sabotage: SabotageKind | undefined;
  /** Of all streams together, in MB a second. */
  rateMB: number;
}

export const usage = `Usage: npm run chaos -- [--minutes M] [--seed S] [--json] [--sabotage ${sabotages.join('|')}] [--rate MB]

Sends streams both ways through shells and tunnels of a lab while connections are cut, stalled and refused and messages
lost, repeated and reordered; fails when a byte is lost, repeated or reordered, or when memory grows.

  --minutes M    how long (2)
  --seed S       what goes wrong (random)
  --json         the last line of standard output is one JSON object
  --sabotage X   breaks our own client on purpose; the run must fail
  --rate MB      of all streams together, in MB a second (4.5)
`;

/** Throws an Error with a sentence for people. */
export function parseCommandLine(args: readonly string[]): ChaosCommand | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '2' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      sabotage: { type: 'string' },
      rate: { type: 'string', default: '4.5' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const sabotage = sabotages.find((known) => known === values.sabotage);
  if (values.sabotage !== undefined && sabotage === undefined)
    throw new Error(`--sabotage is one of ${sabotages.join(', ')}.`);
  return {
    minutes: positive(values.minutes, '--minutes', 24 * 60),
    seed: values.seed === undefined ? Date.now() % 2 ** 31 : wholeNumber(values.seed),
    json: values.json,
    sabotage,
    rateMB: positive(values.rate, '--rate', 100),
  };
}

function positive(text: string, name: string, most: number): number {
  const value = Number(text);
  if (!(value > 0 && value <= most)) throw new Error(`${name} is a number above 0 and up to ${most}.`);
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,10}$/.test(text) || value >= 2 ** 32) throw new Error('--seed is a whole number below 2^32.');
  return value;
}
