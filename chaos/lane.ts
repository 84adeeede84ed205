import type { FarEnd, FarEnds } from './far-ends.ts';
import type { FromFarEnd, StreamPlan } from './link-messages.ts';
import { PacedSender } from './paced-sender.ts';
import { type Judgement, StreamJudge } from './stream-judge.ts';

export interface LaneOptions {
  /** Even. */
  id: number;
  name: string;
  farEnds: FarEnds;
  far: FarEnd;
  upBytesPerSecond: number;
  plan: StreamPlan;
  /** A stream that stands still for so long has stalled, in ms. */
  stillLimitMs: number;
  /** False asks for no more until {@link Lane.drained}. */
  write(bytes: Uint8Array): boolean;
  /** Of a short stream: its way up has been written and its way down has arrived. */
  onBothWritten?(): void;
}

/** What came of both directions of a lane. */
export interface LaneVerdict {
  name: string;
  bytes: number;
  lostBytes: number;
  repeatedBytes: number;
  reorderedBytes: number;
  foreignBytes: number;
  /** Why the lane did not come to its proper end; absent when it did. */
  problem?: string;
}

export function isClean(verdict: LaneVerdict): boolean {
  const { lostBytes, repeatedBytes, reorderedBytes, foreignBytes, problem } = verdict;
  return lostBytes + repeatedBytes + reorderedBytes + foreignBytes === 0 && problem === undefined;
}

const lookMs = 50;
/** A far end that does not answer on the link has died. */
const linkTimeoutMs = 10_000;

/** The near end of a stream in both directions: sends up, judges what comes down, and compares notes with the far end. */
export class Lane {
  readonly name: string;
  readonly #options: LaneOptions;
  readonly #judge: StreamJudge;
  readonly #sender: PacedSender;
  #down: { total: number; sha256: string } | undefined;
  #farJudgement: Judgement | undefined;
  #farReceived = 0;
  #movedAt = performance.now();
  #farMovedAt = performance.now();
  #hasEnded = false;

  constructor(options: LaneOptions) {
    const { id, plan, farEnds, far } = options;
    this.name = options.name;
    this.#options = options;
    this.#judge = new StreamJudge(id + 1);
    farEnds.listen(id, (news) => this.#hear(news));
    far.say({ kind: 'open', id, plan });
    this.#sender = new PacedSender({
      id,
      bytesPerSecond: options.upBytesPerSecond,
      ...(plan.short === undefined ? {} : { limit: plan.short.upTotal }),
      write: (bytes) => options.write(bytes),
      onLimit: () => this.#lookWhetherDone(),
    });
  }

  /** Judged bytes so far, both ways. */
  get bytes(): number {
    return this.#judge.received + this.#farReceived;
  }

  /** Whether a direction of an endless lane has stood still for too long. */
  get standsStill(): boolean {
    return performance.now() - Math.min(this.#movedAt, this.#farMovedAt) > this.#options.stillLimitMs;
  }

  take(bytes: Uint8Array): void {
    this.#movedAt = performance.now();
    this.#judge.take(bytes);
    this.#lookWhetherDone();
  }

  drained(): void {
    this.#sender.drained();
  }

  /** The connection is gone. */
  ended(): void {
    this.#hasEnded = true;
  }

  /** Ends an endless lane: both ways are brought to their end. */
  async finish(): Promise<LaneVerdict> {
    const { total } = this.#sender.finish();
    this.#options.far.say({ kind: 'finish', id: this.#options.id, upTotal: total });
    return await this.settle();
  }

  /** Resolves when both ways are complete, or when nothing has moved for so long. */
  async settle(): Promise<LaneVerdict> {
    let problem: string | undefined;
    while (problem === undefined && !(this.#isDownComplete && this.#farJudgement !== undefined)) {
      await pause(lookMs);
      const stillMs = performance.now() - Math.max(this.#movedAt, this.#farMovedAt);
      if (stillMs > this.#options.stillLimitMs) problem = this.#hasEnded ? 'ended early' : 'stands still';
    }
    return await this.#conclude(problem);
  }

  get #isDownComplete(): boolean {
    return this.#down !== undefined && this.#judge.isComplete(this.#down.total);
  }

  #lookWhetherDone(): void {
    const { plan, onBothWritten } = this.#options;
    const { short } = plan;
    if (short === undefined || this.#sender.sent < short.upTotal) return;
    if (this.#judge.isComplete(short.downTotal)) onBothWritten?.();
  }

  async #conclude(problem: string | undefined): Promise<LaneVerdict> {
    const { id, far, farEnds } = this.#options;
    const up = this.#sender.finish();
    if (this.#farJudgement === undefined) {
      far.say({ kind: 'give-up', id });
      const until = performance.now() + linkTimeoutMs;
      while (this.#farJudgement === undefined && performance.now() < until) await pause(lookMs);
    }
    farEnds.listen(id, undefined);
    const near = this.#judge.judge(this.#down?.total ?? 0);
    const gone: Judgement = {
      received: 0,
      lostBytes: 0,
      repeatedBytes: 0,
      reorderedBytes: 0,
      foreignBytes: 0,
      sha256: '',
    };
    const farSide = this.#farJudgement ?? gone;
    const found = {
      name: this.name,
      bytes: near.received + farSide.received,
      // Behind what the far end has seen it does not know of a loss unless it was told the length.
      lostBytes: near.lostBytes + Math.max(farSide.lostBytes, up.total - farSide.received),
      repeatedBytes: near.repeatedBytes + farSide.repeatedBytes,
      reorderedBytes: near.reorderedBytes + farSide.reorderedBytes,
      foreignBytes: near.foreignBytes + farSide.foreignBytes,
    };
    const jumps = [jumpText('down', near), jumpText('up', farSide)].filter((text) => text !== '');
    const isSame = near.sha256 === this.#down?.sha256 && farSide.sha256 === up.sha256;
    const reasons = [
      ...(problem === undefined ? [] : [problem]),
      ...(isSame ? [] : ['the hashes differ']),
      ...jumps,
    ];
    return { ...found, ...(reasons.length === 0 ? {} : { problem: reasons.join(', ') }) };
  }

  #hear(news: FromFarEnd): void {
    switch (news.kind) {
      case 'hello':
        break;
      case 'progress':
        if (news.received > this.#farReceived) this.#farMovedAt = performance.now();
        this.#farReceived = news.received;
        break;
      case 'finishing':
        this.#down = { total: news.downTotal, sha256: news.sha256 };
        break;
      case 'done':
        this.#farJudgement = news.judgement;
        this.#farReceived = news.judgement.received;
        this.#farMovedAt = performance.now();
        break;
    }
  }
}

function jumpText(way: 'up' | 'down', { firstJump, received }: Judgement): string {
  if (firstJump === undefined) return '';
  return `on the way ${way} first from byte ${firstJump.at} to ${firstJump.to} of ${received}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
