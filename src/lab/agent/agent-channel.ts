import { decodeAcknowledgePayload, encodeAcknowledgeFrame } from '../../ssm/wire/acknowledge.ts';
import { type AgentMessage, decodeAgentMessage, encodeAgentMessage } from '../../ssm/wire/agent-message.ts';
import { MessageType } from '../../ssm/wire/message-type.ts';
import { PayloadType } from '../../ssm/wire/payload-type.ts';
import { WireError } from '../../ssm/wire/wire-error.ts';
import { initialRoundTrip, type RoundTrip, withSample } from './round-trip.ts';

/**
 * The agent's end of a data channel: numbering, acknowledgement, resending and pause, as the official agent does
 * them (protocol notes, sections 4.3 to 4.5, agent column). It has no clock, timer or socket; each call takes the
 * time, and answers with what is to be done. What a message means is for its owner to say, through `take`.
 *
 * | arrives                     | effect                                                          |
 * |-----------------------------|-----------------------------------------------------------------|
 * | input, number = expected    | taken, acknowledged, expected + 1, stored ones follow            |
 * | … refused, or not ready     | not acknowledged: the client sends it again                      |
 * | … blocked                   | nothing more is read until {@link AgentChannel.unblock}          |
 * | input, number > expected    | acknowledged and stored; with a full store neither               |
 * | input, number < expected    | acknowledged again (agents before 3.2.1041.0: nothing)           |
 * | acknowledge                 | the message of that number is forgotten, its time is a sample    |
 * | pause_publication           | stream data is kept back and nothing is resent, until …          |
 * | start_publication, any input, any acknowledge | … one of these                               |
 * | channel_closed              | cancel                                                           |
 * | anything else, bad frames   | dropped                                                          |
 */
export type AgentEffect = { kind: 'transmit'; frame: Uint8Array } | { kind: 'cancel' };

/** What became of a message whose turn it was. */
export type Verdict =
  /** Processed, or of no meaning here. */
  | 'taken'
  /** Cannot be read or processed. */
  | 'refused'
  /** Not yet: nobody is there to take it. {@link AgentChannel.retry} follows. */
  | 'not-ready'
  /** Being processed; the official agent's reader waits for that and reads nothing meanwhile, acknowledges included. */
  | 'blocked';

export interface AgentChannelOptions {
  /** Makes the id of each message, a UUID in text form. */
  newId: () => string;
  /** Says what becomes of a stream message; called in the order of the numbers, again for those not taken. */
  take: (payloadType: number, payload: Uint8Array) => Verdict;
  /** Whether a message that has been processed is acknowledged again. */
  acknowledgesAgain: boolean;
}

/** Both buffers hold this many messages; the reorder buffer refuses more, the outgoing one forgets what is beyond. */
export const bufferedMessages = 100_000;

/**
 * Frames kept while the reader is blocked. The official agent leaves them in its socket; those beyond are dropped here,
 * and since they are not acknowledged they come again.
 */
const unreadFrames = 8192;

interface Sent {
  frame: Uint8Array;
  /** Time of the last transmission; of the first attempt while paused. */
  sentAt: number;
}

const agentFlags = { none: 0n, syn: 1n, synAndFin: 3n };
const nothing: readonly AgentEffect[] = [];

export class AgentChannel {
  readonly #options: AgentChannelOptions;
  readonly #sent = new Map<number, Sent>();
  readonly #early = new Map<number, AgentMessage>();
  /** While blocked: the message being processed, and what has come since. */
  #blocked: { message: AgentMessage; isStored: boolean; unread: Uint8Array[] } | undefined;
  #isTaking = false;
  #nextNumber = 0;
  #expected = 0;
  #isPaused = false;
  #roundTrip: RoundTrip = initialRoundTrip;
  #resends = 0;

  constructor(options: AgentChannelOptions) {
    this.#options = options;
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

  /** Stored messages may be taken now. May be called from inside `take`, where nothing has to be done. */
  retry(): void {
    if (!this.#blocked && !this.#isTaking) this.#drainEarly();
  }

  /** The message that blocked the reader has been processed: it counts as taken, and reading goes on. */
  unblock(now: number): readonly AgentEffect[] {
    const blocked = this.#blocked;
    if (!blocked) return nothing;
    this.#blocked = undefined;
    const effects: AgentEffect[] = blocked.isStored ? [] : [this.#acknowledge(blocked.message, now)];
    this.#expected += 1;
    this.#drainEarly();
    for (const frame of blocked.unread) effects.push(...this.receive(frame, now));
    return effects;
  }

  /** One stream message. An empty payload is no message. */
  send(payloadType: number, payload: Uint8Array, now: number): readonly AgentEffect[] {
    if (payload.length === 0) return nothing;
    const sequenceNumber = this.#nextNumber;
    this.#nextNumber += 1;
    const frame = encodeAgentMessage({
      messageType: MessageType.output,
      schemaVersion: 1,
      createdDate: Math.floor(now),
      sequenceNumber,
      flags: sequenceNumber === 0 ? agentFlags.syn : agentFlags.none,
      messageId: this.#options.newId(),
      payloadType,
      payload,
    });
    if (this.#sent.size < bufferedMessages) this.#sent.set(sequenceNumber, { frame, sentAt: now });
    return this.#isPaused ? nothing : [{ kind: 'transmit', frame }];
  }

  /** `agent_session_state`: for the service only, neither numbered nor resent. */
  sendState(state: 'Connected' | 'Terminating', sessionId: string, now: number): readonly AgentEffect[] {
    const payload = Buffer.from(
      JSON.stringify({ SchemaVersion: 1, SessionState: state, SessionId: sessionId }),
    );
    const frame = encodeAgentMessage({
      messageType: MessageType.sessionState,
      schemaVersion: 1,
      createdDate: Math.floor(now),
      sequenceNumber: 0,
      flags: agentFlags.synAndFin,
      messageId: this.#options.newId(),
      payloadType: PayloadType.none,
      payload,
    });
    return [{ kind: 'transmit', frame }];
  }

  /** The resend timer: only the oldest message is looked at, so a later loss waits until it has become the oldest. */
  tick(now: number): readonly AgentEffect[] {
    if (this.#isPaused) return nothing;
    for (const sent of this.#sent.values()) {
      if (now - sent.sentAt <= this.#roundTrip.timeout) return nothing;
      sent.sentAt = now;
      this.#resends += 1;
      return [{ kind: 'transmit', frame: sent.frame }];
    }
    return nothing;
  }

  receive(bytes: Uint8Array, now: number): readonly AgentEffect[] {
    const message = readMessage(bytes);
    // The end reaches the agent on its control channel too, so a blocked reader does not keep it away.
    if (message?.messageType === MessageType.channelClosed) return [{ kind: 'cancel' }];
    if (this.#blocked) {
      if (this.#blocked.unread.length < unreadFrames) this.#blocked.unread.push(bytes);
      return nothing;
    }
    switch (message?.messageType) {
      case MessageType.acknowledge:
        this.#isPaused = false;
        this.#takeAcknowledge(message, now);
        return nothing;
      case MessageType.input:
        this.#isPaused = false;
        return this.#takeInput(message, now);
      case MessageType.pausePublication:
        this.#isPaused = true;
        return nothing;
      case MessageType.startPublication:
        this.#isPaused = false;
        return nothing;
      default:
        return nothing;
    }
  }

  #takeAcknowledge(message: AgentMessage, now: number): void {
    const number = acknowledgedNumber(message.payload);
    const sent = number === undefined ? undefined : this.#sent.get(number);
    if (number === undefined || sent === undefined) return;
    this.#roundTrip = withSample(this.#roundTrip, now - sent.sentAt);
    this.#sent.delete(number);
  }

  #takeInput(message: AgentMessage, now: number): readonly AgentEffect[] {
    const { sequenceNumber } = message;
    if (sequenceNumber < this.#expected) {
      return this.#options.acknowledgesAgain ? [this.#acknowledge(message, now)] : nothing;
    }
    if (sequenceNumber > this.#expected) {
      const isStored = this.#early.has(sequenceNumber);
      if (!isStored && this.#early.size >= bufferedMessages) return nothing;
      if (!isStored) this.#early.set(sequenceNumber, message);
      return [this.#acknowledge(message, now)];
    }
    switch (this.#take(message)) {
      case 'taken': {
        // A repeat of one that was stored while nobody was ready for it.
        this.#early.delete(sequenceNumber);
        this.#expected += 1;
        const effects = [this.#acknowledge(message, now)];
        this.#drainEarly();
        return effects;
      }
      case 'blocked':
        this.#blocked = { message, isStored: false, unread: [] };
        return nothing;
      default:
        return nothing;
    }
  }

  /**
   * Stored messages were acknowledged when they came, so they wait here while nobody is ready for them. One that is
   * refused is passed over: nobody would send it again.
   */
  #drainEarly(): void {
    for (let message = this.#early.get(this.#expected); message; message = this.#early.get(this.#expected)) {
      const verdict = this.#take(message);
      if (verdict === 'not-ready') return;
      this.#early.delete(this.#expected);
      if (verdict === 'blocked') {
        this.#blocked = { message, isStored: true, unread: [] };
        return;
      }
      this.#expected += 1;
    }
  }

  /** Who takes a message may be ready for the next one at once and say so, before this one counts as taken. */
  #take({ payloadType, payload }: AgentMessage): Verdict {
    this.#isTaking = true;
    try {
      return this.#options.take(payloadType, payload);
    } finally {
      this.#isTaking = false;
    }
  }

  #acknowledge(message: AgentMessage, now: number): AgentEffect {
    const frame = encodeAcknowledgeFrame({
      messageId: this.#options.newId(),
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

function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
