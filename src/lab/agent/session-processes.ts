import { readdirSync, readFileSync } from 'node:fs';

/**
 * Ids of the processes in the terminal session that `leader` began, itself included: the jobs that an interactive
 * shell put into groups of their own. Linux only; elsewhere the leader alone.
 */
export function processesOfSession(leader: number): number[] {
  if (process.platform !== 'linux') return [leader];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((id) => sessionOf(id) === leader);
}

/** Field 6 of /proc/<id>/stat; the command name before it is in brackets and may hold anything. */
function sessionOf(id: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'latin1');
    const [, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(session);
  } catch {
    return undefined;
  }
}

/** Sends `signal` to each; those that have gone meanwhile are passed over. */
export function signalAll(ids: readonly number[], signal: NodeJS.Signals): void {
  for (const id of ids) {
    try {
      process.kill(id, signal);
    } catch {
      // Gone already.
    }
  }
}
