import { startLab } from '../lab/start-lab.ts';
import type { LabReady } from './lab/lab-owner.ts';

/**
 * The lab's own process. It says one thing, when it is ready, and ends when it is asked to, or when the app that
 * started it has gone without asking: its port then closes.
 */
const { parentPort } = process;
const lab = await startLab({ pace: 'fast' });

const { endpoint, region, accessKeyId, secretAccessKey } = lab;
parentPort.on('message', () => {
  void lab.close().finally(() => process.exit(0));
});
parentPort.postMessage({ endpoint, region, accessKeyId, secretAccessKey } satisfies LabReady);
