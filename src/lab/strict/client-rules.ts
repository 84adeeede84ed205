import { createHash } from 'node:crypto';
import { decodeAcknowledgePayload } from '../../ssm/wire/acknowledge.ts';
import { type AgentMessage, decodeAgentMessage } from '../../ssm/wire/agent-message.ts';
import { MessageType } from '../../ssm/wire/message-type.ts';
import { PayloadType } from '../../ssm/wire/payload-type.ts';
import { WireError } from '../../ssm/wire/wire-error.ts';

/**
 * What a client must not do (protocol notes, section 14, item 6), watched on its socket, where neither faults nor the
 * agent's patience hide it. Each rule answers with a sentence that names it.
 *
 * | rule                        | what breaks it                                                                   |
 * |-----------------------------|----------------------------------------------------------------------------------|
 * | one binary frame a message  | a text frame, or one in fragments (see {@link FrameScanner})                     |
 * | no empty payload            | a stream message without bytes                                                   |
 * | at most 1024 bytes          | Output beyond that, or 28 more where the session is encrypted                    |
 * | no gap                      | a number for the first time that is not the next one                             |
 * | resends unchanged           | a number again with other bytes                                                  |
 * | acknowledge what was sent   | an acknowledge for a number that the agent has not reached                       |
 * | right digest                | a digest that is not the payload's                                               |
 * | one HandshakeResponse       | a second one under another number                                                |
 * | no early Output             | Output before HandshakeComplete in a session with a handshake                    |
 *
 * What a client sent on a connection that broke may never have come, so after a new one began its first new number may
 * be any.
 */
const largestOutput = 1024;
const encryptionOverhead = 28;
/** Messages whose digest is remembered for comparison, counted back from the newest. */
const remembered = 20_000;

export class ClientRules {
  readonly #digests = new Map<number, string>();
  #next = 0;
  #mayJump = false;
  #agentNext = 0;
  #overhead = 0;
  #handshake: 'none' | 'begun' | 'complete' = 'none';
  #hasOutput = false;
  #response: number | undefined;

  /** A new connection has begun. */
  onConnection(): void {
    this.#mayJump = this.#next > 0;
  }

  /** A frame goes to the client. Answers a rule that turns out to be broken by it. */
  onSent(frame: Uint8Array): string | undefined {
    const message = read(frame);
    if (typeof message === 'string' || message.messageType !== MessageType.output) return undefined;
    this.#agentNext = Math.max(this.#agentNext, message.sequenceNumber + 1);
    if (message.payloadType === PayloadType.handshakeComplete) this.#handshake = 'complete';
    if (message.payloadType !== PayloadType.handshakeRequest || this.#handshake !== 'none') return undefined;
    this.#handshake = 'begun';
    if (Buffer.from(message.payload).includes('KMSEncryption')) this.#overhead = encryptionOverhead;
    return this.#hasOutput ? 'Output came before the handshake' : undefined;
  }

  /** A message of the client, whole. Answers the rule that it breaks. */
  check(frame: Uint8Array, isBinary: boolean): string | undefined {
    if (!isBinary) return 'a message came as a text frame';
    const message = read(frame);
    if (typeof message === 'string') return message;
    if (message.messageType === MessageType.acknowledge) return this.#checkAcknowledge(message);
    if (message.messageType === MessageType.input) return this.#checkInput(message, frame);
    return `a client does not send ${message.messageType}`;
  }

  #checkAcknowledge({ payload }: AgentMessage): string | undefined {
    let number: number;
    try {
      number = decodeAcknowledgePayload(payload).acknowledgedMessageSequenceNumber;
    } catch {
      return 'an acknowledge cannot be read';
    }
    const isKnown = number >= 0 && number < this.#agentNext;
    return isKnown ? undefined : `message ${number} was acknowledged and had not been sent`;
  }

  #checkInput({ sequenceNumber, payloadType, payload }: AgentMessage, frame: Uint8Array): string | undefined {
    if (payload.length === 0) return `message ${sequenceNumber} is empty`;
    return (
      this.#checkNumber(sequenceNumber, frame) ??
      (payloadType === PayloadType.output ? this.#checkOutput(sequenceNumber, payload) : undefined) ??
      (payloadType === PayloadType.handshakeResponse ? this.#checkResponse(sequenceNumber) : undefined)
    );
  }

  #checkNumber(number: number, frame: Uint8Array): string | undefined {
    const digest = createHash('sha256').update(frame).digest('base64');
    const known = this.#digests.get(number);
    if (known !== undefined && known !== digest) return `message ${number} was sent again with other bytes`;
    if (number > this.#next && !this.#mayJump) return `message ${number} came where ${this.#next} was next`;
    this.#digests.set(number, digest);
    this.#digests.delete(number - remembered);
    if (number < this.#next) return undefined;
    this.#next = number + 1;
    this.#mayJump = false;
    return undefined;
  }

  #checkOutput(number: number, payload: Uint8Array): string | undefined {
    this.#hasOutput = true;
    if (payload.length > largestOutput + this.#overhead)
      return `message ${number} has ${payload.length} bytes of Output`;
    return this.#handshake === 'begun'
      ? `message ${number} is Output before the handshake has ended`
      : undefined;
  }

  #checkResponse(number: number): string | undefined {
    if (this.#response !== undefined && this.#response !== number)
      return `message ${number} is a second HandshakeResponse`;
    this.#response = number;
    return undefined;
  }
}

function read(frame: Uint8Array): AgentMessage | string {
  try {
    return decodeAgentMessage(frame);
  } catch (error) {
    if (error instanceof WireError) return `a message cannot be read: ${error.message}`;
    throw error;
  }
}
