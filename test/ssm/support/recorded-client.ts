import { Channel } from '../../../src/ssm/channel/channel.ts';
import type {
  ChannelEffect,
  ChannelInput,
  DataKey,
  DataKeyRequest,
  SessionFacts,
} from '../../../src/ssm/channel/channel-types.ts';
import { SsmError } from '../../../src/ssm/ssm-error.ts';
import { decodeAcknowledgePayload } from '../../../src/ssm/wire/acknowledge.ts';
import { type AgentMessage, decodeAgentMessage } from '../../../src/ssm/wire/agent-message.ts';
import { decodeFlag } from '../../../src/ssm/wire/flag.ts';
import { decodeHandshakeResponse } from '../../../src/ssm/wire/handshake.ts';
import { parseOpenDataChannel } from '../../../src/ssm/wire/open-data-channel.ts';
import { PayloadType } from '../../../src/ssm/wire/payload-type.ts';
import { decodeSize } from '../../../src/ssm/wire/size.ts';
import { agentCipher } from './handshakes.ts';
import { countingIds, countingNonces, seededRandom } from './random.ts';
import {
  inOrder,
  outline,
  outlineOfEnd,
  recordedInputs,
  recordedKey,
  reference,
  type Transcript,
} from './recorded-transcript.ts';
import { bytesOf, type RecordedFrame, type Recording, wasDelivered } from './recordings.ts';

const hex = (bytes: readonly Uint8Array[]): string => Buffer.concat(bytes).toString('hex');

/**
 * Lets a channel live through the recorded session: it gets what reached the client, at the recorded times, the input that
 * the recorded client had from its terminal or port, and what KMS said.
 */
export function replay(recording: Recording): Transcript {
  return new Replay(recording).run();
}

class Replay {
  readonly #recording: Recording;
  readonly #channel: Channel;
  readonly #inputs: AgentMessage[];
  readonly #key: DataKey | undefined;
  #fed = 0;
  #connection = 0;
  #resuming = 0;
  #end: string | undefined;
  readonly #delivered: Uint8Array[] = [];
  readonly #stdErr: Uint8Array[] = [];
  #exitCode: number | undefined;
  readonly #flags: number[] = [];
  #facts: SessionFacts | undefined;
  #asked: DataKeyRequest | undefined;
  readonly #acknowledged: string[] = [];
  readonly #sent = new Map<number, AgentMessage>();
  readonly #tokens: string[] = [];

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#inputs = recordedInputs(recording);
    this.#key = recordedKey(recording);
    const start = recording.frames.find((frame) => frame.call === 'StartSession');
    this.#channel = new Channel({
      tokenValue: start?.response?.['TokenValue'] ?? '',
      streamUrl: start?.response?.['StreamUrl'] ?? '',
      clientId: '11111111-2222-4333-8444-555555555555',
      sessionId: start?.response?.['SessionId'] ?? '',
      target: String(start?.request?.['Target']),
      handshake: hasHandshake(recording) ? 'expected' : 'none',
      newMessageId: countingIds(1),
      newNonce: countingNonces(),
      random: seededRandom(1),
    });
  }

  run(): Transcript {
    this.#give({ kind: 'start' }, 0);
    for (const frame of this.#recording.frames) {
      this.#passTimeUntil(frame.t);
      this.#live(frame);
    }
    return {
      delivered: hex(this.#delivered),
      stdErr: hex(this.#stdErr),
      exitCode: this.#exitCode,
      flags: this.#flags,
      facts: this.#facts,
      asked: this.#asked,
      acknowledged: this.#acknowledged,
      sent: inOrder(this.#sent).map((message) => outline(message, this.#key)),
      tokens: this.#tokens,
      end: this.#end,
    };
  }

  #live(frame: RecordedFrame): void {
    if (frame.call === 'ResumeSession') {
      this.#give({ kind: 'socket-closed', connection: this.#connection }, frame.t);
      const tokenValue = frame.response?.['TokenValue'] ?? '';
      this.#give({ kind: 'resumed', connection: this.#resuming, tokenValue }, frame.t);
    } else if (frame.kind === 'kms') {
      if (this.#key !== undefined) this.#give({ kind: 'data-key', key: this.#key }, frame.t);
    } else if (frame.kind === 'text' && frame.from === 'client') {
      this.#give({ kind: 'socket-opened', connection: this.#connection }, frame.t);
    } else if (frame.kind === 'binary' && frame.from === 'client') {
      this.#inputUpTo(decodeAgentMessage(bytesOf(frame)), frame.t);
    } else if (frame.kind === 'binary' && frame.to === 'client' && wasDelivered(frame)) {
      this.#give({ kind: 'frame', connection: this.#connection, bytes: bytesOf(frame) }, frame.t);
    }
  }

  /** The relay swapped messages, so that one with a smaller number may be recorded later; a person typed them in order. */
  #inputUpTo(message: AgentMessage, now: number): void {
    if (message.messageType !== 'input_stream_data') return;
    for (let next = this.#inputs[this.#fed]; next !== undefined; next = this.#inputs[this.#fed]) {
      if (next.sequenceNumber > message.sequenceNumber) return;
      this.#fed += 1;
      this.#input(next, now);
    }
  }

  /** What stood behind a message of the recorded client. Its handshake the channel makes by itself. */
  #input({ payloadType, payload }: AgentMessage, now: number): void {
    switch (payloadType) {
      case PayloadType.output: {
        const bytes = this.#key === undefined ? payload : agentCipher(this.#key.plaintext).decrypt(payload);
        this.#give({ kind: 'write', bytes: bytes ?? new Uint8Array() }, now);
        break;
      }
      case PayloadType.size:
        this.#give({ kind: 'resize', size: decodeSize(payload) }, now);
        break;
      case PayloadType.flag:
        this.#give({ kind: 'send-flag', flag: decodeFlag(payload) }, now);
        break;
      case PayloadType.handshakeResponse: {
        const denial = denialOf(payload);
        if (denial !== undefined) this.#give({ kind: 'data-key-failed', error: denial }, now);
        break;
      }
      default:
        break;
    }
  }

  #passTimeUntil(now: number): void {
    for (
      let at = this.#channel.nextTimerAt();
      at !== undefined && at < now;
      at = this.#channel.nextTimerAt()
    ) {
      this.#give({ kind: 'timer' }, at);
    }
  }

  #give(input: ChannelInput, now: number): void {
    for (const effect of this.#channel.handle(input, now)) this.#note(effect);
  }

  #note(effect: ChannelEffect): void {
    switch (effect.kind) {
      case 'open-socket':
        this.#connection = effect.connection;
        break;
      case 'request-resume':
        this.#resuming = effect.connection;
        break;
      case 'send-text':
        this.#tokens.push(parseOpenDataChannel(effect.text).tokenValue);
        break;
      case 'send':
        this.#noteSent(decodeAgentMessage(effect.bytes));
        break;
      case 'await-socket':
        throw new Error('A recorded session is smaller than a burst.');
      case 'deliver':
        this.#delivered.push(effect.bytes);
        break;
      case 'deliver-stderr':
        this.#stdErr.push(effect.bytes);
        break;
      case 'exit-code':
        this.#exitCode = effect.code;
        break;
      case 'flag':
        this.#flags.push(effect.flag);
        break;
      case 'established':
        this.#facts = effect.facts;
        break;
      case 'generate-data-key':
        this.#asked = effect.request;
        break;
      case 'state':
        if (effect.state.kind === 'ended') this.#end = outlineOfEnd(effect.state);
        break;
      default:
        break;
    }
  }

  #noteSent(message: AgentMessage): void {
    if (message.messageType === 'input_stream_data') {
      this.#sent.set(message.sequenceNumber, message);
      return;
    }
    const acknowledge = decodeAcknowledgePayload(message.payload);
    this.#acknowledged.push(
      reference({
        sequenceNumber: acknowledge.acknowledgedMessageSequenceNumber,
        messageId: acknowledge.acknowledgedMessageId,
      }),
    );
  }
}

function hasHandshake(recording: Recording): boolean {
  return recordedInputs(recording).some(({ payloadType }) => payloadType === PayloadType.handshakeResponse);
}

/** What KMS said to the recorded client when it denied the key, read off the client's response. */
function denialOf(response: Uint8Array): SsmError | undefined {
  const [, name, message] =
    /^Error calling KMS GenerateDataKey API: (\w+): ([^]*)$/.exec(
      decodeHandshakeResponse(response).errors[0] ?? '',
    ) ?? [];
  if (name === undefined) return undefined;
  return new SsmError('kms-denied', 'No key.', Object.assign(new Error(message), { name }));
}
