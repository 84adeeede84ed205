import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type ControlPlane, createControlPlane } from '../src/aws/control-plane.ts';

/** A lab in a process of its own, so that its memory is not ours. */
export interface LabProcess {
  pid: number;
  target: string;
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  plane: ControlPlane;
  /** Asks the control URL; src/lab/control/control-api.ts says what it knows. */
  control(path: string, body: object): Promise<void>;
  /** Connections that the gateway lost while messages of the agent's were under way, by session. */
  lostWithUnacknowledged(sessionId: string): Promise<number>;
  /** All that the lab has to say of a session. */
  describe(sessionId: string): Promise<string>;
  close(): Promise<void>;
}

interface ReadyLine {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  control: string;
  nodes: { id: string; online: boolean }[];
}

/** @param program path of the built lab */
export async function startLabProcess(program: string, args: readonly string[] = []): Promise<LabProcess> {
  const child = spawn(process.execPath, [program, '--json', '--pace', 'fast', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`The lab ended with ${code} before it was ready.`)));
  });
  const ready = JSON.parse(line) as ReadyLine;
  const { endpoint, region, accessKeyId, secretAccessKey } = ready;
  const plane = createControlPlane({
    region,
    endpoint,
    kmsEndpoint: endpoint,
    credentials: { accessKeyId, secretAccessKey },
    // One attempt each: repeating is the driver's affair here.
    maxAttempts: 1,
  });
  return {
    pid: child.pid ?? 0,
    target: ready.nodes.find(({ online }) => online)?.id ?? '',
    endpoint,
    region,
    accessKeyId,
    secretAccessKey,
    plane,
    control: async (path, body) => {
      const answer = await fetch(ready.control + path, { method: 'POST', body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`The lab refused ${path}: ${answer.status} ${await answer.text()}`);
    },
    lostWithUnacknowledged: async (sessionId) =>
      (await describeSession(ready.control, sessionId)).lostWithUnacknowledged ?? 0,
    describe: async (sessionId) => JSON.stringify(await describeSession(ready.control, sessionId)),
    close: async () => {
      plane.close();
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function describeSession(
  control: string,
  sessionId: string,
): Promise<{ id: string; lostWithUnacknowledged?: number }> {
  const answer = await fetch(`${control}/sessions`);
  const { sessions } = (await answer.json()) as {
    sessions: { id: string; lostWithUnacknowledged?: number }[];
  };
  return sessions.find(({ id }) => id === sessionId) ?? { id: sessionId };
}
