import { decodeAcknowledgePayload, encodeAcknowledgeFrame } from '../../ssm/wire/acknowledge.ts';
import { type AgentMessage, decodeAgentMessage, encodeAgentMessage } from '../../ssm/wire/agent-message.ts';
import { MessageType } from '../../ssm/wire/message-type.ts';
import { PayloadType } from '../../ssm/wire/payload-type.ts';
import { decodeSize } from '../../ssm/wire/size.ts';
import { WireError } from '../../ssm/wire/wire-error.ts';
import { initialRoundTrip, type RoundTrip, withSample } from './round-trip.ts';

/**
 * The agent's end of a data channel: numbering, acknowledgement, resending and pause, as the official agent does
 * them (protocol notes, sections 4.3 to 4.5, agent column). It has no clock, timer or socket; each call takes the
 * time, and answers with what is to be done.
 *
 * | arrives                     | effect                                                          |
 * |-----------------------------|-----------------------------------------------------------------|
 * | input, number = expected    | processed, acknowledged, expected + 1, stored ones follow        |
 * | … not ready for input       | neither processed nor acknowledged: the client sends it again    |
 * | … payload cannot be read    | the same                                                         |
 * | input, number > expected    | acknowledged and stored; with a full store neither               |
 * | input, number < expected    | acknowledged again                                               |
 * | acknowledge                 | the message of that number is forgotten, its time is a sample    |
 * | pause_publication           | stream data is kept back and nothing is resent, until …          |
 * | start_publication, any input, any acknowledge | … one of these                               |
 * | channel_closed              | cancel                                                           |
 * | anything else, bad frames   | dropped                                                          |
 */
export type AgentEffect =
  | { kind: 'transmit'; frame: Uint8Array }
  /** Bytes for the program, in order, each once. A view into the frame that brought them. */
  | { kind: 'input'; payload: Uint8Array }
  | { kind: 'resize'; cols: number; rows: number }
  | { kind: 'cancel' };

export interface AgentChannelOptions {
  /** Makes the id of each message, a UUID in text form. */
  newId: () => string;
}

/** Both buffers hold this many messages; the reorder buffer refuses more, the outgoing one forgets what is beyond. */
export const bufferedMessages = 100_000;

interface Sent {
  frame: Uint8Array;
  /** Time of the last transmission; of the first attempt while paused. */
  sentAt: number;
}

const agentFlags = { none: 0n, syn: 1n, synAndFin: 3n };

export class AgentChannel {
  readonly #newId: () => string;
  readonly #sent = new Map<number, Sent>();
  readonly #early = new Map<number, AgentMessage>();
  #nextNumber = 0;
  #expected = 0;
  #isPaused = false;
  #isReady = true;
  #roundTrip: RoundTrip = initialRoundTrip;
  #resends = 0;

  constructor({ newId }: AgentChannelOptions) {
    this.#newId = newId;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Messages sent and not yet acknowledged. */
  get unacknowledged(): number {
    return this.#sent.size;
  }

  get resends(): number {
    return this.#resends;
  }

  get roundTrip(): RoundTrip {
    return this.#roundTrip;
  }

  /** Whether the program can take input. Becoming ready lets stored messages through. */
  setReady(isReady: boolean): AgentEffect[] {
    this.#isReady = isReady;
    const effects: AgentEffect[] = [];
    this.#drainEarly(effects);
    return effects;
  }

  /** One stream message. An empty payload is no message. */
  send(payloadType: number, payload: Uint8Array, now: number): AgentEffect[] {
    if (payload.length === 0) return [];
    const sequenceNumber = this.#nextNumber;
    this.#nextNumber += 1;
    const frame = encodeAgentMessage({
      messageType: MessageType.output,
      schemaVersion: 1,
      createdDate: Math.floor(now),
      sequenceNumber,
      flags: sequenceNumber === 0 ? agentFlags.syn : agentFlags.none,
      messageId: this.#newId(),
      payloadType,
      payload,
    });
    if (this.#sent.size < bufferedMessages) this.#sent.set(sequenceNumber, { frame, sentAt: now });
    return this.#isPaused ? [] : [{ kind: 'transmit', frame }];
  }

  /** `agent_session_state`: for the service only, neither numbered nor resent. */
  sendState(state: 'Connected' | 'Terminating', sessionId: string, now: number): AgentEffect[] {
    const payload = Buffer.from(
      JSON.stringify({ SchemaVersion: 1, SessionState: state, SessionId: sessionId }),
    );
    const frame = encodeAgentMessage({
      messageType: MessageType.sessionState,
      schemaVersion: 1,
      createdDate: Math.floor(now),
      sequenceNumber: 0,
      flags: agentFlags.synAndFin,
      messageId: this.#newId(),
      payloadType: PayloadType.none,
      payload,
    });
    return [{ kind: 'transmit', frame }];
  }

  /** The resend timer: only the oldest message is looked at, so a later loss waits until it has become the oldest. */
  tick(now: number): AgentEffect[] {
    if (this.#isPaused) return [];
    for (const sent of this.#sent.values()) {
      if (now - sent.sentAt <= this.#roundTrip.timeout) return [];
      sent.sentAt = now;
      this.#resends += 1;
      return [{ kind: 'transmit', frame: sent.frame }];
    }
    return [];
  }

  receive(bytes: Uint8Array, now: number): AgentEffect[] {
    const message = readMessage(bytes);
    switch (message?.messageType) {
      case MessageType.acknowledge:
        this.#isPaused = false;
        this.#takeAcknowledge(message, now);
        return [];
      case MessageType.input: {
        this.#isPaused = false;
        const effects: AgentEffect[] = [];
        this.#takeInput(message, effects, now);
        return effects;
      }
      case MessageType.pausePublication:
        this.#isPaused = true;
        return [];
      case MessageType.startPublication:
        this.#isPaused = false;
        return [];
      case MessageType.channelClosed:
        return [{ kind: 'cancel' }];
      default:
        return [];
    }
  }

  #takeAcknowledge(message: AgentMessage, now: number): void {
    const number = acknowledgedNumber(message.payload);
    const sent = number === undefined ? undefined : this.#sent.get(number);
    if (number === undefined || sent === undefined) return;
    this.#roundTrip = withSample(this.#roundTrip, now - sent.sentAt);
    this.#sent.delete(number);
  }

  #takeInput(message: AgentMessage, effects: AgentEffect[], now: number): void {
    const { sequenceNumber } = message;
    if (sequenceNumber < this.#expected) {
      effects.push(this.#acknowledge(message, now));
    } else if (sequenceNumber > this.#expected) {
      const isStored = this.#early.has(sequenceNumber);
      if (!isStored && this.#early.size >= bufferedMessages) return;
      if (!isStored) this.#early.set(sequenceNumber, message);
      effects.push(this.#acknowledge(message, now));
    } else {
      if (!this.#isReady || !this.#process(message, effects)) return;
      effects.push(this.#acknowledge(message, now));
      this.#expected += 1;
      this.#drainEarly(effects);
    }
  }

  /**
   * Stored messages were acknowledged when they came, so they wait here while the program is not ready. One that
   * cannot be read is passed over: nobody would send it again.
   */
  #drainEarly(effects: AgentEffect[]): void {
    while (this.#isReady) {
      const message = this.#early.get(this.#expected);
      if (!message) return;
      this.#early.delete(this.#expected);
      this.#process(message, effects);
      this.#expected += 1;
    }
  }

  /** False when the payload cannot be read. Flags and unknown payload types mean nothing to a shell. */
  #process(message: AgentMessage, effects: AgentEffect[]): boolean {
    if (message.payloadType === PayloadType.output) {
      effects.push({ kind: 'input', payload: message.payload });
    } else if (message.payloadType === PayloadType.size) {
      const size = readSize(message.payload);
      if (!size) return false;
      effects.push({ kind: 'resize', ...size });
    }
    return true;
  }

  #acknowledge(message: AgentMessage, now: number): AgentEffect {
    const frame = encodeAcknowledgeFrame({
      messageId: this.#newId(),
      createdDate: Math.floor(now),
      acknowledgedMessageType: MessageType.input,
      acknowledgedMessageId: message.messageId,
      acknowledgedMessageSequenceNumber: message.sequenceNumber,
    });
    return { kind: 'transmit', frame };
  }
}

/** The agent does not check digests; frames that are wrong otherwise are dropped, and the sender's timer repeats them. */
function readMessage(bytes: Uint8Array): AgentMessage | undefined {
  return unlessMalformed(() => decodeAgentMessage(bytes, { verifyDigest: false }));
}

function acknowledgedNumber(payload: Uint8Array): number | undefined {
  return unlessMalformed(() => decodeAcknowledgePayload(payload).acknowledgedMessageSequenceNumber);
}

function readSize(payload: Uint8Array): { cols: number; rows: number } | undefined {
  return unlessMalformed(() => decodeSize(payload));
}

function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
