import { execFile, spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Somebody who is not root: whoever runs the test, or for root a user made for it. */
export interface OrdinaryUser {
  readonly id: number;
  /** Whether this user may read a file. */
  canRead(path: string): Promise<boolean>;
  /**
   * Starts a program on a display of its own and answers with Chromium's debugging address.
   * It ends with {@link OrdinaryUser.remove}.
   */
  start(program: string, args: readonly string[]): Promise<string>;
  /** Ends what was started, and the user if it was made here. */
  remove(): Promise<void>;
}

export async function ordinaryUser(): Promise<OrdinaryUser> {
  const own = process.getuid?.() ?? 0;
  const name = own === 0 ? `nodewharf-e2e-${process.pid}` : undefined;
  if (name !== undefined) await run('useradd', ['--create-home', '--shell', '/bin/sh', name]);
  const id = name === undefined ? own : Number((await run('id', ['-u', name])).stdout);
  // Nothing of the caller's environment: it names root's folders and root's display.
  const prefix =
    name === undefined
      ? ['env']
      : ['runuser', '-u', name, '--', 'env', '-i', `HOME=/home/${name}`, 'PATH=/usr/local/bin:/usr/bin:/bin'];
  const [command = '', ...before] = prefix;
  const groups: number[] = [];
  return {
    id,
    canRead: (path) =>
      run(command, [...before, 'test', '-r', path]).then(
        () => true,
        () => false,
      ),
    start: (program, args) => {
      const started = spawn(
        command,
        [...before, 'xvfb-run', '-a', program, '--remote-debugging-port=0', ...args],
        {
          cwd: '/',
          stdio: ['ignore', 'ignore', 'pipe'],
          detached: true,
        },
      );
      if (started.pid !== undefined) groups.push(started.pid);
      const said: string[] = [];
      return new Promise((resolve, reject) => {
        createInterface({ input: started.stderr }).on('line', (line) => {
          said.push(line);
          const address = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
          if (address !== undefined) resolve(address);
        });
        started.once('exit', () => reject(new Error(`The program ended:\n${said.join('\n')}`)));
      });
    },
    remove: async () => {
      for (const group of groups) {
        try {
          process.kill(-group, 'SIGTERM');
        } catch {
          // Has ended already.
        }
      }
      if (name === undefined) return;
      // Busy until the last process of the user is gone.
      for (;;) {
        const removed = await run('userdel', ['--remove', name]).then(
          () => true,
          () => false,
        );
        if (removed) return;
        await killProcessesOf(id);
      }
    },
  };
}

async function killProcessesOf(user: number): Promise<void> {
  for (const entry of await readdir('/proc')) {
    const owner = /^\d+$/.test(entry) ? await stat(`/proc/${entry}`).catch(() => undefined) : undefined;
    if (owner?.uid !== user) continue;
    try {
      process.kill(Number(entry), 'SIGKILL');
    } catch {
      // Was faster.
    }
  }
}
