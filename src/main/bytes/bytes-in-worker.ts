import { AppError } from '../../shared/errors.ts';
import type { ToPage } from '../../shared/terminal-port.ts';
import type { LiveSession, SessionOptions } from '../../ssm/node/open-session.ts';
import { LocalBytes } from './local-bytes.ts';
import type { PagePort } from './session-bytes.ts';
import type { LinkClock } from './terminal-link.ts';
import type { FromWorker, Outcome, ToWorker } from './worker-messages.ts';

/** A question that main's thread has said no to, with what it made of the reason. */
class Refusal extends AppError {
  readonly verdict: 'gone' | 'unauthorised' | 'retry';

  constructor({ error, verdict }: Extract<Outcome, { ok: false }>) {
    super(error);
    this.verdict = verdict;
  }
}

interface Entry {
  bytes: LocalBytes;
  port: { id: number; port: PagePort } | undefined;
}

/** The worker's side: the sessions' bytes by key, and what main's thread asks of them. */
export class BytesInWorker {
  readonly #openSession: (options: SessionOptions) => LiveSession;
  readonly #clock: LinkClock;
  readonly #post: (message: FromWorker, transfer?: ArrayBuffer[]) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #questions = new Map<number, (outcome: Outcome) => void>();
  #lastQuestion = 0;

  constructor(
    openSession: (options: SessionOptions) => LiveSession,
    clock: LinkClock,
    post: (message: FromWorker, transfer?: ArrayBuffer[]) => void,
  ) {
    this.#openSession = openSession;
    this.#clock = clock;
    this.#post = post;
  }

  receive(message: ToWorker): void {
    if (message.kind === 'answer') {
      this.#questions.get(message.question)?.(message.outcome);
      this.#questions.delete(message.question);
      return;
    }
    const { key } = message;
    const entry = this.#entry(key);
    switch (message.kind) {
      case 'attach':
        entry.port = { id: message.port, port: this.#pagePort(key, message.port) };
        entry.bytes.attach(entry.port.port);
        break;
      case 'from-page':
        if (entry.port?.id === message.port) entry.bytes.receive(entry.port.port, message.message);
        break;
      case 'port-closed':
        if (entry.port?.id === message.port) entry.bytes.portClosed(entry.port.port);
        break;
      case 'await-channel':
        entry.bytes.awaitChannel(message.size);
        break;
      case 'open-channel':
        this.#openChannel(entry.bytes, message);
        break;
      case 'reconnect':
        entry.bytes.reconnectNow();
        break;
      case 'end-channel':
        entry.bytes.endChannel();
        break;
      case 'read-figures':
        void entry.bytes
          .figures()
          .then((figures) => this.#post({ kind: 'figures', question: message.question, figures }));
        break;
      case 'dispose':
        entry.bytes.dispose();
        this.#entries.delete(key);
        break;
    }
  }

  #entry(key: string): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = { bytes: new LocalBytes(this.#openSession, this.#clock), port: undefined };
    this.#entries.set(key, entry);
    return entry;
  }

  #pagePort(key: string, port: number): PagePort {
    return {
      post: (message) => this.#post({ kind: 'to-page', key, port, message }, buffersOf(message)),
      close: () => this.#post({ kind: 'close-port', key, port }),
    };
  }

  #openChannel(bytes: LocalBytes, message: Extract<ToWorker, { kind: 'open-channel' }>): void {
    const { key, channel, sessionId, tokenValue, streamUrl } = message;
    bytes.openChannel({
      sessionId,
      tokenValue,
      streamUrl,
      resume: () => this.#ask((question) => ({ kind: 'ask-resume', key, channel, question })),
      classifyResumeError: (error) => (error instanceof Refusal ? error.verdict : 'retry'),
      signUpgrade: (url) => this.#ask((question) => ({ kind: 'ask-headers', key, channel, question, url })),
      onNews: (news) => this.#post({ kind: 'news', key, channel, news }),
    });
  }

  #ask<T>(ask: (question: number) => FromWorker): Promise<T> {
    this.#lastQuestion += 1;
    const question = this.#lastQuestion;
    return new Promise((resolve, reject) => {
      this.#questions.set(question, (outcome) => {
        if (outcome.ok) resolve(outcome.value as T);
        else reject(new Refusal(outcome));
      });
      this.#post(ask(question));
    });
  }
}

/** Output is made for the page alone, in a buffer of its own, and is handed over rather than copied once more. */
function buffersOf(message: ToPage): ArrayBuffer[] {
  return message instanceof Uint8Array && message.buffer instanceof ArrayBuffer ? [message.buffer] : [];
}
