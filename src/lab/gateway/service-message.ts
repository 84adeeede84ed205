import { randomUUID } from 'node:crypto';
import { encodeAgentMessage } from '../../ssm/wire/agent-message.ts';
import { encodeChannelClosed } from '../../ssm/wire/channel-closed.ts';
import { MessageType } from '../../ssm/wire/message-type.ts';
import { PayloadType } from '../../ssm/wire/payload-type.ts';

/** What the gateway itself says on a data channel: neither numbered nor acknowledged (protocol notes, 3.1, 4.5, 8.1). */
export function publicationMessage(
  type: 'start_publication' | 'pause_publication',
  sessionId: string,
  now: number,
): Uint8Array {
  return serviceMessage(
    type,
    Buffer.from(JSON.stringify({ SchemaVersion: 1, MessageType: type, SessionId: sessionId })),
    now,
  );
}

/** `output` is for the client; the agent's copy has none. */
export function channelClosedMessage(
  session: { id: string; target: string },
  output: string | undefined,
  now: number,
): Uint8Array {
  const closed = {
    messageId: randomUUID(),
    createdDate: String(Math.floor(now)),
    destinationId: session.target,
    sessionId: session.id,
    schemaVersion: 1,
    ...(output === undefined ? {} : { output }),
  };
  return serviceMessage(MessageType.channelClosed, encodeChannelClosed(closed), now);
}

function serviceMessage(messageType: string, payload: Uint8Array, now: number): Uint8Array {
  return encodeAgentMessage({
    messageType,
    schemaVersion: 1,
    createdDate: Math.floor(now),
    sequenceNumber: 0,
    flags: 3n,
    messageId: randomUUID(),
    payloadType: PayloadType.none,
    payload,
  });
}

const typeStart = 4;
const typeEnd = 36;

/** The message type as it stands in the header, for faults that look at it; empty for frames that are too short. */
export function messageTypeOf(frame: Uint8Array): string {
  const text = Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString(
    'latin1',
    typeStart,
    typeEnd,
  );
  return text.replace(/[\0 ]+$/, '');
}

/** Messages of a session's two counters, the ones that count as activity: `input_…` and `output_stream_data`. */
export function isStreamData(frame: Uint8Array): boolean {
  return frame[typeStart] === 0x69 || frame[typeStart] === 0x6f;
}

export function isSessionState(frame: Uint8Array): boolean {
  // No other type begins with `ag`; every frame is asked, so two bytes have to do.
  return frame[typeStart] === 0x61 && frame[typeStart + 1] === 0x67;
}
