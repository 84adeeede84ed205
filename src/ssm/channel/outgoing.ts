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
  /** When it was last given to the connection, in ms; minus infinity when that connection is gone. */
  lastSentAt: number;
  wasResent: boolean;
}

export class Outgoing {
  readonly #limit: number;
  readonly #byteLimit: number;
  readonly #sent = new Map<number, SentMessage>();
  #next = 0;
  /** No unacknowledged message has a smaller number. */
  #oldest = 0;
  #bytes = 0;

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
    return this.#sent.size >= this.#limit || this.#bytes >= this.#byteLimit;
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
    this.#sent.set(this.#next, { sequenceNumber: this.#next, frame, lastSentAt: sentAt, wasResent: false });
    this.#bytes += frame.length;
    this.#next += 1;
  }

  /** Forgets the message with that number and returns it; undefined for a number that is not waiting. */
  acknowledge(sequenceNumber: number): SentMessage | undefined {
    const message = this.#sent.get(sequenceNumber);
    if (message === undefined) return undefined;
    this.#sent.delete(sequenceNumber);
    this.#bytes -= message.frame.length;
    while (this.#oldest < this.#next && !this.#sent.has(this.#oldest)) this.#oldest += 1;
    return message;
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
      message.wasResent = true;
      due.push(message);
    }
    return due;
  }

  /** A new connection carries the session: nobody knows what of the old one arrived, so all of it is due at once. */
  reconnected(): void {
    for (const message of this.#sent.values()) message.lastSentAt = Number.NEGATIVE_INFINITY;
  }
}
