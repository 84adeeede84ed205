import { type ChildProcess, execFile, spawn } from 'node:child_process';

/** How a program that was asked for something came to its end. */
export type ProcessOutcome =
  /** By itself; `code` is null after a signal. */
  | { kind: 'ended'; code: number | null; output: string }
  | { kind: 'not-started' }
  | { kind: 'too-late' }
  | { kind: 'too-much' };

export interface ProcessLimits {
  /** It is ended after so long. */
  limitMs: number;
  /** It is ended when nobody waits for it any more; then the promise rejects with the reason. */
  signal?: AbortSignal;
  /** The person at this program's terminal may be asked there: it stays in the terminal's session. */
  hasTerminal: boolean;
}

/** Credentials are a few hundred bytes; as much as the SDK takes. */
const longestOutput = 1024 * 1024;
/** From the polite signal to the other one. */
const lastChanceMs = 1_000;
/** After the program itself has ended: what it left behind, a browser say, may hold its output open for ever. */
const afterEndMs = 500;

/** Those that run; none of them may outlive this process. */
const running = new Set<ProcessTree>();
let isWatchingExit = false;

/**
 * Runs one line of a shell and gives what it writes to its standard output. What it says on standard error, and its command
 * line, are not kept: both can hold secrets. It reads an empty input, so a program that asks there gets an end of file.
 */
export function runShellLine(
  line: string,
  { limitMs, signal, hasTerminal }: ProcessLimits,
): Promise<ProcessOutcome> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(line, {
      shell: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      // A group of its own, so that what it starts can be ended with it.
      detached: !hasTerminal && process.platform !== 'win32',
      windowsHide: true,
    });
    const tree = new ProcessTree(child, !hasTerminal);
    watchExit();
    running.add(tree);
    const chunks: Buffer[] = [];
    let length = 0;
    let afterEnd: NodeJS.Timeout | undefined;
    const deadline = setTimeout(() => stop({ kind: 'too-late' }), limitMs);

    const settle = (): void => {
      clearTimeout(deadline);
      clearTimeout(afterEnd);
      signal?.removeEventListener('abort', onAbort);
      child.stdout.destroy();
      running.delete(tree);
    };
    const done = (outcome: ProcessOutcome): void => {
      settle();
      resolve(outcome);
    };
    const stop = (outcome: ProcessOutcome): void => {
      tree.end();
      done(outcome);
    };
    const onAbort = (): void => {
      tree.end();
      settle();
      reject(signal?.reason as Error);
    };
    const ended = (): void =>
      done({ kind: 'ended', code: child.exitCode, output: Buffer.concat(chunks).toString() });

    signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > longestOutput) stop({ kind: 'too-much' });
    });
    child.on('error', () => done({ kind: 'not-started' }));
    child.on('exit', () => {
      afterEnd = setTimeout(ended, afterEndMs);
    });
    child.on('close', ended);
  });
}

/** A program and all that it started. */
class ProcessTree {
  readonly #child: ChildProcess;
  readonly #hasGroup: boolean;

  constructor(child: ChildProcess, hasGroup: boolean) {
    this.#child = child;
    this.#hasGroup = hasGroup;
  }

  /** Politely, and firmly a moment later. */
  end(): void {
    this.kill('SIGTERM');
    setTimeout(() => this.kill('SIGKILL'), lastChanceMs).unref();
    // Whoever ends before that moment takes it along.
    ending.add(this);
    setTimeout(() => ending.delete(this), lastChanceMs).unref();
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    if (process.platform === 'win32') {
      execFile('taskkill', ['/pid', String(pid), '/T', '/F'], () => undefined);
    } else if (this.#hasGroup) {
      try {
        process.kill(-pid, signal);
      } catch {
        // Nothing of it is left.
      }
    } else {
      this.#child.kill(signal);
    }
  }
}

/** Asked to end, and not yet made to. */
const ending = new Set<ProcessTree>();

function watchExit(): void {
  if (isWatchingExit) return;
  isWatchingExit = true;
  process.on('exit', () => {
    for (const tree of [...running, ...ending]) tree.kill('SIGKILL');
  });
}
