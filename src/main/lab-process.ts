import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { logProblem } from './log.ts';

/**
 * The lab's own process; it ends when it is asked to, and with the app.
 *
 * The lab itself runs in a worker thread: in the main thread of a utility process Electron joins Node's event loop to
 * Chromium's by a second thread, and each turn of the loop, here each piece of terminal output, costs a hop between the two
 * (docs/decisions/0002-where-the-bytes-run.md).
 */
const { parentPort } = process;
const lab = new Worker(join(import.meta.dirname, 'lab-worker.js'), { name: 'lab' });

lab.on('message', (news: unknown) => {
  if (news === 'ended') process.exit(0);
  parentPort.postMessage(news);
});
lab.on('error', (error) => {
  logProblem('The local lab failed', error);
  process.exit(1);
});
parentPort.on('message', () => lab.postMessage('end'));
