import { spawn } from 'node:child_process';

/** Of what a client says, so much is kept for the message in case it fails. */
const noteBytes = 2000;

/** @typedef {{ name: string, command: readonly string[] }} Client a command line that takes the plugin's arguments */

/**
 * Starts a client as the AWS CLI starts the plugin (protocol notes, section 1.3), in a process group of its own, so that
 * {@link end} ends whatever it has started.
 *
 * @param {Client} client
 * @param {import('./far-side.mjs').Started} session
 */
export function startClient({ name, command: [program, ...first] }, session) {
  const { response, region, request, endpoint, env } = session;
  const args = [JSON.stringify(response), region, 'StartSession', '', JSON.stringify(request), endpoint];
  const startedAt = performance.now();
  const child = spawn(program, [...first, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  let isWanted = true;
  const failed = new Promise((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (isWanted) reject(new Error(`${name} ended with ${signal ?? code}: ${said}`));
    });
  });
  failed.catch(() => {});
  child.stdin.on('error', () => {});
  const note = (bytes) => {
    if (said.length < noteBytes) said += bytes;
  };
  child.stderr.on('data', note);
  child.stdout.on('data', note);
  return {
    startedAt,
    pid: child.pid,
    stdin: child.stdin,
    stdout: child.stdout,
    /** Rejects when the client ends before it is told to; to be raced with whatever is awaited. */
    failed,
    async end() {
      if (!isWanted) return;
      isWanted = false;
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      process.kill(-child.pid, 'SIGKILL');
      await ended;
    },
  };
}
