import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The ready line of `npm run lab -- --json`. */
export interface ExternalLab {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Loopback URL with its own secret; `POST <control>/faults` injects one. */
  control: string;
  nodes: { id: string; name: string; platform: string; online: boolean; demoPort?: number }[];
  close(): Promise<void>;
}

const root = join(import.meta.dirname, '..', '..', '..', '..');

/**
 * Starts the lab as a program of its own, so that the app reaches it as it would reach AWS: by a profile's endpoint and
 * credentials.
 */
export async function startExternalLab(args: readonly string[] = []): Promise<ExternalLab> {
  const child = spawn(
    process.execPath,
    [join(root, 'out', 'node', 'lab.js'), '--json', '--pace', 'fast', ...args],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`The lab ended with ${code} before it was ready.`)));
  });
  const ready = JSON.parse(line) as Omit<ExternalLab, 'close'>;
  return {
    ...ready,
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Injects one fault; src/lab/faults/fault.ts has its members. */
export async function injectFault(lab: ExternalLab, fault: Record<string, unknown>): Promise<void> {
  const answer = await fetch(`${lab.control}/faults`, { method: 'POST', body: JSON.stringify(fault) });
  if (!answer.ok) throw new Error(`The lab refused the fault: ${answer.status} ${await answer.text()}`);
}
