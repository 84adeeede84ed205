import { PayloadCipher } from '../../../src/ssm/channel/payload-cipher.ts';
import type {
  ChannelState,
  DataKey,
  DataKeyRequest,
  SessionFacts,
} from '../../../src/ssm/channel/channel-types.ts';
import { clientVersion } from '../../../src/ssm/client-version.ts';
import { type AgentMessage, decodeAgentMessage } from '../../../src/ssm/wire/agent-message.ts';
import { decodeChannelClosed } from '../../../src/ssm/wire/channel-closed.ts';
import { decodeEncryptionChallenge } from '../../../src/ssm/wire/encryption-challenge.ts';
import { decodeExitCode } from '../../../src/ssm/wire/exit-code.ts';
import { decodeFlag } from '../../../src/ssm/wire/flag.ts';
import {
  decodeHandshakeComplete,
  decodeHandshakeRequest,
  decodeHandshakeResponse,
  readEncryptionParameters,
  readSessionTypeParameters,
  type SessionType,
} from '../../../src/ssm/wire/handshake.ts';
import { parseOpenDataChannel } from '../../../src/ssm/wire/open-data-channel.ts';
import { PayloadType } from '../../../src/ssm/wire/payload-type.ts';
import { agentCipher } from './handshakes.ts';
import { bytesOf, type Recording, wasDelivered } from './recordings.ts';

/** What a client did in a session, in a form in which two of them can be compared. */
export interface Transcript {
  /** Everything that came as output, as hex; and as standard error. */
  readonly delivered: string;
  readonly stdErr: string;
  readonly exitCode: number | undefined;
  readonly flags: readonly number[];
  readonly facts: SessionFacts | undefined;
  /** What KMS was asked for. */
  readonly asked: DataKeyRequest | undefined;
  /** The messages of the agent that were acknowledged, one entry for each delivery. */
  readonly acknowledged: readonly string[];
  /** Our numbered messages, each once, in plain. */
  readonly sent: readonly string[];
  /** Tokens of the OpenDataChannel frames. */
  readonly tokens: readonly string[];
  /** How it ended; the code of its error where it failed. */
  readonly end: string | undefined;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const reference = (message: { sequenceNumber: number; messageId: string }): string =>
  `${message.sequenceNumber} ${message.messageId}`;

export function outlineOfEnd(state: ChannelState): string {
  if (state.kind !== 'ended') return state.kind;
  const { end } = state;
  if (end.kind === 'failed') return end.error.code;
  return end.kind === 'closed' ? `closed: ${end.message}` : end.kind;
}

/** The data key of the recorded session, if it has one. */
export function recordedKey(recording: Recording): DataKey | undefined {
  const frame = recording.frames.find(({ kind }) => kind === 'kms');
  if (frame?.plaintextBase64 === undefined || frame.ciphertextBase64 === undefined) return undefined;
  return {
    plaintext: Buffer.from(frame.plaintextBase64, 'base64'),
    ciphertext: Buffer.from(frame.ciphertextBase64, 'base64'),
  };
}

/** One of our messages in plain: what is encrypted has a nonce of its own each time. */
export function outline(message: AgentMessage, key: DataKey | undefined): string {
  const { payloadType, payload } = message;
  const opened = (bytes: Uint8Array): string =>
    key === undefined
      ? hex(bytes)
      : hex(agentCipher(key.plaintext).decrypt(bytes) ?? Buffer.from('not sealed'));
  switch (payloadType) {
    case PayloadType.output:
      return `${payloadType} ${opened(payload)}`;
    case PayloadType.encChallengeResponse:
      return `${payloadType} ${opened(decodeEncryptionChallenge(payload))}`;
    default:
      return `${payloadType} ${Buffer.from(payload).toString('latin1')}`;
  }
}

/** The numbered messages that the recorded client sent, each once. */
export function recordedInputs(recording: Recording): AgentMessage[] {
  const inputs = new Map<number, AgentMessage>();
  for (const frame of recording.frames) {
    if (frame.kind !== 'binary' || frame.from !== 'client') continue;
    const message = decodeAgentMessage(bytesOf(frame));
    if (message.messageType === 'input_stream_data') inputs.set(message.sequenceNumber, message);
  }
  return inOrder(inputs);
}

/** What a right client does in the recorded session, read off the recording without any state machine. */
export function expectedTranscript(recording: Recording): Transcript {
  const key = recordedKey(recording);
  const messages = new Map<number, AgentMessage>();
  const acknowledged: string[] = [];
  let closed: string | undefined;
  for (const frame of recording.frames) {
    if (frame.kind !== 'binary' || frame.to !== 'client' || !wasDelivered(frame)) continue;
    const message = decodeAgentMessage(bytesOf(frame));
    if (message.messageType === 'channel_closed') {
      closed = `closed: ${decodeChannelClosed(message.payload).output ?? ''}`;
      break;
    }
    if (message.messageType !== 'output_stream_data') continue;
    messages.set(message.sequenceNumber, message);
    acknowledged.push(reference(message));
  }
  const output = inOrder(messages);
  const inputs = recordedInputs(recording);
  const ofType = (payloadType: number): Uint8Array[] =>
    output.filter((message) => message.payloadType === payloadType).map(({ payload }) => payload);
  const inPlain = (payload: Uint8Array): Uint8Array =>
    (key === undefined ? payload : new PayloadCipher(key.plaintext).decrypt(payload)) ?? new Uint8Array();
  const [exitCode] = ofType(PayloadType.exitCode);
  const isRefused = inputs.some(
    ({ payloadType, payload }) =>
      payloadType === PayloadType.handshakeResponse && decodeHandshakeResponse(payload).errors.length > 0,
  );
  return {
    delivered: ofType(PayloadType.output).map(inPlain).map(hex).join(''),
    stdErr: ofType(PayloadType.stdErr).map(inPlain).map(hex).join(''),
    exitCode: exitCode === undefined ? undefined : decodeExitCode(inPlain(exitCode)),
    flags: ofType(PayloadType.flag).map(decodeFlag),
    facts: expectedFacts(output, key),
    asked: expectedQuestion(recording, output),
    acknowledged,
    sent: inputs.map((message) => outline(asOurs(message, key), key)),
    tokens: recording.frames
      .filter((frame) => frame.kind === 'text' && frame.from === 'client')
      .map(({ text }) => parseOpenDataChannel(text ?? '').tokenValue),
    end: isRefused ? 'kms-denied' : closed,
  };
}

function expectedFacts(output: readonly AgentMessage[], key: DataKey | undefined): SessionFacts | undefined {
  const payloadOf = (payloadType: number): Uint8Array | undefined =>
    output.find((message) => message.payloadType === payloadType)?.payload;
  const [request, complete] = [
    payloadOf(PayloadType.handshakeRequest),
    payloadOf(PayloadType.handshakeComplete),
  ];
  if (request === undefined) {
    if (payloadOf(PayloadType.output) === undefined) return undefined;
    return { sessionType: 'Standard_Stream', properties: {}, isEncrypted: false, customerMessage: '' };
  }
  if (complete === undefined) return undefined;
  const { agentVersion, requestedClientActions } = decodeHandshakeRequest(request);
  const { sessionType, properties } = readSessionTypeParameters(requestedClientActions[0]?.actionParameters);
  return {
    sessionType: sessionType as SessionType,
    properties,
    agentVersion,
    isEncrypted: key !== undefined,
    customerMessage: decodeHandshakeComplete(complete).customerMessage,
  };
}

/** The recorded client leaves the agent's challenge out of the context; we put it in (section 5.5 item 5). */
function expectedQuestion(recording: Recording, output: readonly AgentMessage[]): DataKeyRequest | undefined {
  const request = output.find(({ payloadType }) => payloadType === PayloadType.handshakeRequest);
  if (request === undefined) return undefined;
  const action = decodeHandshakeRequest(request.payload).requestedClientActions.find(
    ({ actionType }) => actionType === 'KMSEncryption',
  );
  if (action === undefined) return undefined;
  const { keyId, challenge } = readEncryptionParameters(action.actionParameters);
  const start = recording.frames.find(({ call }) => call === 'StartSession');
  return {
    keyId,
    encryptionContext: {
      'aws:ssm:SessionId': start?.response?.['SessionId'] ?? '',
      'aws:ssm:TargetId': String(start?.request?.['Target']),
      'aws:ssm:RandomChallenge': challenge,
    },
  };
}

/** The recorded response with our version, and with the acknowledge of the challenge that ours has beside. */
function asOurs(message: AgentMessage, key: DataKey | undefined): AgentMessage {
  if (message.payloadType !== PayloadType.handshakeResponse) return message;
  const text = Buffer.from(message.payload).toString();
  const marked = text
    .replace(/"ClientVersion":"[^"]*"/, `"ClientVersion":"${clientVersion}"`)
    .replace(
      '"KMSCipherTextHash":null}',
      key === undefined ? '$&' : '"KMSCipherTextHash":null,"ChallengeAcknowledgement":true}',
    );
  return { ...message, payload: Buffer.from(marked) };
}

export function inOrder(messages: ReadonlyMap<number, AgentMessage>): AgentMessage[] {
  return [...messages.values()].sort((a, b) => a.sequenceNumber - b.sequenceNumber);
}
