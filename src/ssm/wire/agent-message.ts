import { sha256 } from './sha256.ts';
import { MessageType } from './message-type.ts';
import { readUuid, writeUuid } from './uuid.ts';
import { WireError } from './wire-error.ts';

/**
 * AgentMessage, the one frame of a data channel (protocol notes, section 3). All integers are big-endian.
 *
 *       0 |  4 | HeaderLength    116: the offset of PayloadLength, so the payload starts at HeaderLength + 4
 *       4 | 32 | MessageType     text, padded at the end with spaces (writers) or NUL (accepted)
 *      36 |  4 | SchemaVersion   1
 *      40 |  8 | CreatedDate     milliseconds since 1970, never 0
 *      48 |  8 | SequenceNumber  signed
 *      56 |  8 | Flags           bit 0 SYN, bit 1 FIN
 *      64 | 16 | MessageId       UUID with its halves swapped
 *      80 | 32 | PayloadDigest   SHA-256 of the payload as sent
 *     112 |  4 | PayloadType
 *     116 |  4 | PayloadLength   informative: the payload is whatever follows the header
 *     120 |  n | Payload
 */
export interface AgentMessage {
  messageType: string;
  schemaVersion: number;
  /** Milliseconds since the Unix epoch. */
  createdDate: number;
  sequenceNumber: number;
  flags: bigint;
  /** UUID in its text form. */
  messageId: string;
  payloadType: number;
  payload: Uint8Array;
}

/** Offsets of the fields, for this file and for encoders that patch a prepared frame. */
export const offsetOf = {
  headerLength: 0,
  messageType: 4,
  schemaVersion: 36,
  createdDate: 40,
  sequenceNumber: 48,
  flags: 56,
  messageId: 64,
  payloadDigest: 80,
  payloadType: 112,
  payloadLength: 116,
  payload: 120,
} as const;

/** The value of HeaderLength that every known writer uses. */
const headerLength = 116;
const messageTypeSize = 32;
const digestSize = 32;
const space = 0x20;

/**
 * Encodes `message` and computes its digest. Throws {@link WireError} for an empty payload (no official peer can send or
 * expects one, trap 6), for a type longer than 32 bytes and for numbers that their field cannot hold.
 */
export function encodeAgentMessage(message: AgentMessage): Uint8Array {
  const { payload } = message;
  if (payload.length === 0) throw new WireError('missing', 'Payload');
  const frame = Buffer.allocUnsafe(offsetOf.payload + payload.length);
  frame.writeUInt32BE(headerLength, offsetOf.headerLength);
  writeMessageType(frame, message.messageType);
  writeUInt32(frame, message.schemaVersion, offsetOf.schemaVersion, 'SchemaVersion');
  if (message.createdDate === 0) throw new WireError('missing', 'CreatedDate');
  writeUInt53(frame, message.createdDate, offsetOf.createdDate, 'CreatedDate');
  writeUInt53(frame, message.sequenceNumber, offsetOf.sequenceNumber, 'SequenceNumber');
  if (message.flags < 0n || message.flags > 0xffff_ffff_ffff_ffffn)
    throw new WireError('out-of-range', 'Flags');
  frame.writeBigUInt64BE(message.flags, offsetOf.flags);
  writeUuid(frame, offsetOf.messageId, message.messageId);
  frame.write(sha256(payload), offsetOf.payloadDigest, 'latin1');
  writeUInt32(frame, message.payloadType, offsetOf.payloadType, 'PayloadType');
  frame.writeUInt32BE(payload.length, offsetOf.payloadLength);
  frame.set(payload, offsetOf.payload);
  return frame;
}

/**
 * Decodes one frame; `payload` is a view into `bytes`. Throws {@link WireError} naming the first field that is wrong.
 *
 * The checks and their order are the official client's, with bounds added. The digest is checked when PayloadLength is
 * not 0; the official agent does not check it, so a stand-in for it passes `verifyDigest: false`. Publication messages
 * are valid whatever else their header holds.
 */
export function decodeAgentMessage(
  bytes: Uint8Array,
  options: { verifyDigest?: boolean } = {},
): AgentMessage {
  if (bytes.length < offsetOf.payload) throw new WireError('truncated', 'Header');
  const frame = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messageType = readMessageType(frame);
  const isPublication =
    messageType === MessageType.startPublication || messageType === MessageType.pausePublication;
  const payload = frame.subarray(payloadStart(frame, isPublication));
  if (messageType === '') throw new WireError('missing', 'MessageType');
  const message: AgentMessage = {
    messageType,
    schemaVersion: frame.readUInt32BE(offsetOf.schemaVersion),
    createdDate: isPublication ? Number(frame.readBigUInt64BE(offsetOf.createdDate)) : readCreatedDate(frame),
    sequenceNumber: readSequenceNumber(frame),
    flags: readFlags(frame),
    messageId: readUuid(frame, offsetOf.messageId),
    payloadType: frame.readUInt32BE(offsetOf.payloadType),
    payload,
  };
  if (isPublication || options.verifyDigest === false) return message;
  if (frame.readUInt32BE(offsetOf.payloadLength) !== 0) {
    const digest = frame.toString('latin1', offsetOf.payloadDigest, offsetOf.payloadDigest + digestSize);
    if (digest !== sha256(payload)) {
      throw new WireError('digest-mismatch', 'PayloadDigest');
    }
  }
  return message;
}

/**
 * HeaderLength + 4, checked. Official readers would also take a value below 116 and call a piece of the header payload;
 * nobody sends that, and here it is refused.
 */
function payloadStart(frame: Buffer, isPublication: boolean): number {
  const length = frame.readUInt32BE(offsetOf.headerLength);
  if (isPublication && length < headerLength) return offsetOf.payload;
  if (length === 0) throw new WireError('missing', 'HeaderLength');
  if (length < headerLength || length + 4 > frame.length) throw new WireError('out-of-range', 'HeaderLength');
  return length + 4;
}

/** The texts that occur, as they are written; comparing bytes saves a string decode and two trims on each message. */
const paddedTypes: readonly { text: string; bytes: Buffer }[] = Object.values(MessageType).map((text) => ({
  text,
  bytes: Buffer.from(text.padEnd(messageTypeSize, ' '), 'latin1'),
}));

function readMessageType(frame: Buffer): string {
  const end = offsetOf.messageType + messageTypeSize;
  for (const { text, bytes } of paddedTypes) {
    if (frame[offsetOf.messageType] === bytes[0] && bytes.compare(frame, offsetOf.messageType, end) === 0)
      return text;
  }
  return frame
    .toString('utf8', offsetOf.messageType, end)
    .replaceAll(/^\0+|\0+$/g, '')
    .trim();
}

function writeMessageType(frame: Buffer, text: string): void {
  const length = Buffer.byteLength(text, 'utf8');
  if (length === 0) throw new WireError('missing', 'MessageType');
  if (length > messageTypeSize) throw new WireError('out-of-range', 'MessageType');
  frame.fill(space, offsetOf.messageType, offsetOf.messageType + messageTypeSize);
  frame.write(text, offsetOf.messageType, 'utf8');
}

function readCreatedDate(frame: Buffer): number {
  const value =
    frame.readUInt32BE(offsetOf.createdDate) * 2 ** 32 + frame.readUInt32BE(offsetOf.createdDate + 4);
  if (value === 0) throw new WireError('missing', 'CreatedDate');
  if (!Number.isSafeInteger(value)) throw new WireError('out-of-range', 'CreatedDate');
  return value;
}

function readSequenceNumber(frame: Buffer): number {
  const value =
    frame.readInt32BE(offsetOf.sequenceNumber) * 2 ** 32 + frame.readUInt32BE(offsetOf.sequenceNumber + 4);
  if (!Number.isSafeInteger(value)) throw new WireError('out-of-range', 'SequenceNumber');
  return value;
}

/** Flags are nearly always 0, 1 or 3; the two 32-bit reads spare making a bigint from the bytes each time. */
function readFlags(frame: Buffer): bigint {
  const isSmall = frame.readUInt32BE(offsetOf.flags) === 0;
  const low = frame.readUInt32BE(offsetOf.flags + 4);
  return (isSmall ? smallFlags[low] : undefined) ?? frame.readBigUInt64BE(offsetOf.flags);
}
const smallFlags: readonly bigint[] = [0n, 1n, 2n, 3n];

function writeUInt32(frame: Buffer, value: number, offset: number, field: string): void {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
    throw new WireError('out-of-range', field);
  frame.writeUInt32BE(value, offset);
}

/** Writes a 64-bit field from a number that holds it exactly (at most 2^53 - 1). */
function writeUInt53(frame: Buffer, value: number, offset: number, field: string): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new WireError('out-of-range', field);
  frame.writeUInt32BE(Math.floor(value / 2 ** 32), offset);
  frame.writeUInt32BE(value % 2 ** 32, offset + 4);
}
