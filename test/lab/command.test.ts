import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Lab } from '../../src/lab/start-lab.ts';
import { callApi, start } from './support/lab-caller.ts';
import { RawClient } from './support/raw-client.ts';

const root = join(import.meta.dirname, '../..');
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

interface Output {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
}

function run(file: string, ...args: string[]): Output {
  const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  return { child, stdout: () => stdout, stderr: () => stderr };
}

/** Waits for the ready line. */
async function ready({ child, stdout, stderr }: Output): Promise<Lab> {
  while (!stdout().includes('\n')) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${stderr()}`);
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
  }
  return JSON.parse(stdout()) as Lab;
}

/** A shell of the lab, by its process id. */
async function openShell(lab: Lab): Promise<number> {
  const { StreamUrl, TokenValue } = await start(lab);
  const client = new RawClient(StreamUrl, TokenValue);
  client.type('echo pid:$$:\r');
  await client.until(({ text }) => /pid:\d+:/.test(text));
  return Number(/pid:(\d+):/.exec(client.text)?.[1]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function answers(lab: Lab): Promise<boolean> {
  return callApi(lab, 'GetConnectionStatus', { Target: 'x' }).then(
    () => true,
    () => false,
  );
}

/** Milliseconds until neither the lab nor its shell is there; gives up after ten seconds. */
async function timeUntilGone(lab: Lab, shell: number): Promise<number> {
  const begun = performance.now();
  while ((isAlive(shell) || (await answers(lab))) && performance.now() - begun < 10_000) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return performance.now() - begun;
}

// Setting up and building come first where they have not been done.
describe.skipIf(process.platform === 'win32')('the lab command', { timeout: 120_000 }, () => {
  test('prints one JSON line and ends within two seconds of a SIGTERM to npm alone, its shells with it', async () => {
    const output = run('npm', 'run', '-s', 'lab', '--', '--json', '--nodes', '7');
    const lab = await ready(output);
    expect(Object.keys(lab).toSorted()).toEqual(
      ['accessKeyId', 'control', 'endpoint', 'nodes', 'region', 'secretAccessKey'].toSorted(),
    );
    expect(lab.nodes[0]).toEqual({
      id: 'i-0a1b2c3d4e5f60001',
      name: 'lab-web',
      platform: 'linux',
      online: true,
      demoPort: expect.any(Number) as number,
    });
    expect(lab.nodes).toHaveLength(7);
    expect(new URL(lab.endpoint).hostname).toBe('127.0.0.1');
    const shell = await openShell(lab);
    output.child.kill('SIGTERM');
    expect(await timeUntilGone(lab, shell)).toBeLessThan(2000);
    expect(output.stdout().trimEnd().split('\n')).toHaveLength(1);
  });

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    test(`ends on ${signal} with code 0, its shells with it`, async () => {
      const output = run(process.execPath, 'scripts/run-node.mjs', 'lab', '--json');
      const lab = await ready(output);
      const shell = await openShell(lab);
      const exited = once(output.child, 'exit');
      output.child.kill(signal);
      expect((await exited)[0]).toBe(0);
      expect(isAlive(shell)).toBe(false);
    });
  }

  test('says what is wrong with its arguments and exits with 2', async () => {
    const output = run(process.execPath, 'scripts/run-node.mjs', 'lab', '--pace', 'slow');
    const [code] = (await once(output.child, 'close')) as [number];
    expect([code, output.stdout()]).toEqual([2, '']);
    expect(output.stderr()).toMatch(/--pace is agent or fast[\s\S]*Usage: npm run lab/);
  });

  test('says that a port is taken and exits with 1', async () => {
    const first = run(process.execPath, 'scripts/run-node.mjs', 'lab', '--json');
    const { port } = new URL((await ready(first)).endpoint);
    const second = run(process.execPath, 'scripts/run-node.mjs', 'lab', '--port', port);
    const [code] = (await once(second.child, 'close')) as [number];
    expect(code).toBe(1);
    expect(second.stderr()).toMatch(/EADDRINUSE/);
  });
});
