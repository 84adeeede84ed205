import { join } from 'node:path';
import { utilityProcess } from 'electron';
import type { LabProcess, LabReady } from './lab-owner.ts';

/** Starts the lab in a utility process: a crash of it, or of a native module in it, leaves the app alone. */
export function forkLab(): LabProcess {
  // The bundle's entry for the lab stands beside this one's.
  const child = utilityProcess.fork(join(import.meta.dirname, 'lab-process.js'), [], {
    serviceName: 'Nodewharf local lab',
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return {
    onReady: (listener) => child.once('message', (ready: LabReady) => listener(ready)),
    onExit: (listener) => child.once('exit', () => listener()),
    askToEnd: () => child.postMessage('end'),
    kill: () => child.kill(),
  };
}
