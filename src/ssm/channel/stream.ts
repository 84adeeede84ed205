import { encodeAcknowledgeFrame } from '../wire/acknowledge.ts';
import { type AgentMessage, encodeAgentMessage } from '../wire/agent-message.ts';
import { MessageType } from '../wire/message-type.ts';
import { PayloadType } from '../wire/payload-type.ts';
import { encodeFlag } from '../wire/flag.ts';
import { encodeSize, type TerminalSize } from '../wire/size.ts';
import type { ChannelEffect } from './channel-types.ts';
import { earlier } from './earlier.ts';
import type { Incoming, StreamMessage } from './incoming.ts';
import { InputQueue } from './input-queue.ts';
import type { ChannelLimits } from './limits.ts';
import type { Outgoing } from './outgoing.ts';
import type { PayloadCipher } from './payload-cipher.ts';
import { Resending } from './resending.ts';
import { SizeNews } from './size-news.ts';

/**
 * How long a pause is believed without a word from the other side, in ms. After that one message is sent as a probe and
 * again after each such time, so that a lost start_publication cannot leave both sides waiting for each other for ever.
 */
export const pauseProbeMs = 10_000;

/** Times in ms of the clock that is given as `now`. */
export interface StreamStats {
  /** Smoothed round trip in ms; absent before the first sample. */
  rttMs?: number;
  /** Messages sent again, for whatever reason. */
  resends: number;
  unacknowledged: number;
  /** When the current or the last connection was opened; absent before the first. */
  connectedAt?: number;
  /** When the agent was last heard of, on whichever connection; absent before that. */
  heardAt?: number;
  /** Since when the oldest message that was sent waits to be acknowledged; absent where none does. */
  waitingSince?: number;
}

/** What the stream's owner does. */
export interface StreamEvents {
  /** Handles one message of the agent whose turn has come. */
  process(message: StreamMessage, now: number, effects: ChannelEffect[]): void;
  /** A message could not be decrypted, so it is not acknowledged and will come again. */
  undecryptable(effects: ChannelEffect[]): void;
}

/** Which of its own messages the stream may send. A handshake's messages pass every gate. */
export type Gate =
  /** None: the agent throws away what it gets during a handshake. */
  | 'closed'
  /** The size only: where there may be a handshake, input must wait and a size does no harm. */
  | 'size'
  | 'open';

/** What is encrypted on the way down (section 5.5 item 9). On the way up it is Output alone. */
const isEncryptedType = (payloadType: number): boolean =>
  payloadType === PayloadType.output ||
  payloadType === PayloadType.stdErr ||
  payloadType === PayloadType.exitCode;

/**
 * The numbered, acknowledged exchange of one session, over however many connections: numbers, buffers and estimates live
 * as long as the session (protocol notes, section 2.3 item 9). It knows whether a connection may be used, not which.
 */
export class Stream {
  readonly #limits: ChannelLimits;
  readonly #outgoing: Outgoing;
  readonly #incoming: Incoming;
  readonly #newMessageId: () => string;
  readonly #newNonce: () => Uint8Array;
  readonly #events: StreamEvents;
  readonly #input: InputQueue;
  gate: Gate = 'open';
  /** Input is text, to be cut between characters; else it is cut where a message is full. */
  isText = true;
  #cipher: PayloadCipher | undefined;
  /** Questions that are answered when every message below a number has been acknowledged, oldest first. */
  readonly #flushes: { readonly id: number; readonly below: number }[] = [];
  readonly #resending: Resending;
  readonly #size = new SizeNews();

  #isConnected = false;
  /** The socket holds too much, or has to be asked whether it does; see ChannelInput `socket-full`. */
  #isSocketFull = false;
  /** Sent since it was last known not to, in bytes. */
  #sentBytes = 0;
  /** When the other side was said to be away; undefined while it is there. */
  #pausedAt: number | undefined;
  /** When the current connection was opened, or the last one was. */
  #connectedAt: number | undefined;
  /** When the agent was last heard of; undefined before that. */
  #heardAt: number | undefined;

  constructor(
    limits: ChannelLimits,
    parts: { outgoing: Outgoing; incoming: Incoming },
    sources: { newMessageId: () => string; newNonce: () => Uint8Array },
    events: StreamEvents,
  ) {
    this.#limits = limits;
    this.#outgoing = parts.outgoing;
    this.#resending = new Resending(parts.outgoing, limits.resendBurst);
    this.#incoming = parts.incoming;
    this.#newMessageId = sources.newMessageId;
    this.#newNonce = sources.newNonce;
    this.#events = events;
    this.#input = new InputQueue(limits.inputBytes);
  }

  /** A connection is open and OpenDataChannel has been sent on it. */
  connected(now: number, effects: ChannelEffect[]): void {
    this.#isConnected = true;
    this.#connectedAt = now;
    this.#isSocketFull = false;
    this.#sentBytes = 0;
    this.#pausedAt = undefined;
    this.#size.opened(now);
    this.#outgoing.reconnected();
    this.#repeat(this.#resending.round(now), effects);
    this.#sendPending(now, effects);
  }

  disconnected(): void {
    this.#isConnected = false;
  }

  socketFull(): void {
    this.#isSocketFull = true;
  }

  socketDrained(now: number, effects: ChannelEffect[]): void {
    this.#isSocketFull = false;
    this.#sentBytes = 0;
    this.#sendPending(now, effects);
  }

  /** Takes all of `bytes`; {@link isInputFull} says whether more is welcome. */
  write(bytes: Uint8Array, now: number, effects: ChannelEffect[]): void {
    this.#input.push(bytes);
    this.#sendPending(now, effects);
  }

  /** A message of type Flag, behind the input given so far. */
  sendFlag(flag: number, now: number, effects: ChannelEffect[]): void {
    this.#input.pushFlag(flag);
    this.#sendPending(now, effects);
  }

  /** Asks for the effect `flushed` once everything given so far has been acknowledged. */
  flush(id: number, effects: ChannelEffect[]): void {
    if (this.#input.isEmpty) this.#markReached(id, effects);
    else this.#input.pushMark(id);
  }

  /** Lets everything out from now on. */
  openGate(now: number, effects: ChannelEffect[]): void {
    this.gate = 'open';
    this.#sendPending(now, effects);
  }

  /**
   * Encrypts and decrypts with `cipher` from now on. False when messages of encrypted types are stored that came before
   * there was a key: nobody could have encrypted them.
   */
  encrypt(cipher: PayloadCipher): boolean {
    this.#cipher = cipher;
    return !this.#incoming.holds(isEncryptedType);
  }

  /** Forgets input that was not sent; for a session in which it can no longer be of use. */
  discardInput(): void {
    this.#input.clear();
  }

  resize(size: TerminalSize, now: number, effects: ChannelEffect[]): void {
    if (this.#size.resized(size, now)) this.#sendPending(now, effects);
  }

  /**
   * Numbers, keeps and sends one message at once, whatever else waits; without a connection it goes out with the next one.
   * Returns its number.
   */
  sendMessage(payloadType: number, payload: Uint8Array, now: number, effects: ChannelEffect[]): number {
    const sequenceNumber = this.#outgoing.nextSequenceNumber;
    const frame = encodeAgentMessage({
      messageType: MessageType.input,
      schemaVersion: 1,
      createdDate: Math.floor(now),
      sequenceNumber,
      flags: 0n,
      messageId: this.#newMessageId(),
      payloadType,
      payload,
    });
    this.#outgoing.append(frame, this.#isConnected ? now : Number.NEGATIVE_INFINITY);
    this.#sentBytes += frame.length;
    if (this.#isConnected) effects.push({ kind: 'send', bytes: frame });
    this.#resending.kept(now);
    return sequenceNumber;
  }

  /** A numbered message of the agent. */
  receive(message: AgentMessage, now: number, effects: ChannelEffect[]): void {
    this.#heardAt = now;
    this.#otherSideIsThere(now, effects);
    const opened = this.#opened(message);
    if (opened === undefined) {
      this.#events.undecryptable(effects);
      return;
    }
    const arrival = this.#incoming.accept(opened);
    if (arrival === 'refused') return;
    effects.push({
      kind: 'send',
      bytes: encodeAcknowledgeFrame({
        acknowledgedMessageType: message.messageType,
        acknowledgedMessageId: message.messageId,
        acknowledgedMessageSequenceNumber: message.sequenceNumber,
        messageId: this.#newMessageId(),
        createdDate: Math.floor(now),
      }),
    });
    if (arrival !== 'next') return;
    let next: StreamMessage | undefined = opened;
    while (next !== undefined) {
      this.#events.process(next, now, effects);
      next = this.#incoming.takeNext();
    }
  }

  /**
   * The message with its payload in plain, which is decrypted before it is acknowledged; undefined where that cannot be
   * done. What was had before is only acknowledged again, so it stays as it is.
   */
  #opened(message: StreamMessage): StreamMessage | undefined {
    const { sequenceNumber, payloadType } = message;
    if (this.#cipher === undefined || !isEncryptedType(payloadType)) return message;
    if (this.#incoming.isKnown(sequenceNumber)) return message;
    const payload = this.#cipher.decrypt(message.payload);
    return payload === undefined ? undefined : { sequenceNumber, payloadType, payload };
  }

  /** An acknowledge for the message with that number; numbers that are not waiting change nothing. */
  acknowledged(sequenceNumber: number, now: number, effects: ChannelEffect[]): void {
    this.#heardAt = now;
    this.#otherSideIsThere(now, effects);
    const message = this.#outgoing.acknowledge(sequenceNumber);
    if (message === undefined) return;
    const next = this.#resending.acknowledged(message, now, this.#maySend);
    if (next !== undefined) effects.push({ kind: 'send', bytes: next });
    this.#answerFlushes(effects);
    this.#sendPending(now, effects);
  }

  /** The agent is known to acknowledge a repeat of what it has had. */
  agentAcknowledgesAgain(): void {
    this.#outgoing.agentAcknowledgesAgain();
  }

  #markReached(id: number, effects: ChannelEffect[]): void {
    this.#flushes.push({ id, below: this.#outgoing.nextSequenceNumber });
    this.#answerFlushes(effects);
  }

  #answerFlushes(effects: ChannelEffect[]): void {
    for (
      let first = this.#flushes[0];
      first !== undefined && this.#outgoing.isAcknowledgedBelow(first.below);
      first = this.#flushes[0]
    ) {
      this.#flushes.shift();
      effects.push({ kind: 'flushed', id: first.id });
    }
  }

  /**
   * The first output, or the end of the handshake, proves that the agent no longer throws anything away: the size that it
   * may have missed is said again.
   */
  agentIsReady(now: number, effects: ChannelEffect[]): void {
    if (this.#size.agentIsReady()) this.#sendPending(now, effects);
  }

  /** The other side is away: hold stream data back until it is heard of again (section 4.5). */
  pause(now: number): void {
    this.#pausedAt = now;
  }

  /** The other side is back. */
  resume(now: number, effects: ChannelEffect[]): void {
    this.#otherSideIsThere(now, effects);
  }

  #otherSideIsThere(now: number, effects: ChannelEffect[]): void {
    if (this.#pausedAt === undefined) return;
    this.#pausedAt = undefined;
    this.#sendPending(now, effects);
  }

  get #maySend(): boolean {
    return this.#isConnected && !this.#isSocketFull && this.#pausedAt === undefined;
  }

  /**
   * Sends what waits, as far as the connection and the outgoing buffer allow. Only the driver sees how much the socket
   * holds, and only between two inputs: after a burst it is asked.
   */
  #sendPending(now: number, effects: ChannelEffect[]): void {
    while (this.#maySend && !this.#outgoing.isFull && this.#sendOne(now, effects)) {
      if (this.#sentBytes < this.#limits.burstBytes) continue;
      this.#isSocketFull = true;
      effects.push({ kind: 'await-socket' });
    }
  }

  /** Sends the size if it is due, else the next thing in the queue; false when there is neither, or the gate holds it. */
  #sendOne(now: number, effects: ChannelEffect[]): boolean {
    if (this.gate === 'closed') return false;
    const size = this.#size.take();
    if (size !== undefined) {
      this.sendMessage(PayloadType.size, encodeSize(size), now, effects);
      return true;
    }
    const entry = this.gate === 'open' ? this.#input.take(this.isText) : undefined;
    if (entry === undefined) return false;
    switch (entry.kind) {
      case 'input':
        this.sendMessage(PayloadType.output, this.#sealed(entry.bytes), now, effects);
        if (this.#input.hasDrained()) effects.push({ kind: 'drain' });
        break;
      case 'flag':
        this.sendMessage(PayloadType.flag, encodeFlag(entry.flag), now, effects);
        break;
      case 'mark':
        this.#markReached(entry.id, effects);
        break;
    }
    return true;
  }

  #sealed(bytes: Uint8Array): Uint8Array {
    return this.#cipher === undefined ? bytes : this.#cipher.encrypt(bytes, this.#newNonce());
  }

  #repeat(frames: readonly Uint8Array[], effects: ChannelEffect[]): void {
    for (const bytes of frames) effects.push({ kind: 'send', bytes });
  }

  timer(now: number, effects: ChannelEffect[]): void {
    if (this.#size.timer(now)) this.#sendPending(now, effects);
    if (!this.#isConnected || this.#isSocketFull) return;
    if (this.#pausedAt !== undefined) {
      if (now >= this.#pausedAt + pauseProbeMs) this.#probe(now, effects);
      return;
    }
    const frames = this.#resending.timedRound(now);
    if (frames === undefined) return;
    this.#repeat(frames, effects);
    this.#sendPending(now, effects);
  }

  /** One message into the silence of a pause that has lasted too long. */
  #probe(now: number, effects: ChannelEffect[]): void {
    this.#pausedAt = now;
    const oldest = this.#resending.probe(now);
    if (oldest === undefined) this.#sendOne(now, effects);
    else effects.push({ kind: 'send', bytes: oldest });
  }

  /** When {@link timer} has something to do; undefined when nothing waits for time to pass. */
  nextTimerAt(): number | undefined {
    if (!this.#isConnected) return undefined;
    const sending = this.#isSocketFull
      ? undefined
      : this.#pausedAt === undefined
        ? this.#resending.nextAt()
        : this.#hasSomethingToSend
          ? this.#pausedAt + pauseProbeMs
          : undefined;
    return earlier(sending, this.#size.repeatAt);
  }

  get #hasSomethingToSend(): boolean {
    return this.#outgoing.size > 0 || this.#size.isDue || !this.#input.isEmpty;
  }

  get isInputFull(): boolean {
    return this.#input.isFull;
  }

  /** Whether output that came ahead of its turn is still waiting for what is missing before it. */
  get hasGap(): boolean {
    return this.#incoming.heldCount > 0;
  }

  get stats(): StreamStats {
    const oldest = this.#outgoing.oldest;
    return {
      ...this.#resending.stats,
      unacknowledged: this.#outgoing.size,
      ...(this.#connectedAt !== undefined && { connectedAt: this.#connectedAt }),
      ...(this.#heardAt !== undefined && { heardAt: this.#heardAt }),
      // What was sent into an outage cannot have been answered before its end.
      ...(oldest !== undefined && {
        waitingSince: Math.max(oldest.firstSentAt, this.#connectedAt ?? oldest.firstSentAt),
      }),
    };
  }
}
