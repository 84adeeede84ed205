import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Utf8Chunks } from '../../src/lab/agent/utf8-chunks.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const seed = Number(process.env['SEED'] ?? 20_241_124);

/** Pushes each piece, and answers what came out of each and of the end. */
function cut(quirks: boolean, pieces: Uint8Array[]): { chunks: Buffer[]; rest: Buffer } {
  const chunker = new Utf8Chunks(quirks);
  return {
    chunks: pieces.map((piece) => Buffer.from(chunker.push(piece))),
    rest: Buffer.from(chunker.end()),
  };
}

for (const quirks of [false, true]) {
  test(`a character in two reads leaves in one chunk (quirks ${quirks})`, () => {
    const tail = Buffer.concat([bytes('80'), Buffer.from(' is a utf8 character.'), bytes('c9')]);
    const { chunks } = cut(quirks, [bytes('c8'), tail]);
    expect(chunks.map(String)).toEqual(['', 'Ȁ is a utf8 character.']);
  });

  test(`an invalid byte in the middle passes unchanged (quirks ${quirks})`, () => {
    expect(cut(quirks, [bytes('48 c8 6c 6c 6f')]).chunks).toEqual([bytes('48 c8 6c 6c 6f')]);
  });
}

test('every byte comes through in order, whatever the bytes and wherever they are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 12 }), (pieces) => {
      const { chunks, rest } = cut(false, pieces);
      expect(Buffer.concat([...chunks, rest])).toEqual(Buffer.concat(pieces));
    }),
    { seed, numRuns: 500 },
  );
});

test('valid text is never cut inside a character, and at most three bytes wait', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 9 }), (text, size) => {
      const all = Buffer.from(text);
      const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, n) =>
        all.subarray(n * size, (n + 1) * size),
      );
      const { chunks, rest } = cut(false, pieces);
      const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      expect([...chunks, rest].map((chunk) => decoder.decode(chunk)).join('')).toBe(all.toString());
      let waiting = 0;
      const most = pieces.map((piece, index) => {
        waiting += piece.length - (chunks[index]?.length ?? 0);
        return waiting;
      });
      expect(Math.max(0, ...most)).toBeLessThanOrEqual(3);
    }),
    { seed, numRuns: 500 },
  );
});

test('with quirks a replacement character shrinks to its first byte', () => {
  expect(cut(true, [bytes('61 ef bf bd 62 63 64 65')]).chunks).toEqual([bytes('61 ef 62 63 64 65')]);
});

test('with quirks up to three trailing invalid bytes wait, and are lost at the end', () => {
  expect(cut(true, [bytes('61 ff fe fd')])).toEqual({ chunks: [bytes('61')], rest: Buffer.alloc(0) });
  expect(cut(true, [bytes('61 ff'), bytes('62 63 64 65')]).chunks).toEqual([
    bytes('61'),
    bytes('ff 62 63 64 65'),
  ]);
});

test('without quirks nothing is lost at the end', () => {
  expect(cut(false, [bytes('61 e2 82')])).toEqual({ chunks: [bytes('61')], rest: bytes('e2 82') });
});
