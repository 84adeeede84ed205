import { describe, expect, it } from 'vitest';
import {
  encodeSmuxFrame,
  SmuxCommand,
  SmuxDecoder,
  type SmuxFrame,
  writeSmuxHeader,
} from '../../../src/ssm/wire/smux-frame.ts';
import { WireError } from '../../../src/ssm/wire/wire-error.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const { syn, fin, psh, nop } = SmuxCommand;

/** The frames in `chunks`, with the pieces of a payload joined. */
function decode(...chunks: Uint8Array[]): { command: SmuxCommand; streamId: number; payload: string }[] {
  const decoder = new SmuxDecoder();
  const frames: { command: SmuxCommand; streamId: number; payload: string }[] = [];
  let pieces: Uint8Array[] = [];
  const take = ({ command, streamId, payload, remaining }: SmuxFrame): void => {
    pieces.push(payload);
    if (remaining > 0) return;
    frames.push({ command, streamId, payload: hex(Buffer.concat(pieces)) });
    pieces = [];
  };
  for (const chunk of chunks) decoder.push(chunk, take);
  return frames;
}

/** What `push` throws for `bytes`, and how many frames came in front. */
function refusal(bytes: string): { error: unknown; frames: number } {
  let frames = 0;
  try {
    new SmuxDecoder().push(Buffer.from(bytes, 'hex'), () => {
      frames += 1;
    });
  } catch (error) {
    return { error, frames };
  }
  return { error: undefined, frames };
}

describe('the wire vectors of section 7', () => {
  it.each([
    ['opening the first stream', encodeSmuxFrame(syn, 3), '0100000003000000'],
    ['hello on it', encodeSmuxFrame(psh, 3, Buffer.from('hello')), '010205000300000068656c6c6f'],
    ['closing it', encodeSmuxFrame(fin, 3), '0101000003000000'],
    ['opening the second', encodeSmuxFrame(syn, 5), '0100000005000000'],
    ['a keepalive', encodeSmuxFrame(nop, 0), '0103000000000000'],
  ])('%s is written byte for byte', (_, bytes, expected) => {
    expect(hex(bytes)).toBe(expected);
  });

  it.each([
    [32_768, '0102008003000000'],
    [7232, '0102401c03000000'],
  ])('a header for %i bytes is written byte for byte', (length, expected) => {
    const target = Buffer.alloc(10, 0xff);
    writeSmuxHeader(target, 1, psh, 3, length);
    expect(hex(target)).toBe(`ff${expected}ff`);
  });

  it('are read whole, one byte at a time, and cut at each place', () => {
    const bytes = Buffer.from(
      '0100000003000000010205000300000068656c6c6f010300000000000001010000030000000102000003000000',
      'hex',
    );
    const expected = [
      { command: syn, streamId: 3, payload: '' },
      { command: psh, streamId: 3, payload: hex(Buffer.from('hello')) },
      { command: nop, streamId: 0, payload: '' },
      { command: fin, streamId: 3, payload: '' },
      { command: psh, streamId: 3, payload: '' },
    ];
    expect(decode(bytes)).toEqual(expected);
    expect(decode(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(expected);
    for (let cut = 0; cut <= bytes.length; cut += 1)
      expect(decode(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(expected);
  });
});

describe('a frame', () => {
  it('of 65535 bytes is read, as the largest that the field can say', () => {
    const bytes = Buffer.concat([Buffer.from('0102ffff09000000', 'hex'), Buffer.alloc(65_535, 7)]);
    expect(decode(bytes)[0]?.payload.length).toBe(2 * 65_535);
  });

  it('that spans chunks comes in pieces that are views, and say how much is to come', () => {
    const decoder = new SmuxDecoder();
    const seen: [number, number, boolean][] = [];
    const chunks = ['0102060003000000aabb', 'ccddee', 'ff'].map((text) => Buffer.from(text, 'hex'));
    for (const chunk of chunks)
      decoder.push(chunk, ({ payload, remaining }) =>
        seen.push([payload.length, remaining, payload.buffer === chunk.buffer]),
      );
    expect(seen).toEqual([
      [2, 4, true],
      [3, 1, true],
      [1, 0, true],
    ]);
    expect(decoder.isAtBoundary).toBe(true);
  });

  it('with the highest stream id is read and written', () => {
    expect(decode(encodeSmuxFrame(fin, 0xffff_ffff))).toEqual([
      { command: fin, streamId: 0xffff_ffff, payload: '' },
    ]);
  });
});

describe('the decoder refuses', () => {
  it.each([
    ['version 2', '0200000003000000', 'Version'],
    ['version 0', '0000000003000000', 'Version'],
    ['the command of version 2', '0104000003000000', 'Command'],
    ['an unknown command', '01ff000003000000', 'Command'],
    ['a payload of SYN', '0100010003000000', 'Length'],
    ['a payload of FIN', '0101010003000000', 'Length'],
    ['a payload of NOP', '0103080000000000', 'Length'],
  ])('%s, behind the frames in front of it', (_, bytes, field) => {
    const { error, frames } = refusal(`0100000003000000${bytes}`);
    expect([error, frames]).toEqual([new WireError('out-of-range', field), 1]);
  });

  it('everything after that', () => {
    const decoder = new SmuxDecoder();
    const none = (): void => {};
    expect(() => decoder.push(Buffer.from('0200000003000000', 'hex'), none)).toThrow(WireError);
    expect(() => decoder.push(Buffer.from('0100000003000000', 'hex'), none)).toThrow(WireError);
  });
});

describe('the encoder refuses', () => {
  it.each([
    ['more than 32768 bytes', () => encodeSmuxFrame(psh, 3, new Uint8Array(32_769)), 'Length'],
    ['a payload of another command', () => encodeSmuxFrame(fin, 3, new Uint8Array(1)), 'Length'],
    ['a stream id of more than 32 bits', () => encodeSmuxFrame(syn, 2 ** 32), 'StreamId'],
    ['a negative stream id', () => encodeSmuxFrame(syn, -1), 'StreamId'],
  ])('%s', (_, encode, field) => {
    expect(encode).toThrow(new WireError('out-of-range', field));
  });
});
