import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { FromFarEnd, StreamPlan } from './link-messages.ts';
import { PacedSender } from './paced-sender.ts';
import { StreamJudge } from './stream-judge.ts';

const progressMs = 1000;

/** One stream at the far end: judges what comes up, and sends its own down. */
export class FarStream {
  readonly #id: number;
  readonly #plan: StreamPlan;
  readonly #output: Writable;
  readonly #say: (message: FromFarEnd) => void;
  readonly #onOver: () => void;
  readonly #judge: StreamJudge;
  readonly #sender: PacedSender;
  readonly #progress: NodeJS.Timeout;
  #upTotal: number | undefined;
  #hasSentAll = false;
  #hasEnded = false;
  #isOver = false;

  constructor(
    id: number,
    plan: StreamPlan,
    input: Readable,
    output: Writable,
    say: (message: FromFarEnd) => void,
    onOver: () => void,
  ) {
    this.#id = id;
    this.#plan = plan;
    this.#output = output;
    this.#say = say;
    this.#onOver = onOver;
    this.#judge = new StreamJudge(id);
    this.#upTotal = plan.short?.upTotal;
    this.#sender = new PacedSender({
      id: id + 1,
      bytesPerSecond: plan.downBytesPerSecond,
      ...(plan.short === undefined ? {} : { limit: plan.short.downTotal }),
      write: (bytes) => output.write(bytes),
      onLimit: () => this.#sentAll(),
    });
    output.on('drain', () => this.#sender.drained());
    input.on('end', () => this.#inputEnded());
    if (input instanceof Socket) input.on('close', () => this.#over());
    this.#progress = setInterval(() => this.#tellProgress(), progressMs);
    if (plan.short?.downTotal === 0) this.#sentAll();
  }

  take(bytes: Uint8Array): void {
    this.#judge.take(bytes);
    this.#look();
  }

  finish(upTotal: number): void {
    const { total, sha256 } = this.#sender.finish();
    this.#upTotal = upTotal;
    this.#say({ kind: 'finishing', id: this.#id, downTotal: total, sha256 });
    this.#look();
  }

  giveUp(): void {
    this.#over();
  }

  #tellProgress(): void {
    const { received } = this.#judge;
    this.#say({ kind: 'progress', id: this.#id, received, sent: this.#sender.sent });
  }

  #sentAll(): void {
    this.#hasSentAll = true;
    const { total, sha256 } = this.#sender.finish();
    this.#say({ kind: 'finishing', id: this.#id, downTotal: total, sha256 });
    this.#look();
  }

  #inputEnded(): void {
    // The near end has gone, with everything it wanted to say.
    if (this.#plan.short !== undefined) this.#over();
    if (this.#output instanceof Socket) this.#output.end();
  }

  #look(): void {
    if (this.#upTotal === undefined || !this.#judge.isComplete(this.#upTotal)) return;
    const { short } = this.#plan;
    if (short === undefined) this.#over();
    else if (short.endsFirst === 'far' && this.#hasSentAll && !this.#hasEnded) {
      this.#hasEnded = true;
      this.#output.end();
      this.#over();
    }
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#progress);
    this.#sender.finish();
    this.#say({
      kind: 'done',
      id: this.#id,
      judgement: this.#judge.judge(this.#upTotal ?? this.#judge.received),
    });
    this.#onOver();
  }
}
