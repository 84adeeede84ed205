import { AppError } from '../../shared/errors.ts';
import { logProblem } from '../log.ts';
import type { ChannelBehindWorker, Road } from './channel-behind-worker.ts';
import { CommandBehindWorker } from './command-behind-worker.ts';
import { Questions } from './questions.ts';
import type {
  CommandBytes,
  CommandProgress,
  SessionBytes,
  TunnelBytes,
  TunnelFigures,
} from './session-bytes.ts';
import { TerminalBehindWorker } from './terminal-behind-worker.ts';
import { threadFailed } from './thread-failed.ts';
import { TunnelBehindWorker } from './tunnel-behind-worker.ts';
import type { AskOfWorker, FromWorker, ToWorker, WorkerAnswers } from './worker-messages.ts';

/** A running worker; Node's own has this shape. */
export interface BytesWorker {
  postMessage(message: ToWorker): void;
  on(event: 'message', listener: (message: FromWorker) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
  terminate(): Promise<unknown>;
}

type AnswerOutcome = Extract<FromWorker, { kind: 'answer' }>['outcome'];

/**
 * Main's side of the thread that carries the bytes: starts it when it is first needed, and again after it has died, in which
 * case its sessions' channels have failed and the sessions can be started again.
 */
export class BytesWorkerOwner {
  readonly #start: () => BytesWorker;
  readonly #sessions = new Map<string, ChannelBehindWorker>();
  readonly #questions = new Questions<AnswerOutcome>();
  #worker: BytesWorker | undefined;

  constructor(start: () => BytesWorker) {
    this.#start = start;
  }

  /** Starts the worker ahead of need. */
  prepare(): void {
    this.#running();
  }

  bytesOf(key: string): SessionBytes {
    return this.#held(key, new TerminalBehindWorker(key, this.#road(key)));
  }

  tunnelOf(key: string, onFigures: (figures: TunnelFigures) => void): TunnelBytes {
    return this.#held(key, new TunnelBehindWorker(key, this.#road(key), onFigures));
  }

  commandOf(key: string, onProgress: (progress: CommandProgress) => void): CommandBytes {
    return this.#held(key, new CommandBehindWorker(key, this.#road(key), onProgress));
  }

  /** Whatever channel is still open is dropped. */
  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #held<T extends ChannelBehindWorker>(key: string, session: T): T {
    this.#sessions.set(key, session);
    return session;
  }

  #road(key: string): Road {
    return {
      post: (message) => this.#running().postMessage(message),
      ask: (ask) => this.#ask(ask),
      forget: () => this.#sessions.delete(key),
    };
  }

  #running(): BytesWorker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = this.#start();
    this.#worker = worker;
    worker.on('message', (message) => this.#receive(message));
    worker.on('error', (error) => logProblem('The thread of the terminal bytes failed', error));
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#questions.answerAll({ ok: false, error: threadFailed().data });
      for (const session of this.#sessions.values()) session.workerLost();
    });
    return worker;
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'answer') this.#questions.answered(message.question, message.outcome);
    // Nobody, where the session was forgotten while this was under way.
    else this.#sessions.get(message.key)?.receiveFromWorker(message);
  }

  async #ask<A extends AskOfWorker>(ask: A): Promise<WorkerAnswers[A['what']]> {
    const outcome = await this.#questions.ask((question) =>
      this.#running().postMessage({ kind: 'ask', question, ask }),
    );
    if (!outcome.ok) throw new AppError(outcome.error);
    return outcome.value as WorkerAnswers[A['what']];
  }
}
