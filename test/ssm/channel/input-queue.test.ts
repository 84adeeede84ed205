import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutLength, InputQueue, maxPayloadBytes } from '../../../src/ssm/channel/input-queue.ts';

function payloads(queue: InputQueue, isText = true): Uint8Array[] {
  const result: Uint8Array[] = [];
  for (let entry = queue.take(isText); entry !== undefined; entry = queue.take(isText))
    if (entry.kind === 'input') result.push(entry.bytes);
  return result;
}

function queueOf(...pieces: readonly Uint8Array[]): InputQueue {
  const queue = new InputQueue(64 * 1024);
  for (const piece of pieces) queue.push(piece);
  return queue;
}

it('cuts any text into payloads of at most 1024 bytes that are whole characters, and loses none of it', () => {
  const text = fc.array(fc.oneof(fc.constant('a'), fc.constant('é'), fc.constant('語'), fc.constant('🜁')), {
    minLength: 300,
    maxLength: 1500,
  });
  fc.assert(
    fc.property(text, (characters) => {
      const whole = characters.join('');
      const cut = payloads(queueOf(Buffer.from(whole)));
      const decoded = cut.map((payload) => new TextDecoder('utf-8', { fatal: true }).decode(payload));
      expect(decoded.join('')).toBe(whole);
      expect(cut.every((payload) => payload.length > 0 && payload.length <= maxPayloadBytes)).toBe(true);
    }),
    { numRuns: 200, seed: 20261124 },
  );
});

it('carries arbitrary bytes unchanged, however they were handed over', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 8 });
  fc.assert(
    fc.property(pieces, (bytes) => {
      for (const isText of [true, false])
        expect(Buffer.concat(payloads(queueOf(...bytes), isText))).toEqual(Buffer.concat(bytes));
    }),
    { numRuns: 200, seed: 20261124 },
  );
});

it('cuts at the limit where the bytes around it are not text', () => {
  expect([
    cutLength(new Uint8Array(2000).fill(0x80), 1024),
    cutLength(new Uint8Array(2000).fill(0xff), 1024),
  ]).toEqual([1024, 1024]);
});

it('cuts what is no text at exactly 1024 bytes, also where a character is, and joins what was given in pieces', () => {
  const pieces = [Buffer.from('語'.repeat(1000)), Buffer.from('x'), Buffer.alloc(2048)];
  const lengths = payloads(queueOf(...pieces), false).map((payload) => payload.length);
  expect(lengths).toEqual([1024, 1024, 1024, 1024, 953]);
});

it('gives flags and marks back where they were given, and joins no input across them', () => {
  const queue = queueOf(Buffer.from('one'));
  queue.pushFlag(2);
  queue.push(Buffer.from('two'));
  queue.pushMark(7);
  queue.push(Buffer.from('three'));
  const taken = Array.from({ length: 5 }, () => queue.take(true));
  expect(
    taken.map((entry) => (entry?.kind === 'input' ? Buffer.from(entry.bytes).toString() : entry)),
  ).toEqual(['one', { kind: 'flag', flag: 2 }, 'two', { kind: 'mark', id: 7 }, 'three']);
});

it('joins small pieces that wait, so that they do not become a message each', () => {
  const pieces = Array.from({ length: 100 }, () => Buffer.from('0123456789'));
  expect(payloads(queueOf(...pieces))).toHaveLength(1);
});

it('makes nothing of an empty piece', () => {
  expect(payloads(queueOf(new Uint8Array()))).toEqual([]);
});

it('takes all it is given, says when it is full, and says once when half of that is gone', () => {
  const queue = new InputQueue(4096);
  queue.push(new Uint8Array(5000));
  const log: boolean[] = [queue.isFull];
  while (queue.take(true) !== undefined) log.push(queue.hasDrained());
  expect(log).toEqual([true, false, false, true, false, false]);
});

it('keeps its own copy of what it is given', () => {
  const bytes = Buffer.from('typed');
  const queue = queueOf(bytes);
  bytes.fill(0);
  expect(payloads(queue).map((payload) => Buffer.from(payload).toString())).toEqual(['typed']);
});
