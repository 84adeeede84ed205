import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AgentMessage,
  decodeAgentMessage,
  encodeAgentMessage,
} from '../../../src/ssm/wire/agent-message.ts';
import { WireError } from '../../../src/ssm/wire/wire-error.ts';

const message: AgentMessage = {
  messageType: 'output_stream_data',
  schemaVersion: 1,
  createdDate: 1795520722410,
  sequenceNumber: 5,
  flags: 0n,
  messageId: 'dd01e56b-ff48-483e-a508-b5f073f31b16',
  payloadType: 1,
  payload: Buffer.from('payload'),
};

/** The frame of {@link message} after `change` has had it. */
function frameWith(change: (frame: Buffer) => void): Buffer {
  const frame = Buffer.from(encodeAgentMessage(message));
  change(frame);
  return frame;
}

/** Code and field of the error that decoding throws; undefined when it throws none. */
function refusal(bytes: Uint8Array, options: { verifyDigest?: boolean } = {}): string | undefined {
  try {
    decodeAgentMessage(bytes, options);
    return undefined;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return `${error.field}: ${error.code}`;
  }
}

function encodingRefusal(change: Partial<AgentMessage>): string | undefined {
  try {
    encodeAgentMessage({ ...message, ...change });
    return undefined;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return `${error.field}: ${error.code}`;
  }
}

const anyMessage: fc.Arbitrary<AgentMessage> = fc.record({
  messageType: fc.string({
    minLength: 1,
    maxLength: 32,
    unit: fc.constantFrom('a', 'b', 'e', 'o', 't', 'z', '_', '2'),
  }),
  schemaVersion: fc.integer({ min: 0, max: 0xffff_ffff }),
  createdDate: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  sequenceNumber: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  flags: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  messageId: fc.uuid(),
  payloadType: fc.integer({ min: 0, max: 0xffff_ffff }),
  payload: fc.uint8Array({ minLength: 1, maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
});

/** The layout written down a second time, slowly and straight from the table in the protocol notes. */
function slowEncode(value: AgentMessage): Buffer {
  const unsigned = (number: bigint, size: number): Buffer =>
    Buffer.from(number.toString(16).padStart(size * 2, '0'), 'hex');
  const uuid = Buffer.from(value.messageId.replaceAll('-', ''), 'hex');
  return Buffer.concat([
    unsigned(116n, 4),
    Buffer.from(value.messageType.padEnd(32, ' ')),
    unsigned(BigInt(value.schemaVersion), 4),
    unsigned(BigInt(value.createdDate), 8),
    unsigned(BigInt(value.sequenceNumber), 8),
    unsigned(value.flags, 8),
    uuid.subarray(8),
    uuid.subarray(0, 8),
    createHash('sha256').update(value.payload).digest(),
    unsigned(BigInt(value.payloadType), 4),
    unsigned(BigInt(value.payload.length), 4),
    value.payload,
  ]);
}

describe('an agent message', () => {
  it('encodes as the slow twin does and decodes to itself, whatever it holds', () => {
    fc.assert(
      fc.property(anyMessage, (value) => {
        const bytes = encodeAgentMessage(value);
        expect(Buffer.from(bytes).equals(slowEncode(value))).toBe(true);
        expect(decodeAgentMessage(bytes)).toEqual(value);
      }),
      { numRuns: 500, seed: 20261124 },
    );
  });

  it('trap 1: has its payload at HeaderLength + 4, and the payload is the rest, whatever PayloadLength says', () => {
    const longer = Buffer.concat([frameWith((frame) => frame.writeUInt32BE(3, 116)), Buffer.from('!')]);
    const decoded = decodeAgentMessage(longer, { verifyDigest: false });
    expect(Buffer.from(decoded.payload).toString()).toBe('payload!');
  });

  it('trap 1: with HeaderLength 118 loses two bytes of payload, so that the digest is wrong', () => {
    expect(refusal(frameWith((frame) => frame.writeUInt32BE(118, 0)))).toBe('PayloadDigest: digest-mismatch');
  });

  it('trap 2: has the halves of its id swapped', () => {
    expect(Buffer.from(encodeAgentMessage(message)).toString('hex', 64, 80)).toBe(
      'a508b5f073f31b16dd01e56bff48483e',
    );
  });

  it('trap 4: may have its type padded with NUL', () => {
    const frame = frameWith((bytes) => bytes.fill(0, 4 + 'output_stream_data'.length, 36));
    expect(decodeAgentMessage(frame).messageType).toBe('output_stream_data');
  });

  it('trap 5: is not checked against its digest where the reader is an agent', () => {
    const frame = frameWith((bytes) => bytes.fill(0, 80, 112));
    expect([refusal(frame), refusal(frame, { verifyDigest: false })]).toEqual([
      'PayloadDigest: digest-mismatch',
      undefined,
    ]);
  });

  it('trap 6: cannot be written empty, and may be read empty', () => {
    expect(encodingRefusal({ payload: new Uint8Array() })).toBe('Payload: missing');
    const empty = Buffer.from(encodeAgentMessage(message).subarray(0, 120));
    empty.writeUInt32BE(0, 116);
    expect(decodeAgentMessage(empty).payload).toHaveLength(0);
  });

  it('trap 7: keeps numbers beyond 32 bits, and refuses those that a number cannot hold', () => {
    const large = {
      ...message,
      sequenceNumber: Number.MAX_SAFE_INTEGER,
      createdDate: Number.MAX_SAFE_INTEGER,
    };
    expect(decodeAgentMessage(encodeAgentMessage(large))).toEqual(large);
    expect(refusal(frameWith((frame) => frame.writeBigUInt64BE(2n ** 53n, 40)))).toBe(
      'CreatedDate: out-of-range',
    );
    expect(refusal(frameWith((frame) => frame.writeBigInt64BE(2n ** 53n, 48)))).toBe(
      'SequenceNumber: out-of-range',
    );
    expect(refusal(frameWith((frame) => frame.writeBigInt64BE(-(2n ** 60n), 48)))).toBe(
      'SequenceNumber: out-of-range',
    );
    expect(decodeAgentMessage(frameWith((frame) => frame.writeBigInt64BE(-2n, 48))).sequenceNumber).toBe(-2);
  });

  it.each([0, 1, 115, 116, 117, 118, 119])('trap 8: of %i bytes is refused as truncated', (length) => {
    expect(refusal(encodeAgentMessage(message).subarray(0, length))).toBe('Header: truncated');
  });

  it.each([
    [1, 'HeaderLength: out-of-range'],
    [115, 'HeaderLength: out-of-range'],
    [250, 'HeaderLength: out-of-range'],
    [0xffff_ffff, 'HeaderLength: out-of-range'],
    [117, 'PayloadDigest: digest-mismatch'],
  ])('trap 8: with HeaderLength %i is refused', (length, expected) => {
    expect(refusal(frameWith((frame) => frame.writeUInt32BE(length, 0)))).toBe(expected);
  });

  it('is checked in the official order: HeaderLength, MessageType, CreatedDate, digest', () => {
    const damages: readonly ((frame: Buffer) => void)[] = [
      (frame) => frame.writeUInt32BE(0, 0),
      (frame) => frame.fill(0, 4, 36),
      (frame) => frame.fill(0, 40, 48),
      (frame) => frame.fill(0, 80, 112),
    ];
    const errors = damages.map((_, first) =>
      refusal(frameWith((frame) => damages.slice(first).forEach((damage) => damage(frame)))),
    );
    expect(errors).toEqual([
      'HeaderLength: missing',
      'MessageType: missing',
      'CreatedDate: missing',
      'PayloadDigest: digest-mismatch',
    ]);
  });

  it.each(['start_publication', 'pause_publication'])(
    'of type %s is valid without length, date and digest',
    (messageType) => {
      const frame = Buffer.from(encodeAgentMessage({ ...message, messageType }));
      frame.fill(0, 0, 4);
      frame.fill(0, 40, 48);
      frame.fill(0, 80, 112);
      expect(decodeAgentMessage(frame).messageType).toBe(messageType);
    },
  );

  it.each<[Partial<AgentMessage>, string]>([
    [{ messageType: '' }, 'MessageType: missing'],
    [{ messageType: 'x'.repeat(33) }, 'MessageType: out-of-range'],
    [{ createdDate: 0 }, 'CreatedDate: missing'],
    [{ createdDate: 1.5 }, 'CreatedDate: out-of-range'],
    [{ sequenceNumber: -1 }, 'SequenceNumber: out-of-range'],
    [{ schemaVersion: 2 ** 32 }, 'SchemaVersion: out-of-range'],
    [{ flags: -1n }, 'Flags: out-of-range'],
    [{ flags: 2n ** 64n }, 'Flags: out-of-range'],
    [{ payloadType: -1 }, 'PayloadType: out-of-range'],
    [{ messageId: 'not a UUID' }, 'MessageId: out-of-range'],
    [{ messageId: 'zz01e56b-ff48-483e-a508-b5f073f31b16' }, 'MessageId: out-of-range'],
  ])('with %o is not written', (change, expected) => {
    expect(encodingRefusal(change)).toBe(expected);
  });
});
