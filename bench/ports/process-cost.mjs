import { readFileSync } from 'node:fs';
import { processTree } from '../processes.mjs';

const ticksPerSecond = 100;

/** CPU seconds that `pid` has used so far, all its threads, in steps of 10 ms. */
export function cpuOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** The same with everything below it: a command line may be a script that starts the client. */
export function cpuOfTree(pid) {
  return processTree(pid).reduce((sum, { pid: each }) => sum + cpuOf(each), 0);
}

/** The largest resident size so far, MB (10^6 bytes), summed over `pid` and everything below it. */
export function peakMegabytes(pid) {
  let sum = 0;
  for (const { pid: each } of processTree(pid)) {
    try {
      const match = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${each}/status`, 'utf8'));
      sum += match === null ? 0 : (Number(match[1]) * 1024) / 1e6;
    } catch {
      // It ended while we looked.
    }
  }
  return sum;
}
