import type { Outgoing, SentMessage } from './outgoing.ts';
import { initialRtt, type RttEstimate, smoothed, withSample, withTimeout } from './rtt.ts';

/** Shortest time between two rounds of resending, in ms; the official peers' timer tick (protocol notes, section 4.4). */
const resendTickMs = 100;

/**
 * When what was sent is sent again: oldest first, once it has timed out, in bursts of a bounded size a tick; within a burst
 * the acknowledges set the pace. Answers frames for the caller to send, and knows nothing of connections.
 */
export class Resending {
  readonly #outgoing: Outgoing;
  readonly #burst: number;
  #rtt: RttEstimate = initialRtt;
  /** Of the samples alone, for people: the estimate above begins with a guess that 20 samples still colour. */
  #measuredRttMs: number | undefined;
  #count = 0;
  /** No round before this time; undefined while nothing waits for an acknowledge. */
  #notBefore: number | undefined;
  /** The last round was as large as a round may be, so the next one follows at the next tick. */
  #isBurstGoingOn = false;

  /** `burst`: the most messages of a round. */
  constructor(outgoing: Outgoing, burst: number) {
    this.#outgoing = outgoing;
    this.#burst = burst;
  }

  /** A message has been numbered and kept. */
  kept(now: number): void {
    this.#notBefore ??= now + resendTickMs;
  }

  /** `message` has been acknowledged. Where it was a repeat of a burst, the next repeat, if the caller `maySend`. */
  acknowledged(message: SentMessage, now: number, maySend: boolean): Uint8Array | undefined {
    let next: SentMessage | undefined;
    if (message.repeats === 0) this.#sample(now - message.lastSentAt);
    else if (this.#isBurstGoingOn && maySend) {
      next = this.#take(now, this.#rtt.timeoutMs, 1)[0];
      this.#isBurstGoingOn = next !== undefined;
    }
    if (this.#outgoing.size === 0) this.#notBefore = undefined;
    return next?.frame;
  }

  #sample(sampleMs: number): void {
    this.#rtt = withSample(this.#rtt, sampleMs);
    this.#measuredRttMs = smoothed(this.#measuredRttMs ?? sampleMs, sampleMs);
  }

  /** What has timed out, as many as one tick allows. */
  round(now: number): Uint8Array[] {
    const due = this.#take(now, this.#rtt.timeoutMs, this.#burst);
    this.#isBurstGoingOn = due.length === this.#burst;
    this.#notBefore = this.#outgoing.size === 0 ? undefined : now + resendTickMs;
    return due.map(({ frame }) => frame);
  }

  /** The same at its time, which {@link nextAt} gives; undefined before. A timeout of the oldest backs off. */
  timedRound(now: number): Uint8Array[] | undefined {
    const at = this.nextAt();
    if (at === undefined || now < at) return undefined;
    const lastSentAt = this.#outgoing.oldest?.lastSentAt ?? now;
    const hasTimedOut = Number.isFinite(lastSentAt) && now - lastSentAt >= this.#rtt.timeoutMs;
    const frames = this.round(now);
    if (hasTimedOut) this.#rtt = withTimeout(this.#rtt);
    return frames;
  }

  /** The oldest message, due or not; undefined when none waits. */
  probe(now: number): Uint8Array | undefined {
    return this.#take(now, 0, 1)[0]?.frame;
  }

  #take(now: number, timeoutMs: number, count: number): SentMessage[] {
    const due = this.#outgoing.resendDue(now, timeoutMs, count);
    this.#count += due.length;
    return due;
  }

  /** When the oldest message is due, or the next part of a burst, but not before the next tick. */
  nextAt(): number | undefined {
    const oldest = this.#outgoing.oldest;
    if (oldest === undefined || this.#notBefore === undefined) return undefined;
    if (this.#isBurstGoingOn) return this.#notBefore;
    return Math.max(this.#notBefore, oldest.lastSentAt + this.#rtt.timeoutMs);
  }

  get stats(): { rttMs?: number; resends: number } {
    return {
      ...(this.#measuredRttMs === undefined ? {} : { rttMs: this.#measuredRttMs }),
      resends: this.#count,
    };
  }
}
