import { toAppErrorData } from '../../shared/errors.ts';
import type { Carrier, ChannelOptions } from './session-bytes.ts';
import { threadFailed } from './thread-failed.ts';
import type {
  AskOfMain,
  AskOfWorker,
  CarrierKind,
  FromWorker,
  Outcome,
  ToWorker,
  WorkerAnswers,
} from './worker-messages.ts';

/** What the worker says of one session. */
export type NewsOfSession = Extract<FromWorker, { key: string }>;

/** The way to the worker of one session. */
export interface Road {
  post(message: ToWorker): void;
  /** Rejects with an AppError, also when the worker dies. */
  ask<A extends AskOfWorker>(ask: A): Promise<WorkerAnswers[A['what']]>;
  forget(): void;
}

/** One session's data channel as main's own thread sees it. Credentials stay here: the worker asks. */
export class ChannelBehindWorker implements Carrier {
  readonly #carrier: CarrierKind;
  readonly #key: string;
  readonly #road: Road;
  #channel: { id: number; options: ChannelOptions } | undefined;
  #lastChannel = 0;

  constructor(carrier: CarrierKind, key: string, road: Road) {
    this.#carrier = carrier;
    this.#key = key;
    this.#road = road;
  }

  openChannel(options: ChannelOptions): void {
    this.#lastChannel += 1;
    this.#channel = { id: this.#lastChannel, options };
    const { sessionId, tokenValue, streamUrl, target, handshake, tunnel } = options;
    this.#road.post({
      kind: 'open-channel',
      carrier: this.#carrier,
      key: this.#key,
      channel: this.#lastChannel,
      start: { sessionId, tokenValue, streamUrl, target, handshake, ...(tunnel && { tunnel }) },
    });
  }

  reconnectNow(): void {
    this.#road.post({ kind: 'reconnect', carrier: this.#carrier, key: this.#key });
  }

  async endChannel(): Promise<void> {
    // A worker that died has left the channel too.
    await this.#road.ask({ what: 'end-channel', carrier: this.#carrier, key: this.#key }).catch(() => {});
  }

  dispose(): void {
    this.#road.post({ kind: 'dispose', carrier: this.#carrier, key: this.#key });
    this.#channel = undefined;
    this.#road.forget();
  }

  receiveFromWorker(message: NewsOfSession): void {
    if (message.kind !== 'news' && message.kind !== 'ask') return;
    const options = this.#channel?.id === message.channel ? this.#channel.options : undefined;
    if (options === undefined) return;
    if (message.kind === 'news') options.onNews(message.news);
    else void this.#answer(options, message.question, message.ask);
  }

  /** The worker died, and with it the channel. */
  workerLost(): void {
    const channel = this.#channel;
    this.#channel = undefined;
    channel?.options.onNews({
      kind: 'ended',
      end: { kind: 'failed', error: threadFailed().data },
      isOutputIncomplete: true,
    });
  }

  async #answer(options: ChannelOptions, question: number, ask: AskOfMain): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = { ok: true, value: await answerTo(options, ask) };
    } catch (error) {
      const verdict = options.classifyResumeError(error);
      outcome = { ok: false, verdict, error: toAppErrorData(error, 'Keep the session open') };
    }
    this.#road.post({ kind: 'answer', question, outcome });
  }
}

function answerTo(options: ChannelOptions, ask: AskOfMain): Promise<unknown> {
  switch (ask.what) {
    case 'resume':
      return options.resume();
    case 'headers':
      return options.signUpgrade(ask.url);
    case 'data-key':
      return options.generateDataKey(ask.request);
  }
}
