import { parentPort } from 'node:worker_threads';
import { startLab } from '../lab/start-lab.ts';
import type { LabReady } from './lab/lab-owner.ts';

/** The lab, in a thread of its process: lab-process.ts says why. It says when it is ready, and when it has ended. */
const owner = parentPort;
if (owner === null) throw new Error("This file is a worker of the lab's process.");
/** The same at each start where it can be had, so that a saved tunnel to it still leads there. */
const demoPort = 18_080;
const lab = await startLab({ pace: 'fast', demoPort, ecs: true });
owner.on('message', () => {
  void lab.close().finally(() => owner.postMessage('ended'));
});
const { endpoint, region, accessKeyId, secretAccessKey, nodes } = lab;
owner.postMessage({
  endpoint,
  region,
  accessKeyId,
  secretAccessKey,
  demoPort: nodes.find((node) => node.demoPort !== undefined)?.demoPort ?? demoPort,
} satisfies LabReady);
