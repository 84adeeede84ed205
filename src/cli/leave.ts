import { exitCodeForSignal } from './exit-code.ts';

/** Ends the process once everything that is ours has been put away and written. */
export function leave(code: number, host: NodeJS.Process): void {
  host.exitCode = code;
  // After a hang-up the terminal may be gone, and Node's own way out aborts when it cannot reset it. The signal does not.
  if (code === exitCodeForSignal('SIGHUP') && host.platform !== 'win32') host.kill(host.pid, 'SIGHUP');
  // Standard input may be a pipe that nobody closes.
  if (host.stdin.readable) host.stdin.destroy();
  // Should anything be left after all, nobody is kept waiting for it.
  setTimeout(() => host.exit(), 200).unref();
}
