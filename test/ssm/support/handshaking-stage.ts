import type { AgentMessage } from '../../../src/ssm/wire/agent-message.ts';
import {
  decodeEncryptionChallenge,
  encodeEncryptionChallenge,
} from '../../../src/ssm/wire/encryption-challenge.ts';
import { decodeHandshakeResponse } from '../../../src/ssm/wire/handshake.ts';
import { PayloadType } from '../../../src/ssm/wire/payload-type.ts';
import type { AgentModel, AgentStage } from './agent-model.ts';
import { agentCipher, completeWith, encryptionAction, requestOf, sessionTypeAction } from './handshakes.ts';
import { countingNonces } from './random.ts';
import type { Timeline } from './timeline.ts';

/**
 * The agent's part of a handshake with encryption (protocol notes, section 5). Strict: it throws where a client breaks what
 * the official agent would break over.
 */
export class HandshakingStage implements AgentStage {
  readonly #agent: AgentModel;
  readonly #cipher = agentCipher();
  readonly #newNonce = countingNonces();
  readonly #challenge: Uint8Array;
  /** How long the agent is busy between the end of the handshake and the start of its program, in ms. */
  readonly #busyMs: number;
  #isAnswered = false;
  #readyAt = Number.POSITIVE_INFINITY;

  private constructor(agent: AgentModel, random: () => number) {
    this.#agent = agent;
    this.#challenge = Uint8Array.from({ length: 64 }, () => random() * 256);
    this.#busyMs = random() * 400;
  }

  /** Makes `agent` begin with a request; it sends it a little later, sometimes before the client is there. */
  static begin(agent: AgentModel, random: () => number, timeline: Timeline): void {
    agent.stage = new HandshakingStage(agent, random);
    const request = requestOf(sessionTypeAction('Standard_Stream'), encryptionAction('cmFuZG9t'));
    timeline.at(random() * 300, () => agent.output(request, timeline.now, PayloadType.handshakeRequest));
  }

  get isComplete(): boolean {
    return this.#readyAt !== Number.POSITIVE_INFINITY;
  }

  seal(payload: Uint8Array): Uint8Array {
    return this.#cipher.encrypt(payload, this.#newNonce());
  }

  take(message: AgentMessage, now: number): AgentMessage | 'dropped' | 'not-ready' {
    switch (message.payloadType) {
      case PayloadType.handshakeResponse:
        this.#answered(message.payload, now);
        return 'dropped';
      case PayloadType.encChallengeResponse:
        this.#proved(message.payload, now);
        return 'dropped';
      default:
        if (!this.isComplete && message.payloadType === PayloadType.output)
          throw new Error('A client sent Output before the end of the handshake.');
        if (!this.isComplete) return 'dropped';
        return now < this.#readyAt ? 'not-ready' : this.#opened(message);
    }
  }

  #answered(payload: Uint8Array, now: number): void {
    if (this.#isAnswered) throw new Error('A client sent a second HandshakeResponse.');
    this.#isAnswered = true;
    const { processedClientActions } = decodeHandshakeResponse(payload);
    if (!processedClientActions.every(({ actionStatus }) => actionStatus === 1))
      throw new Error('An action failed.');
    const challenge = this.#cipher.encrypt(this.#challenge, this.#newNonce());
    this.#agent.output(encodeEncryptionChallenge(challenge), now, PayloadType.encChallengeRequest);
  }

  #proved(payload: Uint8Array, now: number): void {
    const proof = this.#cipher.decrypt(decodeEncryptionChallenge(payload));
    if (proof === undefined || !Buffer.from(proof).equals(this.#challenge))
      throw new Error('The challenge was not met.');
    this.#readyAt = now + this.#busyMs;
    this.#agent.output(completeWith('Encrypted.'), now, PayloadType.handshakeComplete);
    this.#agent.ready(now);
  }

  #opened(message: AgentMessage): AgentMessage {
    if (message.payloadType !== PayloadType.output) return message;
    const payload = this.#cipher.decrypt(message.payload);
    if (payload === undefined) throw new Error('A payload was not encrypted with the key.');
    return { ...message, payload };
  }
}
