import { expect, it } from 'vitest';
import { Outgoing } from '../../../src/ssm/channel/outgoing.ts';

const frame = new Uint8Array([1]);

function withSent(count: number, now = 0): Outgoing {
  const outgoing = new Outgoing(100, 1000);
  for (let index = 0; index < count; index += 1) outgoing.append(frame, now);
  return outgoing;
}

const numbers = (messages: readonly { sequenceNumber: number }[]): number[] =>
  messages.map((message) => message.sequenceNumber);

it('counts up from 0 and forgets what is acknowledged, in whatever order', () => {
  const outgoing = withSent(4);
  for (const number of [2, 0]) outgoing.acknowledge(number);
  expect([outgoing.nextSequenceNumber, outgoing.size, outgoing.oldest?.sequenceNumber]).toEqual([4, 2, 1]);
});

it('ignores an acknowledge for what was never sent or has been acknowledged', () => {
  const outgoing = withSent(1);
  expect([
    outgoing.acknowledge(7),
    outgoing.acknowledge(-1),
    outgoing.acknowledge(0)?.sequenceNumber,
    outgoing.acknowledge(0),
  ]).toEqual([undefined, undefined, 0, undefined]);
});

it.each([
  ['messages', 2, 1000],
  ['bytes', 1000, 2],
])('is full at its limit of %s', (_, limit, byteLimit) => {
  const outgoing = new Outgoing(limit, byteLimit);
  outgoing.append(frame, 0);
  const before = outgoing.isFull;
  outgoing.append(frame, 0);
  const full = outgoing.isFull;
  outgoing.acknowledge(1);
  expect([before, full, outgoing.isFull]).toEqual([false, true, false]);
});

it('gives the oldest messages that are due, and takes their new send time from then', () => {
  const outgoing = withSent(3, 0);
  outgoing.append(frame, 50);
  expect(numbers(outgoing.resendDue(100, 100, 2))).toEqual([0, 1]);
  expect(numbers(outgoing.resendDue(160, 100, 10))).toEqual([2, 3]);
});

it('has everything due after a reconnect, and what has been sent since then not twice', () => {
  const outgoing = withSent(3, 0);
  outgoing.reconnected();
  expect(numbers(outgoing.resendDue(1, 1000, 2))).toEqual([0, 1]);
  expect(numbers(outgoing.resendDue(1, 1000, 2))).toEqual([2]);
});
