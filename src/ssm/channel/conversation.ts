import { SsmError } from '../ssm-error.ts';
import { decodeExitCode } from '../wire/exit-code.ts';
import { decodeFlag } from '../wire/flag.ts';
import { PayloadType } from '../wire/payload-type.ts';
import { WireError } from '../wire/wire-error.ts';
import type { ChannelOptions } from './channel-options.ts';
import type { ChannelEffect, DataKey, SessionFacts } from './channel-types.ts';
import type { Handshake, HandshakeStep } from './handshake.ts';
import type { StreamMessage } from './incoming.ts';
import { acknowledgesAgain } from './version-gates.ts';
import { earlier } from './earlier.ts';
import { pauseProbeMs, type Stream } from './stream.ts';

/** How long a connection may last without the end of a handshake that is due, in ms. The agent's own limits are 15 s each. */
const handshakeTimeoutMs = 60_000;
/**
 * How long a session that may or may not have a handshake is listened to before input goes out, in ms. The request comes
 * with the agent; an Output that overtakes the keys would make the agent deaf (protocol notes, section 5.5 item 11).
 */
const silenceMs = 2500;
/** Messages that may fail to be decrypted before it is clear that the key is not the agent's. */
const maxUndecryptable = 5;

/** How a conversation ends that cannot go on. */
export interface ConversationEnds {
  /** The message with number `answer` tells the agent that its handshake is refused. */
  refused(answer: number, error: SsmError, now: number, effects: ChannelEffect[]): void;
  failed(error: SsmError, effects: ChannelEffect[]): void;
}

/** What the two ends say to each other once their messages are in order: the handshake, and what the session carries. */
export class Conversation {
  /** Output delivered, in bytes. */
  bytesIn = 0;
  readonly #stream: Stream;
  readonly #ends: ConversationEnds;
  readonly #handshake: Handshake;
  readonly #expectation: ChannelOptions['handshake'];
  /** Until when silence says that no handshake will come; undefined once that is settled. */
  #silentUntil: number | undefined;
  /** When a handshake that is due counts as failed; undefined while none is. */
  #deadline: number | undefined;
  #isEstablished = false;
  #hasExitCode = false;
  #undecryptable = 0;

  constructor(
    handshake: Handshake,
    expectation: ChannelOptions['handshake'],
    stream: Stream,
    ends: ConversationEnds,
  ) {
    this.#stream = stream;
    this.#ends = ends;
    this.#handshake = handshake;
    this.#expectation = expectation;
    stream.gate = { none: 'open', unknown: 'size', expected: 'closed' }[expectation] as Stream['gate'];
  }

  /** A connection is open. The clocks run anew with each: what is missed while there is none is nobody's fault. */
  connected(now: number): void {
    const isDue = this.#expectation === 'expected' && this.#handshake.isAwaited;
    this.#deadline = isDue || this.#handshake.isUnderWay ? now + handshakeTimeoutMs : undefined;
    if (this.#stream.gate === 'size') this.#silentUntil = now + silenceMs;
  }

  /** The service has said that the agent is there, or away. One that has only now come has not been silent before. */
  publicationHeard(isAway: boolean, now: number): void {
    if (this.#silentUntil !== undefined) this.#silentUntil = now + silenceMs + (isAway ? pauseProbeMs : 0);
  }

  timer(now: number, effects: ChannelEffect[]): void {
    if (this.#deadline !== undefined && now >= this.#deadline) {
      const error = new SsmError(
        'handshake-timeout',
        'The handshake did not come to its end within a minute.',
      );
      this.#ends.failed(error, effects);
    } else if (this.#silentUntil !== undefined && now >= this.#silentUntil) {
      this.#openGate(now, effects);
    }
  }

  /** When {@link timer} has something to do on a live connection. */
  nextTimerAt(): number | undefined {
    return earlier(this.#deadline, this.#silentUntil);
  }

  #openGate(now: number, effects: ChannelEffect[]): void {
    this.#silentUntil = undefined;
    this.#deadline = undefined;
    this.#stream.openGate(now, effects);
  }

  /** One message of the agent whose turn has come, already counted, acknowledged and decrypted. */
  process({ payloadType, payload }: StreamMessage, now: number, effects: ChannelEffect[]): void {
    switch (payloadType) {
      case PayloadType.output:
        if (payload.length === 0) return;
        this.bytesIn += payload.length;
        this.#outputArrived(now, effects);
        effects.push({ kind: 'deliver', bytes: payload });
        break;
      case PayloadType.stdErr:
        if (payload.length === 0) return;
        this.bytesIn += payload.length;
        effects.push({ kind: 'deliver-stderr', bytes: payload });
        break;
      case PayloadType.exitCode:
        this.#exitCodeArrived(payload, effects);
        break;
      case PayloadType.flag: {
        const flag = readable(decodeFlag, payload);
        if (flag !== undefined) effects.push({ kind: 'flag', flag });
        break;
      }
      default:
        // Types that may come later say nothing to us.
        break;
    }
  }

  /** The messages of the handshake, likewise. */
  shakeHands({ payloadType, payload }: StreamMessage, now: number, effects: ChannelEffect[]): void {
    switch (payloadType) {
      case PayloadType.handshakeRequest:
        this.#take(this.#handshake.requested(payload), now, effects);
        break;
      case PayloadType.encChallengeRequest:
        this.#take(this.#handshake.challenged(payload), now, effects);
        break;
      case PayloadType.handshakeComplete:
        this.#take(this.#handshake.completed(payload), now, effects);
        break;
      default:
        break;
    }
  }

  keyMade(key: DataKey, now: number, effects: ChannelEffect[]): void {
    this.#take(this.#handshake.keyMade(key), now, effects);
  }

  keyDenied(error: SsmError, now: number, effects: ChannelEffect[]): void {
    this.#take(this.#handshake.keyDenied(error), now, effects);
  }

  /** A message could not be decrypted. It was not acknowledged, so it comes again. */
  undecryptable(effects: ChannelEffect[]): void {
    this.#undecryptable += 1;
    if (this.#undecryptable < maxUndecryptable) return;
    this.#ends.failed(
      new SsmError('protocol', "What the agent sends cannot be decrypted with the session's key."),
      effects,
    );
  }

  #take(step: HandshakeStep, now: number, effects: ChannelEffect[]): void {
    switch (step.kind) {
      case 'none':
        return;
      case 'ask-key':
        this.#begin(now);
        effects.push({ kind: 'generate-data-key', request: step.request });
        return;
      case 'answer':
        this.#begin(now);
        if (step.cipher !== undefined && !this.#stream.encrypt(step.cipher)) {
          this.#ends.failed(
            new SsmError('protocol', 'The agent sent output before the session was encrypted.'),
            effects,
          );
          return;
        }
        this.#stream.sendMessage(PayloadType.handshakeResponse, step.payload, now, effects);
        return;
      case 'refuse': {
        this.#begin(now);
        const answer = this.#stream.sendMessage(PayloadType.handshakeResponse, step.payload, now, effects);
        this.#ends.refused(answer, step.error, now, effects);
        return;
      }
      case 'answer-challenge':
        this.#stream.sendMessage(PayloadType.encChallengeResponse, step.payload, now, effects);
        return;
      case 'complete':
        this.#establish(step.facts, effects);
        if (acknowledgesAgain(step.facts.agentVersion ?? '')) this.#stream.agentAcknowledgesAgain();
        this.#stream.isText = step.facts.sessionType !== 'Port';
        this.#stream.agentIsReady(now, effects);
        this.#openGate(now, effects);
        return;
      case 'fail':
        this.#ends.failed(step.error, effects);
        return;
    }
  }

  /** A handshake has begun, wherever the session stands: until its end the agent throws away whatever else it is sent. */
  #begin(now: number): void {
    this.#silentUntil = undefined;
    this.#deadline ??= now + handshakeTimeoutMs;
    this.#stream.gate = 'closed';
  }

  /** The first output of a session without a handshake says that it is a shell, and that it is there. */
  #outputArrived(now: number, effects: ChannelEffect[]): void {
    if (this.#isEstablished || this.#expectation === 'expected' || !this.#handshake.isAwaited) return;
    this.#establish(
      { sessionType: 'Standard_Stream', properties: {}, isEncrypted: false, customerMessage: '' },
      effects,
    );
    this.#stream.agentIsReady(now, effects);
    this.#openGate(now, effects);
  }

  #establish(facts: SessionFacts, effects: ChannelEffect[]): void {
    if (this.#isEstablished) return;
    this.#isEstablished = true;
    effects.push({ kind: 'established', facts });
  }

  #exitCodeArrived(payload: Uint8Array, effects: ChannelEffect[]): void {
    const code = this.#hasExitCode ? undefined : readable(decodeExitCode, payload);
    if (code === undefined) return;
    this.#hasExitCode = true;
    effects.push({ kind: 'exit-code', code });
  }
}

/** What `decode` makes of `payload`; undefined where it refuses, and the message is as good as none. */
function readable<T>(decode: (payload: Uint8Array) => T, payload: Uint8Array): T | undefined {
  try {
    return decode(payload);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
