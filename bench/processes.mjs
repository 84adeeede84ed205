import { readFileSync, readdirSync } from 'node:fs';

/**
 * What the kernel says about the app's processes (Linux, /proc). Memory is PSS, which divides shared pages among those
 * that share them, so that the sum over processes is honest; CPU is user plus system time.
 */

/** Clock ticks a second in /proc/<pid>/stat; 100 on every Linux that Electron runs on (sysconf(_SC_CLK_TCK)). */
const ticksPerSecond = 100;

/**
 * @typedef {{ pid: number, parent: number, role: string, command: string }} AppProcess
 * @typedef {'browser'|'renderer'|'gpu'|'network'|'lab'|'lab-shell'|'zygote'|'other'} Role
 */

/** `root` and everything below it, each with its part in the app. Processes that end while being read are left out. */
export function processTree(root) {
  const all = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = readStat(Number(name));
    if (status !== undefined) all.set(status.pid, status);
  }
  const found = [];
  const visit = (pid, insideLab) => {
    const own = all.get(pid);
    if (own === undefined) return;
    const command = readText(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim() ?? '';
    const role = insideLab ? 'lab-shell' : pid === root ? 'browser' : roleOf(command);
    found.push({ pid, parent: own.parent, role, command });
    for (const other of all.values()) {
      if (other.parent === pid) visit(other.pid, insideLab || role === 'lab');
    }
  };
  visit(root, false);
  return found;
}

/** A utility process that runs Node is the lab: the app has no other. */
function roleOf(command) {
  if (command.includes('--type=renderer')) return 'renderer';
  if (command.includes('--type=gpu-process')) return 'gpu';
  if (command.includes('--type=zygote')) return 'zygote';
  if (command.includes('node.mojom.NodeService')) return 'lab';
  if (command.includes('network.mojom.NetworkService')) return 'network';
  return 'other';
}

function readStat(pid) {
  const text = readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The second field is the command in parentheses and may hold spaces; what follows the last ')' is regular.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { pid, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
}

/** CPU seconds used so far, summed by role. Subtract two answers to get the CPU of a stretch of time. */
export function cpuSeconds(root) {
  const sums = {};
  for (const { pid, role } of processTree(root)) {
    sums[role] = (sums[role] ?? 0) + (readStat(pid)?.ticks ?? 0) / ticksPerSecond;
  }
  return sums;
}

export function cpuBetween(before, after) {
  const used = {};
  for (const role of Object.keys(after)) used[role] = Math.max(0, after[role] - (before[role] ?? 0));
  return used;
}

/** PSS and RSS in MB (10^6 bytes) over the app's processes; the lab and its shells stand apart. */
export function memoryOf(root) {
  const byRole = {};
  let pss = 0;
  let rss = 0;
  let labPss = 0;
  for (const { pid, role } of processTree(root)) {
    const text = readText(`/proc/${pid}/smaps_rollup`);
    if (text === undefined) continue;
    const own = fieldMegabytes(text, 'Pss');
    if (role === 'lab' || role === 'lab-shell') {
      labPss += own;
      continue;
    }
    pss += own;
    rss += fieldMegabytes(text, 'Rss');
    byRole[role] = (byRole[role] ?? 0) + own;
  }
  return { pss, rss, labPss, byRole };
}

function fieldMegabytes(text, name) {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text);
  return match === null ? 0 : (Number(match[1]) * 1024) / 1e6;
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
