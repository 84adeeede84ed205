import { spawnSync } from 'node:child_process';
import type { ReadStream } from 'node:tty';

/** What is asked of the process around the terminal. */
export interface ProcessEvents {
  on(event: 'exit' | 'SIGCONT', listener: () => void): unknown;
  off(event: 'exit' | 'SIGCONT', listener: () => void): unknown;
}

/**
 * Puts the terminal into raw mode, so that each key reaches the node, until the returned function is called or the
 * process exits, in whatever way that lets JavaScript run. After a stop and continue from outside the mode is set anew,
 * since the shell has put its own in between.
 */
export function enterRawMode(terminal: ReadStream, events: ProcessEvents): () => void {
  const leave = (): void => {
    events.off('exit', leave);
    events.off('SIGCONT', again);
    try {
      terminal.setRawMode(false);
    } catch {
      // The terminal is gone; there is nothing left to restore.
    }
  };
  const again = (): void => {
    // Node remembers the mode it has set and would otherwise do nothing.
    terminal.setRawMode(false);
    setFullyRaw(terminal);
  };
  events.on('exit', leave);
  events.on('SIGCONT', again);
  setFullyRaw(terminal);
  return leave;
}

/**
 * Node's raw mode still turns a line feed from the node into carriage return and line feed, which moves the cursor of
 * full-screen programs. It has no call to change that; the system's `stty` has. Where there is none, as on Windows, output
 * is passed through anyway or nearly so. Leaving Node's raw mode brings back all that was set before it.
 */
function setFullyRaw(terminal: ReadStream): void {
  terminal.setRawMode(true);
  if (process.platform !== 'win32') spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
}
