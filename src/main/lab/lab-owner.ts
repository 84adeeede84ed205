import { AppError } from '../../shared/errors.ts';
import { waitAtMost } from '../limited-wait.ts';

/** What the lab's process tells when it is ready. Its keys open nothing but the lab. */
export interface LabReady {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** A small web server for tunnels to lead to, at this port of each node. */
  demoPort: number;
}

/** The running lab; `hasEnded` says that its process, and so every session in it, is gone. */
export interface LabAccess extends LabReady {
  hasEnded(): boolean;
}

/** A process that runs the lab and will say one thing. */
export interface LabProcess {
  onReady(listener: (ready: LabReady) => void): void;
  onExit(listener: () => void): void;
  /** Asks it to end its shells and itself. */
  askToEnd(): void;
  kill(): void;
}

/** A cold machine with a busy disk takes a few seconds; a lab that says nothing for this long will not. */
const startLimitMs = 20_000;
/** The lab kills its shells well before this. */
const endLimitMs = 2_000;

/** Owns the embedded lab: started when first asked for, one for all profiles, started again after it has died. */
export class LabOwner {
  readonly #fork: () => LabProcess;
  #process: LabProcess | undefined;
  #access: Promise<LabAccess> | undefined;
  #isEnding = false;

  constructor(fork: () => LabProcess) {
    this.#fork = fork;
  }

  /** Rejects with {@link AppError} `lab-failed`. */
  open(): Promise<LabAccess> {
    this.#access ??= this.#start();
    return this.#access;
  }

  /** Resolves when the lab's process is gone. Idempotent; the lab cannot be opened again. */
  async end(): Promise<void> {
    this.#isEnding = true;
    const running = this.#process;
    if (running === undefined) return;
    const gone = new Promise<void>((resolve) => running.onExit(resolve));
    running.askToEnd();
    const outcome = await waitAtMost(gone, endLimitMs);
    if (outcome.kind === 'too-late') running.kill();
  }

  #start(): Promise<LabAccess> {
    if (this.#isEnding) return Promise.reject(labFailed('Nodewharf is quitting.'));
    const lab = this.#fork();
    this.#process = lab;
    let hasEnded = false;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        reject(labFailed('It did not get ready in time.'));
        lab.kill();
      }, startLimitMs);
      lab.onReady((ready) => {
        clearTimeout(limit);
        resolve({ ...ready, hasEnded: () => hasEnded });
      });
      lab.onExit(() => {
        clearTimeout(limit);
        hasEnded = true;
        this.#process = undefined;
        this.#access = undefined;
        reject(labFailed('Its process ended.'));
      });
    });
  }
}

function labFailed(message: string): AppError {
  return new AppError({
    code: 'lab-failed',
    attempted: 'Start the local lab',
    message,
    hint: 'Try again. If it happens again, start Nodewharf from a terminal and report what is printed there.',
    retryable: true,
  });
}
