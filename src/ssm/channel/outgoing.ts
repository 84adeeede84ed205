/**
 * Numbered messages that were sent and not yet acknowledged. They are kept as the bytes that were sent, because a resent
 * message is the same message: same id, same date, same bytes (protocol notes, section 4.4).
 *
 * Order of steps: number, append, then send. Appending first means that a send that fails, or an acknowledge that comes
 * back before the sender's next step, finds the message in its place.
 */
export interface SentMessage {
  readonly sequenceNumber: number;
  readonly frame: Uint8Array;
  /** When it was first given to a connection, in ms; minus infinity where there was none. */
  readonly firstSentAt: number;
  /** When it was last given to the connection, in ms; minus infinity when that connection is gone. */
  lastSentAt: number;
  /** How often it was sent again. */
  repeats: number;
  /** How many of its repeats have witnesses; see {@link enoughWitnesses}. */
  witnessed: number;
  isLastWitnessed: boolean;
}

/**
 * Agents before 3.2.1041.0 do not acknowledge a repeat. With them a message whose acknowledge was lost would wait for ever,
 * and hold its part of the window. An acknowledge of a message that was sent once, and behind a repeat on the same
 * connection, is a witness that the repeat has arrived: a connection keeps the order. After this many, each for another
 * repeat, the message counts as received. So many make it certain even where one frame in five is lost, or where the agent
 * comes and goes.
 */
const enoughWitnesses = 12;
/** How many messages may be sent beyond the limit to be witnesses, of which some may get stuck in their turn. */
const maxProbes = 64;

export class Outgoing {
  readonly #limit: number;
  readonly #byteLimit: number;
  readonly #sent = new Map<number, SentMessage>();
  #next = 0;
  /** No unacknowledged message has a smaller number. */
  #oldest = 0;
  #bytes = 0;
  #acknowledgesAgain = false;
  /** The oldest was repeated and had no answer: one message may pass the full window, to be a witness. */
  #mayProbe = false;

  /** How many messages, and bytes of them, may be unacknowledged; at that nothing more is taken from the input. */
  constructor(limit: number, byteLimit: number) {
    this.#limit = limit;
    this.#byteLimit = byteLimit;
  }

  /** The number that the next message gets. */
  get nextSequenceNumber(): number {
    return this.#next;
  }

  get size(): number {
    return this.#sent.size;
  }

  get isFull(): boolean {
    if (!this.#isAtLimit) return false;
    return !this.#mayProbe || this.#sent.size >= this.#limit + maxProbes;
  }

  get #isAtLimit(): boolean {
    return this.#sent.size >= this.#limit || this.#bytes >= this.#byteLimit;
  }

  /** The agent is known to acknowledge a repeat of what it has had, so no witnesses are heard. */
  agentAcknowledgesAgain(): void {
    this.#acknowledgesAgain = true;
  }

  /** Whether every message with a number below `sequenceNumber` has been acknowledged. */
  isAcknowledgedBelow(sequenceNumber: number): boolean {
    return this.#oldest >= sequenceNumber;
  }

  /**
   * Remembers `frame`, which carries {@link nextSequenceNumber}, and moves on to the next number. `sentAt` is the present,
   * or minus infinity where there is no connection to send it on.
   */
  append(frame: Uint8Array, sentAt: number): void {
    if (this.#isAtLimit) this.#mayProbe = false;
    this.#sent.set(this.#next, {
      sequenceNumber: this.#next,
      frame,
      firstSentAt: sentAt,
      lastSentAt: sentAt,
      repeats: 0,
      witnessed: 0,
      isLastWitnessed: false,
    });
    this.#bytes += frame.length;
    this.#next += 1;
  }

  /** Forgets the message with that number and returns it; undefined for a number that is not waiting. */
  acknowledge(sequenceNumber: number): SentMessage | undefined {
    const message = this.#sent.get(sequenceNumber);
    if (message === undefined) return undefined;
    this.#forget(message);
    if (message.repeats === 0 && !this.#acknowledgesAgain) this.#hearWitness(message);
    return message;
  }

  /** `later` has arrived, and with it every repeat that was sent before it on this connection. */
  #hearWitness(later: SentMessage): void {
    for (let number = this.#oldest; number < later.sequenceNumber; number += 1) {
      const message = this.#sent.get(number);
      if (message === undefined) continue;
      const { repeats, isLastWitnessed, lastSentAt } = message;
      if (repeats === 0 || isLastWitnessed || !Number.isFinite(lastSentAt)) return;
      if (lastSentAt > later.lastSentAt) return;
      message.isLastWitnessed = true;
      message.witnessed += 1;
      if (message.witnessed >= enoughWitnesses) this.#forget(message);
    }
  }

  #forget({ sequenceNumber, frame }: SentMessage): void {
    this.#sent.delete(sequenceNumber);
    this.#bytes -= frame.length;
    while (this.#oldest < this.#next && !this.#sent.has(this.#oldest)) this.#oldest += 1;
  }

  get oldest(): SentMessage | undefined {
    return this.#sent.get(this.#oldest);
  }

  /**
   * Up to `count` messages that were last sent `timeoutMs` before `now` or earlier, oldest first, marked as sent again at `now`.
   * The caller sends them.
   */
  resendDue(now: number, timeoutMs: number, count: number): SentMessage[] {
    const due: SentMessage[] = [];
    for (let number = this.#oldest; number < this.#next && due.length < count; number += 1) {
      const message = this.#sent.get(number);
      if (message === undefined || now - message.lastSentAt < timeoutMs) continue;
      message.lastSentAt = now;
      message.repeats += 1;
      message.isLastWitnessed = false;
      due.push(message);
    }
    this.#mayProbe = !this.#acknowledgesAgain && (this.oldest?.repeats ?? 0) > 1;
    return due;
  }

  /** A new connection carries the session: nobody knows what of the old one arrived, so all of it is due at once. */
  reconnected(): void {
    for (const message of this.#sent.values()) message.lastSentAt = Number.NEGATIVE_INFINITY;
  }
}
