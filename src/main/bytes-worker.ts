import { parentPort } from 'node:worker_threads';
import { openSession } from '../ssm/node/open-session.ts';
import { listenLocally } from '../ssm/node/port/listen-locally.ts';
import { openPortSession } from '../ssm/node/port/open-port-session.ts';
import { BytesInWorker } from './bytes/bytes-in-worker.ts';
import { monotonicClock } from './bytes/terminal-link.ts';
import type { ToWorker } from './bytes/worker-messages.ts';

/** The thread that carries the bytes of all sessions; why there is one: docs/decisions/0002-where-the-bytes-run.md. */
const main = parentPort;
if (main === null) throw new Error('This file is a worker of the main process.');
const bytes = new BytesInWorker(
  { openSession, listenLocally, openPortSession },
  monotonicClock,
  (message, transfer) => main.postMessage(message, transfer),
);
main.on('message', (message: ToWorker) => bytes.receive(message));
