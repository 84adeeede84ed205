import { clientVersion } from '../client-version.ts';
import { SsmError } from '../ssm-error.ts';
import { decodeAcknowledgePayload } from '../wire/acknowledge.ts';
import { type AgentMessage, decodeAgentMessage } from '../wire/agent-message.ts';
import { decodeChannelClosed } from '../wire/channel-closed.ts';
import { MessageType } from '../wire/message-type.ts';
import { encodeOpenDataChannel } from '../wire/open-data-channel.ts';
import { WireError } from '../wire/wire-error.ts';
import type { ChannelOptions, ChannelParts } from './channel-options.ts';
import type { ChannelEffect, ChannelEnd, ChannelState } from './channel-types.ts';
import { Conversation } from './conversation.ts';
import type { StreamMessage } from './incoming.ts';
import { defaultLimits } from './limits.ts';
import type { Phase, PhaseOf } from './phase.ts';
import { provenAfterMs, retryDelayMs } from './resume-policy.ts';
import { Stream } from './stream.ts';

/** How long the refusal of a handshake may take to be acknowledged, in ms; the session ends within 1 s of the request. */
const refusalGraceMs = 750;
/** How long output that is missing when the channel is closed may take to arrive, in ms. */
const closingGraceMs = 500;

/**
 * What the cells of the table in `channel.ts` do: the steps of a channel's life, each of which leaves the channel in its
 * next phase and says what is to be done.
 */
export class ChannelCore {
  phase: Phase = { kind: 'fresh' };
  readonly stream: Stream;
  readonly conversation: Conversation;
  /** Number of the connection or request that counts; it moves on whenever one is started or given up. */
  connection = 0;
  bytesOut = 0;
  readonly #options: ChannelOptions;
  #tokenValue: string;
  #streamUrl: string;
  /** Why the last try to come back failed; undefined where none has since the last good connection, or it is not known. */
  #cause: unknown;

  constructor(options: ChannelOptions, parts: ChannelParts) {
    this.#options = options;
    this.#tokenValue = options.tokenValue;
    this.#streamUrl = options.streamUrl;
    const limits = options.limits ?? defaultLimits;
    this.stream = new Stream(
      limits,
      { outgoing: parts.makeOutgoing(limits), incoming: parts.makeIncoming(limits) },
      options,
      {
        process: (message, now, effects) => this.#process(message, now, effects),
        undecryptable: (effects) => this.conversation.undecryptable(effects),
      },
    );
    this.conversation = new Conversation(parts.makeHandshake(options), options.handshake, this.stream, {
      refused: (answer, error, now, effects) => this.#refused(answer, error, now, effects),
      failed: (error, effects) => this.end({ kind: 'failed', error }, effects),
    });
    if (options.size !== undefined) this.stream.resize(options.size, 0, []);
  }

  open(attempt: number, now: number, effects: ChannelEffect[]): void {
    this.connection += 1;
    this.phase = { kind: 'opening', attempt, since: now };
    if (attempt === 0) this.#emit({ kind: 'connecting' }, effects);
    effects.push({ kind: 'open-socket', connection: this.connection, url: this.#streamUrl });
  }

  opened(attempt: number, now: number, effects: ChannelEffect[]): void {
    this.phase = { kind: 'live', attempt, since: now, isProven: false };
    const text = encodeOpenDataChannel({
      requestId: this.#options.newMessageId(),
      tokenValue: this.#tokenValue,
      clientId: this.#options.clientId,
      clientVersion,
    });
    effects.push({ kind: 'send-text', text });
    this.#emit({ kind: 'live' }, effects);
    this.conversation.connected(now);
    this.stream.connected(now, effects);
  }

  /** A live connection is gone. One that never proved good continues the schedule of tries, another starts it anew. */
  lost(phase: PhaseOf<'live'>, now: number, effects: ChannelEffect[]): void {
    this.stream.disconnected();
    const isGood = phase.isProven || now - phase.since >= provenAfterMs;
    if (isGood) this.#cause = undefined;
    this.retry(isGood ? 1 : phase.attempt + 1, now, effects);
  }

  /** A try to come back has failed; `cause` says why. */
  tryFailed(attempt: number, cause: unknown, now: number, effects: ChannelEffect[]): void {
    this.#cause = cause;
    this.retry(attempt, now, effects);
  }

  /** Drops what there is of a connection and comes to `attempt`, at once or after its pause. */
  retry(attempt: number, now: number, effects: ChannelEffect[]): void {
    effects.push({ kind: 'close-socket' });
    const delayMs = retryDelayMs(attempt, this.#options.random);
    if (delayMs === 0) {
      this.requestResume(attempt, now, effects);
      return;
    }
    this.connection += 1;
    this.phase = { kind: 'waiting', attempt, until: now + delayMs };
    this.#reconnecting(attempt, now + delayMs, effects);
  }

  /** Every connection but the first has a token of its own (trap 20), so it begins with ResumeSession. */
  requestResume(attempt: number, now: number, effects: ChannelEffect[]): void {
    this.connection += 1;
    this.phase = { kind: 'resuming', attempt, since: now };
    this.#reconnecting(attempt, now, effects);
    effects.push({ kind: 'request-resume', connection: this.connection });
  }

  /** ResumeSession has answered. An answer without a token says that the session is gone. */
  resumed(
    answer: { tokenValue: string; streamUrl?: string },
    phase: PhaseOf<'resuming'>,
    now: number,
    effects: ChannelEffect[],
  ): void {
    if (answer.tokenValue === '') {
      this.end({ kind: 'timed-out' }, effects);
      return;
    }
    this.#tokenValue = answer.tokenValue;
    if (answer.streamUrl !== undefined && answer.streamUrl !== '') this.#streamUrl = answer.streamUrl;
    this.open(phase.attempt, now, effects);
  }

  /** Authorisation failures are not repeated: the next try waits for new credentials. */
  block(cause: unknown, effects: ChannelEffect[]): void {
    this.phase = { kind: 'blocked' };
    const error = new SsmError(
      'unauthorised',
      'The session may not be resumed with these credentials.',
      cause,
    );
    this.#emit({ kind: 'needs-credentials', error }, effects);
  }

  end(end: ChannelEnd, effects: ChannelEffect[]): void {
    this.stream.disconnected();
    this.stream.discardInput();
    this.connection += 1;
    this.phase = { kind: 'ended' };
    effects.push({ kind: 'close-socket' });
    this.#emit({ kind: 'ended', end }, effects);
  }

  #reconnecting(attempt: number, nextTryAt: number, effects: ChannelEffect[]): void {
    const why = this.#cause === undefined ? {} : { cause: this.#cause };
    this.#emit({ kind: 'reconnecting', attempt, nextTryAt, ...why }, effects);
  }

  #emit(state: ChannelState, effects: ChannelEffect[]): void {
    effects.push({ kind: 'state', state });
  }

  /** An undecodable frame is dropped: there is no way to say so, and the sender's timer sends it again (section 3). */
  receive(bytes: Uint8Array, now: number, effects: ChannelEffect[]): void {
    try {
      this.#route(decodeAgentMessage(bytes), now, effects);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }

  #route(message: AgentMessage, now: number, effects: ChannelEffect[]): void {
    switch (message.messageType) {
      case MessageType.output:
        this.stream.receive(message, now, effects);
        break;
      case MessageType.acknowledge:
        this.#acknowledged(
          decodeAcknowledgePayload(message.payload).acknowledgedMessageSequenceNumber,
          now,
          effects,
        );
        break;
      case MessageType.pausePublication:
        this.stream.pause(now);
        this.conversation.publicationHeard(true, now);
        break;
      case MessageType.startPublication:
        this.conversation.publicationHeard(false, now);
        this.stream.resume(now, effects);
        break;
      case MessageType.channelClosed:
        this.#closed(message.payload, now, effects);
        return;
      default:
        // Other types are no concern of a client's; the official one drops them too.
        return;
    }
    const { phase } = this;
    if (phase.kind === 'live') phase.isProven = true;
    if (phase.kind === 'closing' && !this.stream.hasGap) {
      this.end({ kind: 'closed', message: phase.message, isOutputIncomplete: false }, effects);
    }
  }

  /** Time has passed on a live connection. */
  timer(now: number, effects: ChannelEffect[]): void {
    this.conversation.timer(now, effects);
    if (this.phase.kind === 'live') this.stream.timer(now, effects);
  }

  #acknowledged(sequenceNumber: number, now: number, effects: ChannelEffect[]): void {
    this.stream.acknowledged(sequenceNumber, now, effects);
    const { phase } = this;
    if (phase.kind === 'refusing' && sequenceNumber === phase.answerNumber) {
      this.end({ kind: 'failed', error: phase.error }, effects);
    }
  }

  /** One message of the agent whose turn has come, already counted and acknowledged. */
  #process(message: StreamMessage, now: number, effects: ChannelEffect[]): void {
    // A run of stored messages goes on behind the one that ended the session; nothing of it is wanted.
    if (this.phase.kind === 'live') this.conversation.shakeHands(message, now, effects);
    if (this.phase.kind === 'live' || this.phase.kind === 'closing')
      this.conversation.process(message, now, effects);
  }

  /** The agent has been told why its handshake is refused; the session ends when it has heard, or soon in any case. */
  #refused(answerNumber: number, error: SsmError, now: number, effects: ChannelEffect[]): void {
    this.stream.discardInput();
    if (this.phase.kind === 'live')
      this.phase = { kind: 'refusing', until: now + refusalGraceMs, answerNumber, error };
    else this.end({ kind: 'failed', error }, effects);
  }

  /**
   * The service has ended the session. Everything that came in order has been delivered by then; what waits behind a gap
   * gets a moment, since the official client loses it without a word (section 8.1).
   */
  #closed(payload: Uint8Array, now: number, effects: ChannelEffect[]): void {
    const { phase } = this;
    if (phase.kind === 'closing') return;
    if (phase.kind === 'refusing') {
      this.end({ kind: 'failed', error: phase.error }, effects);
      return;
    }
    const message = closingMessage(payload);
    if (this.stream.hasGap) this.phase = { kind: 'closing', until: now + closingGraceMs, message };
    else this.end({ kind: 'closed', message, isOutputIncomplete: false }, effects);
  }
}

/** The service's words; none where the payload cannot be read, which ends the session all the same. */
function closingMessage(payload: Uint8Array): string {
  try {
    return decodeChannelClosed(payload).output ?? '';
  } catch (error) {
    if (error instanceof WireError) return '';
    throw error;
  }
}
