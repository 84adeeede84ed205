import { AppError, toAppErrorData } from '../../shared/errors.ts';
import { logProblem } from '../log.ts';
import type {
  ChannelFigures,
  ChannelOptions,
  PagePort,
  SessionBytes,
  TerminalSize,
} from './session-bytes.ts';
import type { FromWorker, Outcome, ToWorker } from './worker-messages.ts';

/** A running worker; Node's own has this shape. */
export interface BytesWorker {
  postMessage(message: ToWorker): void;
  on(event: 'message', listener: (message: FromWorker) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
  terminate(): Promise<unknown>;
}

/**
 * Main's side of the thread that carries the bytes: starts it when it is first needed, and again after it has died, in which
 * case its sessions' channels have failed and the sessions can be started again.
 */
export class BytesWorkerOwner {
  readonly #start: () => BytesWorker;
  readonly #sessions = new Map<string, BytesBehindWorker>();
  readonly #questions = new Map<number, (figures: ChannelFigures | undefined) => void>();
  #worker: BytesWorker | undefined;
  #lastQuestion = 0;

  constructor(start: () => BytesWorker) {
    this.#start = start;
  }

  /** Starts the worker ahead of need. */
  prepare(): void {
    this.#running();
  }

  bytesOf(key: string): SessionBytes {
    const bytes = new BytesBehindWorker(key, {
      post: (message) => this.#running().postMessage(message),
      figures: () => this.#askFigures(key),
      forget: () => this.#sessions.delete(key),
    });
    this.#sessions.set(key, bytes);
    return bytes;
  }

  /** Whatever channel is still open is dropped. */
  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
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
      for (const answer of this.#questions.values()) answer(undefined);
      this.#questions.clear();
      for (const bytes of this.#sessions.values()) bytes.workerLost();
    });
    return worker;
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'figures') {
      this.#questions.get(message.question)?.(message.figures);
      this.#questions.delete(message.question);
      return;
    }
    // Of a session that was forgotten while this was under way.
    this.#sessions.get(message.key)?.receiveFromWorker(message);
  }

  #askFigures(key: string): Promise<ChannelFigures | undefined> {
    this.#lastQuestion += 1;
    const question = this.#lastQuestion;
    return new Promise((resolve) => {
      this.#questions.set(question, resolve);
      this.#running().postMessage({ kind: 'read-figures', key, question });
    });
  }
}

interface Road {
  post(message: ToWorker): void;
  figures(): Promise<ChannelFigures | undefined>;
  forget(): void;
}

/** One session's bytes as main's own thread sees them. Credentials stay here: the worker asks. */
class BytesBehindWorker implements SessionBytes {
  readonly #key: string;
  readonly #road: Road;
  #port: { id: number; port: PagePort } | undefined;
  #lastPort = 0;
  #channel: { id: number; options: ChannelOptions } | undefined;
  #lastChannel = 0;

  constructor(key: string, road: Road) {
    this.#key = key;
    this.#road = road;
  }

  attach(port: PagePort): void {
    this.#port?.port.close();
    this.#lastPort += 1;
    this.#port = { id: this.#lastPort, port };
    this.#road.post({ kind: 'attach', key: this.#key, port: this.#lastPort });
  }

  receive(port: PagePort, message: unknown): void {
    if (this.#port?.port !== port) return;
    this.#road.post({ kind: 'from-page', key: this.#key, port: this.#port.id, message });
  }

  portClosed(port: PagePort): void {
    if (this.#port?.port !== port) return;
    this.#road.post({ kind: 'port-closed', key: this.#key, port: this.#port.id });
    this.#port = undefined;
  }

  awaitChannel(size: TerminalSize): void {
    this.#road.post({ kind: 'await-channel', key: this.#key, size });
  }

  openChannel(options: ChannelOptions): void {
    this.#lastChannel += 1;
    this.#channel = { id: this.#lastChannel, options };
    const { sessionId, tokenValue, streamUrl } = options;
    this.#road.post({
      kind: 'open-channel',
      key: this.#key,
      channel: this.#lastChannel,
      sessionId,
      tokenValue,
      streamUrl,
    });
  }

  reconnectNow(): void {
    this.#road.post({ kind: 'reconnect', key: this.#key });
  }

  endChannel(): void {
    this.#road.post({ kind: 'end-channel', key: this.#key });
  }

  figures(): Promise<ChannelFigures | undefined> {
    return this.#road.figures();
  }

  dispose(): void {
    this.#road.post({ kind: 'dispose', key: this.#key });
    this.#port?.port.close();
    this.#port = undefined;
    this.#channel = undefined;
    this.#road.forget();
  }

  receiveFromWorker(message: Exclude<FromWorker, { kind: 'figures' }>): void {
    switch (message.kind) {
      case 'to-page':
        if (message.port === this.#port?.id) this.#port.port.post(message.message);
        break;
      case 'close-port':
        if (message.port !== this.#port?.id) break;
        this.#port.port.close();
        this.#port = undefined;
        break;
      case 'news':
        this.#optionsOf(message.channel)?.onNews(message.news);
        break;
      case 'ask-resume':
        void this.#answer(message, (options) => options.resume());
        break;
      case 'ask-headers':
        void this.#answer(message, (options) => options.signUpgrade(message.url));
        break;
    }
  }

  /** The worker died, and with it the channel and what it remembered. The page keeps its port and what it shows. */
  workerLost(): void {
    const channel = this.#channel;
    this.#channel = undefined;
    if (this.#port !== undefined) this.#road.post({ kind: 'attach', key: this.#key, port: this.#port.id });
    channel?.options.onNews({
      kind: 'ended',
      end: { kind: 'failed', error: threadFailed() },
      isOutputIncomplete: true,
    });
  }

  #optionsOf(channel: number): ChannelOptions | undefined {
    return this.#channel?.id === channel ? this.#channel.options : undefined;
  }

  async #answer(
    { channel, question }: { channel: number; question: number },
    ask: (options: ChannelOptions) => Promise<unknown>,
  ): Promise<void> {
    const options = this.#optionsOf(channel);
    if (options === undefined) return;
    let outcome: Outcome;
    try {
      outcome = { ok: true, value: await ask(options) };
    } catch (error) {
      const verdict = options.classifyResumeError(error);
      outcome = { ok: false, verdict, error: toAppErrorData(error, 'Resume the session') };
    }
    this.#road.post({ kind: 'answer', question, outcome });
  }
}

function threadFailed() {
  return new AppError({
    code: 'internal',
    attempted: 'Carry the bytes of the session',
    message: 'A part of Nodewharf has failed and was started again.',
    hint: 'Start the session again. At the service the old one ends at its idle time-out.',
    retryable: true,
  }).data;
}
