import { expect, it } from 'vitest';
import { Incoming, type StreamMessage } from '../../../src/ssm/channel/incoming.ts';

const message = (sequenceNumber: number, size = 1): StreamMessage => ({
  sequenceNumber,
  payloadType: 1,
  payload: new Uint8Array(size),
});

/** Numbers that are processed when the messages arrive in this order. */
function processed(incoming: Incoming, numbers: readonly number[]): number[] {
  const result: number[] = [];
  for (const number of numbers) {
    if (incoming.accept(message(number)) !== 'next') continue;
    result.push(number);
    for (let next = incoming.takeNext(); next !== undefined; next = incoming.takeNext())
      result.push(next.sequenceNumber);
  }
  return result;
}

it('processes a run of stored messages when the missing one comes, and keeps what is behind the next gap', () => {
  const incoming = new Incoming(10, 1000);
  expect(processed(incoming, [0, 2, 6, 4, 3, 1])).toEqual([0, 1, 2, 3, 4]);
  expect(incoming.heldCount).toBe(1);
});

it('knows repeats of what it has processed and of what it has stored', () => {
  const incoming = new Incoming(10, 1000);
  expect([0, 0, 2, 2].map((number) => incoming.accept(message(number)))).toEqual([
    'next',
    'duplicate',
    'held',
    'duplicate',
  ]);
});

it('refuses what is ahead of its turn when it holds its limit of messages, and still takes the next one', () => {
  const incoming = new Incoming(2, 1000);
  expect([1, 2, 3, 0].map((number) => incoming.accept(message(number)))).toEqual([
    'held',
    'held',
    'refused',
    'next',
  ]);
});

it('refuses what is ahead of its turn when it would hold more than its limit of bytes', () => {
  const incoming = new Incoming(10, 100);
  expect([
    incoming.accept(message(1, 60)),
    incoming.accept(message(2, 60)),
    incoming.accept(message(3, 40)),
  ]).toEqual(['held', 'refused', 'held']);
});

it('has room again when what it held has been taken', () => {
  const incoming = new Incoming(1, 100);
  expect(processed(incoming, [1, 0])).toEqual([0, 1]);
  expect(incoming.accept(message(3, 100))).toBe('held');
});

it('counts a message with a negative number as one it has had', () => {
  expect(new Incoming(10, 100).accept(message(-1))).toBe('duplicate');
});

it('stores its own copy, so that a block of the socket is not kept for one message', () => {
  const block = Buffer.from('before-payload-after');
  const incoming = new Incoming(10, 100);
  incoming.accept({ sequenceNumber: 1, payloadType: 1, payload: block.subarray(7, 14) });
  block.fill(0);
  incoming.accept(message(0));
  expect(Buffer.from(incoming.takeNext()?.payload ?? []).toString()).toBe('payload');
});
