import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Human lines go to standard error, so that standard output is the one JSON line and nothing else. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * A target and how the measured value stands to it.
 * @param {string} name
 * @param {number} value
 * @param {'atMost'|'atLeast'} direction
 * @param {number} limit
 * @param {string} unit
 */
export function target(name, value, direction, limit, unit) {
  const met = direction === 'atMost' ? value <= limit : value >= limit;
  return { name, value, [direction]: limit, unit, met };
}

/** One line a target, e.g. `ok    idle echo, app minus bare shell, p50: 0.8 ms (at most 2 ms)`. */
export function sayTargets(targets) {
  for (const { name, value, atMost, atLeast, unit, met } of targets) {
    const limit = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
    say(`${met ? 'ok    ' : 'missed'}  ${name}: ${value} ${unit} (${limit} ${unit})`);
  }
}

/** What a reader must know to compare a figure with their own. */
export function circumstances(runtime) {
  const model = /^model name\s*:\s*(.*)$/m.exec(readOr('/proc/cpuinfo'))?.[1] ?? 'unknown';
  return {
    date: new Date().toISOString(),
    cpu: model,
    cores: cpus().length,
    loadAverage: readOr('/proc/loadavg').split(' ').slice(0, 3).join(' '),
    pace: 'fast',
    ...runtime,
  };
}

function readOr(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
