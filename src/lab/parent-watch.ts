import { readFileSync } from 'node:fs';

/** How often the parent is looked for, milliseconds. */
const lookMs = 200;

const shells = new Set(['sh', 'dash', 'bash', 'ash', 'zsh']);

/**
 * Calls `onGone` once when the process that started this one has disappeared. npm dies of SIGTERM without passing it
 * on, so a program that it runs would otherwise stay. Where npm's `sh -c` stands between, npm itself is watched too.
 * The answer ends the watch.
 */
export function watchParent(onGone: () => void): () => void {
  const parent = process.ppid;
  const npm = process.env['npm_lifecycle_event'] === undefined ? undefined : parentOfShell(parent);
  const timer = setInterval(() => {
    const isThere = process.ppid === parent && isAlive(parent) && (npm === undefined || isAlive(npm));
    if (isThere) return;
    clearInterval(timer);
    onGone();
  }, lookMs);
  return () => clearInterval(timer);
}

/** The parent of `id` if that is a shell. Linux only; elsewhere nothing is known of other processes' parents. */
function parentOfShell(id: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return shells.has(name) ? Number(parent) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // Not ours to signal, but there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
