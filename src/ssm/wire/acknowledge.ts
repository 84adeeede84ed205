import { encodeAgentMessage, offsetOf } from './agent-message.ts';
import { integerMember, member, parseObject, textMember } from './json-object.ts';
import { MessageType } from './message-type.ts';
import { PayloadType } from './payload-type.ts';
import { sha256 } from './sha256.ts';
import { writeUuid } from './uuid.ts';
import { WireError } from './wire-error.ts';

/**
 * The acknowledge message (protocol notes, section 4.2). Its header has sequence number 0 and flags 3 (SYN and FIN);
 * its payload is JSON that names the message. Receivers look at the sequence number only.
 */
export interface Acknowledge {
  acknowledgedMessageType: string;
  /** UUID in its text form. */
  acknowledgedMessageId: string;
  acknowledgedMessageSequenceNumber: number;
}

/** The JSON payload, byte for byte as the official peers write it; IsSequentialMessage is always true. */
export function encodeAcknowledgePayload(acknowledge: Acknowledge): Uint8Array {
  return Buffer.from(
    `{"AcknowledgedMessageType":${JSON.stringify(acknowledge.acknowledgedMessageType)}` +
      `,"AcknowledgedMessageId":${JSON.stringify(acknowledge.acknowledgedMessageId)}` +
      `,"AcknowledgedMessageSequenceNumber":${acknowledge.acknowledgedMessageSequenceNumber}` +
      ',"IsSequentialMessage":true}',
    'utf8',
  );
}

/** Throws {@link WireError} unless `payload` holds a sequence number that can exist. */
export function decodeAcknowledgePayload(
  payload: Uint8Array,
): Acknowledge & { isSequentialMessage: boolean } {
  const object = parseObject(payload, 'Acknowledge');
  if (member(object, 'AcknowledgedMessageSequenceNumber') === undefined) {
    throw new WireError('missing', 'AcknowledgedMessageSequenceNumber');
  }
  return {
    acknowledgedMessageType: textMember(object, 'AcknowledgedMessageType'),
    acknowledgedMessageId: textMember(object, 'AcknowledgedMessageId'),
    acknowledgedMessageSequenceNumber: integerMember(object, 'AcknowledgedMessageSequenceNumber'),
    isSequentialMessage: member(object, 'IsSequentialMessage') === true,
  };
}

/** What a whole acknowledge frame needs beside the message it names. */
export interface AcknowledgeFrame extends Acknowledge {
  /** Id of the acknowledge itself, UUID in its text form. */
  messageId: string;
  /** Milliseconds since the Unix epoch. */
  createdDate: number;
}

/**
 * The whole frame, as {@link encodeAgentMessage} would make it from {@link encodeAcknowledgePayload}.
 *
 * Every message that arrives costs one of these, so the header and the constant text are copied from a prepared frame
 * and only what differs is written.
 */
export function encodeAcknowledgeFrame(acknowledge: AcknowledgeFrame): Uint8Array {
  const prepared = preparedFrame(acknowledge.acknowledgedMessageType);
  const tail = `${acknowledge.acknowledgedMessageSequenceNumber}${tailText}`;
  const frame = Buffer.allocUnsafe(prepared.length + tail.length);
  frame.set(prepared);
  frame.write(
    acknowledge.acknowledgedMessageId,
    prepared.length - middleText.length - uuidTextLength,
    'latin1',
  );
  frame.write(tail, prepared.length, 'latin1');
  frame.writeUInt32BE(Math.floor(acknowledge.createdDate / 2 ** 32), offsetOf.createdDate);
  frame.writeUInt32BE(acknowledge.createdDate % 2 ** 32, offsetOf.createdDate + 4);
  writeUuid(frame, offsetOf.messageId, acknowledge.messageId);
  frame.writeUInt32BE(frame.length - offsetOf.payload, offsetOf.payloadLength);
  frame.write(sha256(frame.subarray(offsetOf.payload)), offsetOf.payloadDigest, 'latin1');
  return frame;
}

const uuidTextLength = 36;
const middleText = '","AcknowledgedMessageSequenceNumber":';
const tailText = ',"IsSequentialMessage":true}';
const prepared = new Map<string, Buffer>();

/** The frame of an acknowledge for `messageType` up to where the sequence number begins. At most two are ever made. */
function preparedFrame(messageType: string): Buffer {
  const known = prepared.get(messageType);
  if (known !== undefined) return known;
  if (messageType !== MessageType.output && messageType !== MessageType.input) {
    throw new WireError('out-of-range', 'AcknowledgedMessageType');
  }
  const nil = '00000000-0000-0000-0000-000000000000';
  const payload = encodeAcknowledgePayload({
    acknowledgedMessageType: messageType,
    acknowledgedMessageId: nil,
    acknowledgedMessageSequenceNumber: 0,
  });
  const whole = encodeAgentMessage({
    messageType: MessageType.acknowledge,
    schemaVersion: 1,
    createdDate: 1,
    sequenceNumber: 0,
    flags: 3n,
    messageId: nil,
    payloadType: PayloadType.none,
    payload,
  });
  const made = Buffer.from(whole.subarray(0, whole.length - `0${tailText}`.length));
  prepared.set(messageType, made);
  return made;
}
