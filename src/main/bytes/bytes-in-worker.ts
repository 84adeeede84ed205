import { AppError, toAppErrorData } from '../../shared/errors.ts';
import type { ToPage } from '../../shared/terminal-port.ts';
import type { LiveSession, SessionOptions } from '../../ssm/node/open-session.ts';
import { LocalBytes } from './local-bytes.ts';
import { LocalCommand } from './local-command.ts';
import { LocalTunnel, type PortDriver } from './local-tunnel.ts';
import { Questions } from './questions.ts';
import type { Carrier, ChannelOptions, PagePort } from './session-bytes.ts';
import type { LinkClock } from './terminal-link.ts';
import type {
  AskOfMain,
  AskOfWorker,
  CarrierKind,
  FromWorker,
  Outcome,
  ToWorker,
} from './worker-messages.ts';

/** A question that main's thread has said no to, with what it made of the reason. */
class Refusal extends AppError {
  readonly verdict: 'gone' | 'unauthorised' | 'retry';

  constructor({ error, verdict }: Extract<Outcome, { ok: false }>) {
    super(error);
    this.verdict = verdict;
  }
}

interface Terminal {
  bytes: LocalBytes;
  port: { id: number; port: PagePort } | undefined;
}

export interface Drivers extends PortDriver {
  openSession(options: SessionOptions): LiveSession;
}

/** The worker's side: the sessions' bytes by key, and what main's thread asks of them. */
export class BytesInWorker {
  readonly #drivers: Drivers;
  readonly #clock: LinkClock;
  readonly #post: (message: FromWorker, transfer?: ArrayBuffer[]) => void;
  readonly #terminals = new Map<string, Terminal>();
  readonly #tunnels = new Map<string, LocalTunnel>();
  readonly #commands = new Map<string, LocalCommand>();
  readonly #questions = new Questions<Outcome>();

  constructor(
    drivers: Drivers,
    clock: LinkClock,
    post: (message: FromWorker, transfer?: ArrayBuffer[]) => void,
  ) {
    this.#drivers = drivers;
    this.#clock = clock;
    this.#post = post;
  }

  receive(message: ToWorker): void {
    switch (message.kind) {
      case 'answer':
        this.#questions.answered(message.question, message.outcome);
        break;
      case 'ask':
        void this.#answer(message.question, message.ask);
        break;
      case 'open-channel':
        this.#carrier(message.carrier, message.key).openChannel(this.#channelOptions(message));
        break;
      case 'reconnect':
        this.#carrier(message.carrier, message.key).reconnectNow();
        break;
      case 'dispose':
        this.#carrier(message.carrier, message.key).dispose();
        this.#mapOf(message.carrier).delete(message.key);
        break;
      case 'interrupt':
        this.#command(message.key).interrupt();
        break;
      default:
        this.#toTerminal(this.#terminal(message.key), message);
    }
  }

  #toTerminal(
    terminal: Terminal,
    message: Extract<ToWorker, { kind: 'attach' | 'from-page' | 'port-closed' | 'await-channel' }>,
  ): void {
    switch (message.kind) {
      case 'attach':
        terminal.port = { id: message.port, port: this.#pagePort(message.key, message.port) };
        terminal.bytes.attach(terminal.port.port);
        break;
      case 'from-page':
        if (terminal.port?.id === message.port) terminal.bytes.receive(terminal.port.port, message.message);
        break;
      case 'port-closed':
        if (terminal.port?.id === message.port) terminal.bytes.portClosed(terminal.port.port);
        break;
      case 'await-channel':
        terminal.bytes.awaitChannel(message.size);
        break;
    }
  }

  async #answer(question: number, ask: AskOfWorker): Promise<void> {
    try {
      this.#post({ kind: 'answer', question, outcome: { ok: true, value: await this.#find(ask) } });
    } catch (error) {
      const data = toAppErrorData(error, 'Carry the bytes of a session');
      this.#post({ kind: 'answer', question, outcome: { ok: false, error: data } });
    }
  }

  #find(ask: AskOfWorker): Promise<unknown> {
    switch (ask.what) {
      case 'end-channel':
        return this.#carrier(ask.carrier, ask.key).endChannel();
      case 'figures':
        return this.#terminal(ask.key).bytes.figures();
      case 'listen':
        return this.#tunnel(ask.key).listen(ask.address);
      case 'output':
        return this.#command(ask.key).read(ask.stdoutFrom, ask.stderrFrom);
    }
  }

  #carrier(kind: CarrierKind, key: string): Carrier {
    switch (kind) {
      case 'terminal':
        return this.#terminal(key).bytes;
      case 'tunnel':
        return this.#tunnel(key);
      case 'command':
        return this.#command(key);
    }
  }

  #mapOf(kind: CarrierKind): Map<string, unknown> {
    switch (kind) {
      case 'terminal':
        return this.#terminals;
      case 'tunnel':
        return this.#tunnels;
      case 'command':
        return this.#commands;
    }
  }

  #terminal(key: string): Terminal {
    return madeOnce(this.#terminals, key, () => ({
      bytes: new LocalBytes((options) => this.#drivers.openSession(options), this.#clock),
      port: undefined,
    }));
  }

  #tunnel(key: string): LocalTunnel {
    return madeOnce(
      this.#tunnels,
      key,
      () =>
        new LocalTunnel(this.#drivers, this.#clock, (figures) =>
          this.#post({ kind: 'tunnel-figures', key, figures }),
        ),
    );
  }

  #command(key: string): LocalCommand {
    return madeOnce(
      this.#commands,
      key,
      () =>
        new LocalCommand(
          (options) => this.#drivers.openSession(options),
          this.#clock,
          (progress) => this.#post({ kind: 'command-progress', key, progress }),
        ),
    );
  }

  #pagePort(key: string, port: number): PagePort {
    return {
      post: (message) => this.#post({ kind: 'to-page', key, port, message }, buffersOf(message)),
      close: () => this.#post({ kind: 'close-port', key, port }),
    };
  }

  #channelOptions({ key, channel, start }: Extract<ToWorker, { kind: 'open-channel' }>): ChannelOptions {
    const ask = async <T>(what: AskOfMain): Promise<T> => {
      const outcome = await this.#questions.ask((question) =>
        this.#post({ kind: 'ask', key, channel, question, ask: what }),
      );
      if (!outcome.ok) throw new Refusal(outcome);
      return outcome.value as T;
    };
    return {
      ...start,
      resume: () => ask({ what: 'resume' }),
      classifyResumeError: (error) => (error instanceof Refusal ? error.verdict : 'retry'),
      signUpgrade: (url) => ask({ what: 'headers', url }),
      generateDataKey: (request) => ask({ what: 'data-key', request }),
      onNews: (news) => this.#post({ kind: 'news', key, channel, news }),
    };
  }
}

function madeOnce<T>(all: Map<string, T>, key: string, make: () => T): T {
  const known = all.get(key);
  if (known !== undefined) return known;
  const made = make();
  all.set(key, made);
  return made;
}

/** Output is made for the page alone, in a buffer of its own, and is handed over rather than copied once more. */
function buffersOf(message: ToPage): ArrayBuffer[] {
  return message instanceof Uint8Array && message.buffer instanceof ArrayBuffer ? [message.buffer] : [];
}
