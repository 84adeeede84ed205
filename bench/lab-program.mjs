import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../scripts/paths.mjs';

/**
 * The lab as a program of its own, which the app reaches as it would reach AWS: by endpoints and keys of its profiles.
 * @param {readonly string[]} args
 */
export async function startLabProgram(args) {
  const child = spawn(process.execPath, [join(root, 'out', 'node', 'lab.js'), '--json', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const line = await new Promise((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`The lab ended with ${code} before it was ready.`)));
  });
  return {
    ...JSON.parse(line),
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
