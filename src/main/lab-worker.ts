import { parentPort } from 'node:worker_threads';
import { startLab } from '../lab/start-lab.ts';
import type { LabReady } from './lab/lab-owner.ts';

/** The lab, in a thread of its process: lab-process.ts says why. It says when it is ready, and when it has ended. */
const owner = parentPort;
if (owner === null) throw new Error("This file is a worker of the lab's process.");
const lab = await startLab({ pace: 'fast' });
owner.on('message', () => {
  void lab.close().finally(() => owner.postMessage('ended'));
});
const { endpoint, region, accessKeyId, secretAccessKey } = lab;
owner.postMessage({ endpoint, region, accessKeyId, secretAccessKey } satisfies LabReady);
