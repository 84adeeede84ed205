import { spawn as spawnProcess } from 'node:child_process';
import { once } from 'node:events';
import { spawn as spawnInTerminal } from 'node-pty';
import type { Lab } from '../../src/lab/start-lab.ts';

/** Only what the program is told: nothing of the machine that runs the tests. */
export function environmentFor(lab: Lab): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    TERM: 'xterm-256color',
    AWS_ACCESS_KEY_ID: lab.accessKeyId,
    AWS_SECRET_ACCESS_KEY: lab.secretAccessKey,
    AWS_REGION: lab.region,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** The program in a terminal of its own, as a person has it. */
export interface TerminalProgram {
  pid: number;
  /** All that it has shown so far. */
  shown(): string;
  type(text: string): void;
  resize(cols: number, rows: number): void;
  kill(signal: NodeJS.Signals): void;
  /** Takes the terminal away, as closing its window does. */
  hangUp(): void;
  /** Resolves with what has been shown since the last call once that matches; rejects when the program ends before. */
  waitFor(pattern: RegExp): Promise<string>;
  ended: Promise<number>;
}

export function startInTerminal(
  program: string,
  args: string[],
  env: Record<string, string>,
  size?: { cols: number; rows: number },
): TerminalProgram {
  return runInTerminal(process.execPath, [program, ...args], env, size);
}

/** The same of a program that is not one of Node's. */
export function runInTerminal(
  file: string,
  args: string[],
  env: Record<string, string>,
  size = { cols: 100, rows: 30 },
): TerminalProgram {
  const pty = spawnInTerminal(file, args, { ...size, env, cwd: '/' });
  let text = '';
  let seen = 0;
  let hasEnded = false;
  const checks = new Set<() => void>();
  pty.onData((data) => {
    text += data;
    for (const check of checks) check();
  });
  const ended = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      hasEnded = true;
      for (const check of checks) check();
      resolve(signal ? 128 + signal : exitCode);
    });
  });
  return {
    pid: pty.pid,
    shown: () => text,
    type: (keys) => pty.write(keys),
    resize: (cols, rows) => pty.resize(cols, rows),
    kill: (signal) => process.kill(pty.pid, signal),
    // The master's descriptor is all there is of the terminal; node-pty keeps the call for it off its public type.
    hangUp: () => (pty as unknown as { destroy(): void }).destroy(),
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const fresh = text.slice(seen);
          const match = pattern.exec(fresh);
          if (match) {
            seen += match.index + match[0].length;
            checks.delete(check);
            resolve(fresh);
          } else if (hasEnded) {
            checks.delete(check);
            reject(new Error(`ended before ${String(pattern)} was shown; shown: ${JSON.stringify(fresh)}`));
          }
        };
        checks.add(check);
        check();
      }),
    ended,
  };
}

export interface PipedResult {
  code: number | NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  readonly stdoutBytes: Buffer;
}

/** The program with pipes instead of a terminal; `input` is written and ended. */
export async function runWithPipes(
  program: string,
  args: string[],
  env: Record<string, string>,
  input: string | Uint8Array = '',
): Promise<PipedResult> {
  const child = spawnProcess(process.execPath, [program, ...args], { env, stdio: 'pipe' });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  const result = {
    code: code ?? signal,
    stdout: Buffer.concat(stdout).toString('utf8'),
    stderr: Buffer.concat(stderr).toString('utf8'),
  };
  // Apart from what is compared as a whole.
  return Object.defineProperty(result as PipedResult, 'stdoutBytes', { value: Buffer.concat(stdout) });
}
