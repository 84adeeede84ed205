/** What reading a numbered message needs of it. */
export interface StreamMessage {
  readonly sequenceNumber: number;
  readonly payloadType: number;
  readonly payload: Uint8Array;
}

/** What has become of a message that arrived. All but `refused` are to be acknowledged. */
export type Arrival =
  /** It is the next one: process it, then everything {@link Incoming.takeNext} gives. */
  | 'next'
  /** It is ahead of its turn and has been stored. */
  | 'held'
  /** It was processed or stored before; its acknowledge got lost, so it is acknowledged again (trap 10). */
  | 'duplicate'
  /** It is ahead of its turn and there is no room. The sender keeps it and sends it again. */
  | 'refused';

/**
 * Puts the messages of the other side in order, each once (protocol notes, section 4.3).
 *
 * The expected number moves on before a message is processed and acknowledged: whatever fails later, a message is never
 * processed twice (the official peers do it the other way round and can repeat output after a reconnect, section 15).
 */
export class Incoming {
  readonly #limit: number;
  readonly #byteLimit: number;
  readonly #held = new Map<number, StreamMessage>();
  #heldBytes = 0;
  #expected = 0;

  /** `limit` and `byteLimit` bound what is stored ahead of its turn, in messages and in bytes of payload. */
  constructor(limit: number, byteLimit: number) {
    this.#limit = limit;
    this.#byteLimit = byteLimit;
  }

  get heldCount(): number {
    return this.#held.size;
  }

  /** Whether the message with that number has been processed or stored. */
  isKnown(sequenceNumber: number): boolean {
    return sequenceNumber < this.#expected || this.#held.has(sequenceNumber);
  }

  /** Whether a stored message is of a type for which `isOfType` holds. */
  holds(isOfType: (payloadType: number) => boolean): boolean {
    for (const { payloadType } of this.#held.values()) if (isOfType(payloadType)) return true;
    return false;
  }

  accept(message: StreamMessage): Arrival {
    const { sequenceNumber } = message;
    if (sequenceNumber === this.#expected) {
      this.#expected += 1;
      return 'next';
    }
    if (this.isKnown(sequenceNumber)) return 'duplicate';
    if (this.#held.size >= this.#limit || this.#heldBytes + message.payload.length > this.#byteLimit)
      return 'refused';
    this.#hold(message);
    return 'held';
  }

  /** Stores a copy: the payload is a view into a larger block of the socket, which it would keep alive. */
  #hold({ sequenceNumber, payloadType, payload }: StreamMessage): void {
    this.#held.set(sequenceNumber, { sequenceNumber, payloadType, payload: Uint8Array.from(payload) });
    this.#heldBytes += payload.length;
  }

  /** The stored message whose turn has come, if any. */
  takeNext(): StreamMessage | undefined {
    const message = this.#held.get(this.#expected);
    if (message === undefined) return undefined;
    this.#held.delete(this.#expected);
    this.#heldBytes -= message.payload.length;
    this.#expected += 1;
    return message;
  }
}
