import { BytesInWorker, type Drivers } from '../../../src/main/bytes/bytes-in-worker.ts';
import type { BytesWorker } from '../../../src/main/bytes/bytes-worker-owner.ts';
import type { LinkClock } from '../../../src/main/bytes/terminal-link.ts';
import type { FromWorker, ToWorker } from '../../../src/main/bytes/worker-messages.ts';

/** The worker's code in the test's thread: what passes between the two is cloned as between threads, and arrives at once. */
export class FakeWorker implements BytesWorker {
  readonly #inside: BytesInWorker;
  #onMessage: (message: FromWorker) => void = () => {};
  #onExit: () => void = () => {};
  #isRunning = true;

  constructor(drivers: Drivers, clock: LinkClock) {
    this.#inside = new BytesInWorker(drivers, clock, (message, transfer = []) => {
      if (this.#isRunning) this.#onMessage(structuredClone(message, { transfer }));
    });
  }

  postMessage(message: ToWorker): void {
    if (this.#isRunning) this.#inside.receive(structuredClone(message));
  }

  on(event: 'message' | 'error' | 'exit', listener: ((message: FromWorker) => void) | (() => void)): void {
    if (event === 'message') this.#onMessage = listener;
    if (event === 'exit') this.#onExit = listener as () => void;
  }

  /** As a thread that runs out of memory does. */
  die(): void {
    this.#isRunning = false;
    this.#onExit();
  }

  terminate(): Promise<void> {
    this.#isRunning = false;
    this.#onExit();
    return Promise.resolve();
  }
}
