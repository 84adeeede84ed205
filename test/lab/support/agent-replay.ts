import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunningSession } from '../../../src/lab/agent/agent-session.ts';
import { type AgentEnd, sessionKind } from '../../../src/lab/agent/session-kind.ts';
import { findDocument } from '../../../src/lab/documents.ts';
import { makeNodes } from '../../../src/lab/nodes.ts';
import { resolveParameters } from '../../../src/lab/session-parameters.ts';
import { decodeAcknowledgePayload, encodeAcknowledgePayload } from '../../../src/ssm/wire/acknowledge.ts';
import {
  type AgentMessage,
  decodeAgentMessage,
  encodeAgentMessage,
} from '../../../src/ssm/wire/agent-message.ts';
import { PayloadType } from '../../../src/ssm/wire/payload-type.ts';

interface RecordedFrame {
  from?: string;
  to?: string;
  kind: string;
  hex?: string;
  note?: string;
  call?: string;
  request?: { DocumentName?: string; Parameters?: Record<string, string[]> };
}

/** One stream message, without what differs from run to run. */
export interface Said {
  payloadType: number;
  payload: Buffer;
}

export interface Recording {
  request: { DocumentName?: string; Parameters?: Record<string, string[]> };
  /** The client's stream messages, each once, with how many bytes the agent had sent before. */
  client: { message: AgentMessage; bytesBefore: number }[];
  /** The agent's stream messages in the order of their numbers. */
  agent: Said[];
  /** `Output` of the recorded channel_closed; undefined when there was none, or when an API call asked for it. */
  output: string | undefined;
  agentVersion: string;
}

export function readRecording(name: string): Recording {
  const text = readFileSync(join(import.meta.dirname, '../../vectors', `${name}.json`), 'utf8');
  const { frames } = JSON.parse(text) as { frames: RecordedFrame[] };
  const said = new Map<number, Said>();
  const client = new Map<number, { message: AgentMessage; bytesBefore: number }>();
  let bytes = 0;
  let output: string | undefined;
  for (const { hex, from, to } of frames) {
    if (hex === undefined) continue;
    const message = decodeAgentMessage(Buffer.from(hex, 'hex'), { verifyDigest: false });
    const { messageType, sequenceNumber, payloadType, payload } = message;
    if (messageType === 'channel_closed' && to === 'client')
      output = (JSON.parse(Buffer.from(payload).toString()) as { Output?: string }).Output ?? '';
    if (messageType === 'output_stream_data' && !said.has(sequenceNumber)) {
      said.set(sequenceNumber, { payloadType, payload: Buffer.from(payload) });
      bytes += isHandshake(payloadType) ? 1 : payload.length;
    }
    if (messageType === 'input_stream_data' && from === 'client' && !client.has(sequenceNumber))
      client.set(sequenceNumber, { message, bytesBefore: bytes });
  }
  const agent = [...said].toSorted(([a], [b]) => a - b).map(([, message]) => message);
  const handshake = agent.find(({ payloadType }) => payloadType === PayloadType.handshakeRequest);
  const { AgentVersion: agentVersion = '3.3.0.0' } = JSON.parse(handshake?.payload.toString() ?? '{}') as {
    AgentVersion?: string;
  };
  if (frames.some(({ call }) => call === 'TerminateSession')) output = undefined;
  return {
    request: frames.find(({ call }) => call === 'StartSession')?.request ?? {},
    client: [...client].toSorted(([a], [b]) => a - b).map(([, entry]) => entry),
    agent,
    output,
    agentVersion,
  };
}

const resendMs = 50;

const handshakeTypes: readonly number[] = [
  PayloadType.handshakeRequest,
  PayloadType.handshakeComplete,
  PayloadType.encChallengeRequest,
];

/** Their length differs from run to run, so each counts as one byte of progress. */
function isHandshake(payloadType: number): boolean {
  return handshakeTypes.includes(payloadType);
}

/**
 * Plays the recorded client against the lab's agent: each of its messages once the agent has sent as much as it had in
 * the recording. Acknowledges are made anew. Resolves when all has been played and the agent has said `expectedBytes`.
 */
export async function replay(
  recording: Recording,
  options: { documentName?: string; parameters?: Record<string, string>; agentVersion?: string } = {},
): Promise<{ said: Said[]; end: AgentEnd | undefined; close(): Promise<void> }> {
  const { agentVersion = recording.agentVersion } = options;
  const document = findDocument(
    options.documentName ?? recording.request.DocumentName ?? 'SSM-SessionManagerRunShell',
  );
  const [node] = makeNodes({ now: 0, agentVersion });
  const kind = sessionKind(document?.content.sessionType);
  if (!document || !node || !kind)
    throw new Error('the recording names a document that the lab does not have');
  const given = Object.entries({ ...recording.request.Parameters, ...wrapped(options.parameters) });
  const said: Said[] = [];
  const seen = new Set<number>();
  const acknowledged = new Set<number>();
  let bytes = 0;
  let end: AgentEnd | undefined;
  let wake: () => void = () => undefined;
  const link = {
    send: (frame: Uint8Array) => {
      const message = decodeAgentMessage(frame);
      if (message.messageType === 'acknowledge') {
        acknowledged.add(decodeAcknowledgePayload(message.payload).acknowledgedMessageSequenceNumber);
        wake();
      }
      if (message.messageType !== 'output_stream_data') return;
      // Later, as on a network.
      setImmediate(() => session.receive(acknowledge(message)));
      if (seen.has(message.sequenceNumber)) return;
      seen.add(message.sequenceNumber);
      said.push({ payloadType: message.payloadType, payload: Buffer.from(message.payload) });
      bytes += isHandshake(message.payloadType) ? 1 : message.payload.length;
      wake();
    },
    isCongested: () => false,
    onEnd: (reported: AgentEnd) => {
      end = reported;
      wake();
    },
    takeFault: () => false,
  };
  const session = new RunningSession(
    {
      id: 'standin-0123456789abcdef0',
      target: node.id,
      node,
      document,
      documentName: document.name,
      reason: undefined,
      owner: '',
      parameters: resolveParameters(document.content, new Map(given)),
      status: 'Connected',
      startedAt: 0,
      endedAt: undefined,
      everConnected: true,
      token: undefined,
      maxDurationMinutes: undefined,
      idleTimeoutMinutes: 20,
    },
    kind,
    link,
    {
      pace: 'fast',
      quirks: false,
      decryptDataKey: () => {
        throw new Error('not in a replay');
      },
    },
  );
  const until = async (condition: () => boolean) => {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  session.receive(publication());
  for (const { message, bytesBefore } of recording.client) {
    await until(() => bytes >= bytesBefore || end !== undefined);
    const frame = encodeAgentMessage({ ...message, messageId: randomUUID() });
    // Until it is acknowledged, as a client does: an agent that is not ready yet takes no notice.
    const resender = setInterval(() => session.receive(frame), resendMs);
    session.receive(frame);
    await until(() => acknowledged.has(message.sequenceNumber) || end !== undefined);
    clearInterval(resender);
  }
  const total = recording.agent.reduce(
    (sum, { payloadType, payload }) => sum + (isHandshake(payloadType) ? 1 : payload.length),
    0,
  );
  await until(() => bytes >= total || end !== undefined);
  if (recording.output !== undefined) await until(() => end !== undefined);
  return { said, end, close: () => session.close() };
}

const wrapped = (parameters: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]]));

function acknowledge(message: AgentMessage): Uint8Array {
  return encodeAgentMessage({
    messageType: 'acknowledge',
    schemaVersion: 1,
    createdDate: 1,
    sequenceNumber: 0,
    flags: 3n,
    messageId: randomUUID(),
    payloadType: PayloadType.none,
    payload: encodeAcknowledgePayload({
      acknowledgedMessageType: 'output_stream_data',
      acknowledgedMessageId: message.messageId,
      acknowledgedMessageSequenceNumber: message.sequenceNumber,
    }),
  });
}

function publication(): Uint8Array {
  return encodeAgentMessage({
    messageType: 'start_publication',
    schemaVersion: 1,
    createdDate: 1,
    sequenceNumber: 0,
    flags: 3n,
    messageId: randomUUID(),
    payloadType: PayloadType.none,
    payload: Buffer.from('{}'),
  });
}
