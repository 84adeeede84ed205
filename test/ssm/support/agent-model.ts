import { decodeAcknowledgePayload, encodeAcknowledgeFrame } from '../../../src/ssm/wire/acknowledge.ts';
import {
  type AgentMessage,
  decodeAgentMessage,
  encodeAgentMessage,
} from '../../../src/ssm/wire/agent-message.ts';
import { MessageType } from '../../../src/ssm/wire/message-type.ts';
import { PayloadType } from '../../../src/ssm/wire/payload-type.ts';

/** A message of the agent that waits for its acknowledge. */
interface Waiting {
  readonly frame: Uint8Array;
  lastSentAt: number;
}

/** What an agent with a handshake does beyond the exchange; see HandshakingStage. */
export interface AgentStage {
  /** What becomes of a message whose turn has come: processed as returned, thrown away, or not even acknowledged. */
  take(message: AgentMessage, now: number): AgentMessage | 'dropped' | 'not-ready';
  seal(payload: Uint8Array): Uint8Array;
  readonly isComplete: boolean;
}

/**
 * The agent's half of the exchange, after the agent columns of the protocol notes, section 4, with the official faults that
 * are in them: it resends only the oldest message, counts every sample, and never gives up. Strict about the client: it
 * throws where a client does what no right client does.
 */
export class AgentModel {
  readonly #send: (frame: Uint8Array) => void;
  readonly #newMessageId: () => string;
  readonly #incomingLimit: number;

  readonly received: Uint8Array[] = [];
  receivedBytes = 0;
  receivedMessages = 0;
  readonly sizes: string[] = [];
  #expected = 0;
  readonly #held = new Map<number, AgentMessage>();
  /** The digest of every message seen, by number: a resend is the same message. */
  readonly #seen = new Map<number, string>();

  readonly #waiting = new Map<number, Waiting>();
  sentMessages = 0;
  #oldest = 0;
  isPaused = false;
  #smoothed = 100;
  #variation = 0;
  #timeout = 200;
  /** False: as agents before 3.2.1041.0. */
  acknowledgesAgain = true;
  /** Absent: a plain shell. */
  stage: AgentStage | undefined;
  readonly #unsaid: Uint8Array[] = [];

  constructor(send: (frame: Uint8Array) => void, newMessageId: () => string, incomingLimit = 100_000) {
    this.#send = send;
    this.#newMessageId = newMessageId;
    this.#incomingLimit = incomingLimit;
  }

  get unacknowledged(): number {
    return this.#waiting.size;
  }

  /** The program prints; before the end of a handshake nobody reads what it prints. */
  print(bytes: Uint8Array, now: number): void {
    if (this.stage?.isComplete === false) this.#unsaid.push(bytes);
    else this.output(this.stage?.seal(bytes) ?? bytes, now);
  }

  /** The handshake is complete. */
  ready(now: number): void {
    for (const bytes of this.#unsaid.splice(0)) this.print(bytes, now);
  }

  /** Numbers a message, keeps it, and sends it unless the client is said to be away. */
  output(payload: Uint8Array, now: number, payloadType: number = PayloadType.output): void {
    const frame = encodeAgentMessage({
      messageType: MessageType.output,
      schemaVersion: 1,
      createdDate: Math.floor(now) + 1,
      sequenceNumber: this.sentMessages,
      flags: this.sentMessages === 0 ? 1n : 0n,
      messageId: this.#newMessageId(),
      payloadType,
      payload,
    });
    this.#waiting.set(this.sentMessages, { frame, lastSentAt: now });
    this.sentMessages += 1;
    if (!this.isPaused) this.#send(frame);
  }

  receive(bytes: Uint8Array, now: number): void {
    const message = decodeAgentMessage(bytes, { verifyDigest: false });
    if (message.messageType === MessageType.acknowledge) this.#acknowledged(message, now);
    else if (message.messageType === MessageType.input) this.#stream(message, now);
    else throw new Error(`A client sent ${message.messageType}.`);
  }

  #acknowledged(message: AgentMessage, now: number): void {
    this.isPaused = false;
    const { acknowledgedMessageSequenceNumber: number } = decodeAcknowledgePayload(message.payload);
    if (number >= this.sentMessages)
      throw new Error(`A client acknowledged ${number}, which was never sent.`);
    const waiting = this.#waiting.get(number);
    if (waiting === undefined) return;
    this.#waiting.delete(number);
    while (this.#oldest < this.sentMessages && !this.#waiting.has(this.#oldest)) this.#oldest += 1;
    const sample = now - waiting.lastSentAt;
    this.#variation = 0.75 * this.#variation + 0.25 * Math.abs(this.#smoothed - sample);
    this.#smoothed = 0.875 * this.#smoothed + 0.125 * sample;
    this.#timeout = Math.min(this.#smoothed + Math.max(10, 4 * this.#variation), 1000);
  }

  #stream(message: AgentMessage, now: number): void {
    this.isPaused = false;
    const number = message.sequenceNumber;
    this.#checkSame(message);
    if (number > this.#expected) {
      if (this.#held.has(number) && !this.acknowledgesAgain) return;
      if (this.#held.size >= this.#incomingLimit) return;
      this.#held.set(number, message);
      this.#acknowledge(message, now);
      return;
    }
    if (number < this.#expected) {
      if (this.acknowledgesAgain) this.#acknowledge(message, now);
      return;
    }
    const isTaken = this.#process(message, now);
    if (!isTaken) return;
    this.#acknowledge(message, now);
    this.#expected += 1;
    for (
      let next = this.#held.get(this.#expected);
      next !== undefined;
      next = this.#held.get(this.#expected)
    ) {
      this.#held.delete(this.#expected);
      if (!this.#process(next, now)) throw new Error('The agent lost a message that it had acknowledged.');
      this.#expected += 1;
    }
  }

  #checkSame(message: AgentMessage): void {
    const identity = `${message.messageId} ${message.createdDate} ${Buffer.from(message.payload).toString('latin1')}`;
    const known = this.#seen.get(message.sequenceNumber);
    if (known === undefined) this.#seen.set(message.sequenceNumber, identity);
    else if (known !== identity)
      throw new Error(`A client sent two messages with number ${message.sequenceNumber}.`);
  }

  /** False where the agent is not ready for it. */
  #process(received: AgentMessage, now: number): boolean {
    const message = this.stage?.take(received, now) ?? received;
    if (message === 'not-ready') return false;
    if (message === 'dropped') return true;
    if (message.payload.length === 0 || message.payload.length > 1024)
      throw new Error('A payload has a wrong length.');
    this.receivedMessages += 1;
    if (message.payloadType === PayloadType.size) this.sizes.push(Buffer.from(message.payload).toString());
    if (message.payloadType === PayloadType.output) {
      this.received.push(message.payload);
      this.receivedBytes += message.payload.length;
    }
    return true;
  }

  #acknowledge(message: AgentMessage, now: number): void {
    this.#send(
      encodeAcknowledgeFrame({
        acknowledgedMessageType: message.messageType,
        acknowledgedMessageId: message.messageId,
        acknowledgedMessageSequenceNumber: message.sequenceNumber,
        messageId: this.#newMessageId(),
        createdDate: Math.floor(now) + 1,
      }),
    );
  }

  /** To be called every 100 ms: sends the oldest message again when it has timed out. */
  tick(now: number): void {
    const oldest = this.#waiting.get(this.#oldest);
    if (oldest === undefined || this.isPaused || now - oldest.lastSentAt <= this.#timeout) return;
    oldest.lastSentAt = now;
    this.#send(oldest.frame);
  }
}
