import { describe, expect, it } from 'vitest';
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

describe('a message whose repeats are not acknowledged', () => {
  /** Repeats the oldest `count` times, with a message that is acknowledged behind each. */
  function repeated(count: number): Outgoing {
    const outgoing = withSent(1);
    for (let round = 1; round <= count; round += 1) {
      outgoing.resendDue(round * 1000, 500, 1);
      outgoing.append(frame, round * 1000 + 1);
      outgoing.acknowledge(outgoing.nextSequenceNumber - 1);
    }
    return outgoing;
  }

  it('counts as received when twelve of them have been overtaken by nothing, for the sake of old agents', () => {
    expect([repeated(11).size, repeated(12).size]).toEqual([1, 0]);
  });

  it('is kept as long as nothing that was sent behind a repeat is acknowledged', () => {
    const outgoing = withSent(2);
    for (let round = 1; round <= 50; round += 1) outgoing.resendDue(round * 1000, 500, 1);
    outgoing.acknowledge(1);
    expect(outgoing.size).toBe(1);
  });

  it('is kept when the connection on which it was repeated has gone', () => {
    const outgoing = repeated(11);
    outgoing.resendDue(20_000, 500, 1);
    outgoing.append(frame, 20_001);
    outgoing.reconnected();
    outgoing.acknowledge(outgoing.nextSequenceNumber - 1);
    expect(outgoing.size).toBe(1);
  });

  it('is kept for an agent that would have acknowledged it', () => {
    const outgoing = new Outgoing(100, 1000);
    outgoing.agentAcknowledgesAgain();
    outgoing.append(frame, 0);
    for (let round = 1; round <= 50; round += 1) {
      outgoing.resendDue(round * 1000, 500, 1);
      outgoing.append(frame, round * 1000 + 1);
      outgoing.acknowledge(round);
    }
    expect(outgoing.size).toBe(1);
  });

  it('lets one message pass the full window after each repeat, to be its witness', () => {
    const outgoing = new Outgoing(2, 1000);
    for (const at of [0, 0]) outgoing.append(frame, at);
    const log = [outgoing.isFull];
    for (let round = 1; round <= 2; round += 1) {
      outgoing.resendDue(round * 1000, 500, 1);
      log.push(outgoing.isFull);
    }
    outgoing.append(frame, 3000);
    expect([...log, outgoing.isFull]).toEqual([true, true, false, true]);
  });
});
