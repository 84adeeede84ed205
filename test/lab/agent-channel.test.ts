import { describe, expect, test } from 'vitest';
import { AgentChannel, type AgentEffect, type Verdict } from '../../src/lab/agent/agent-channel.ts';
import { initialRoundTrip, withSample } from '../../src/lab/agent/round-trip.ts';
import { seededRandom } from '../../src/lab/random.ts';
import { encodeAcknowledgePayload } from '../../src/ssm/wire/acknowledge.ts';
import { decodeAgentMessage, encodeAgentMessage } from '../../src/ssm/wire/agent-message.ts';
import { PayloadType } from '../../src/ssm/wire/payload-type.ts';

const startedAt = 1_700_000_000_000;

function newChannel(options: { verdict?: () => Verdict; acknowledgesAgain?: boolean } = {}): AgentChannel {
  return newBench(options).channel;
}

/** A channel, and in short what happens on it: what was taken, which numbers were acknowledged, what was sent. */
function newBench({
  verdict = () => 'taken',
  acknowledgesAgain = true,
}: {
  verdict?: () => Verdict;
  acknowledgesAgain?: boolean;
} = {}) {
  let ids = 0;
  const log: string[] = [];
  const channel = new AgentChannel({
    newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
    take: (_type, payload) => {
      const given = verdict();
      if (given !== 'not-ready' && given !== 'refused') log.push(`input ${Buffer.from(payload).toString()}`);
      return given;
    },
    acknowledgesAgain,
  });
  const after = (effects: readonly AgentEffect[]): string[] => [...log.splice(0), ...short(effects)];
  return { channel, after };
}

function frame(
  messageType: string,
  sequenceNumber: number,
  payload: Uint8Array | string,
  payloadType = 1,
): Uint8Array {
  return encodeAgentMessage({
    messageType,
    schemaVersion: 1,
    createdDate: startedAt,
    sequenceNumber,
    flags: 0n,
    messageId: 'dd01e56b-ff48-483e-a508-b5f073f31b16',
    payloadType,
    payload: Buffer.from(payload),
  });
}

const input = (number: number, text: string) => frame('input_stream_data', number, text);
const acknowledge = (number: number) =>
  frame(
    'acknowledge',
    0,
    encodeAcknowledgePayload({
      acknowledgedMessageType: 'output_stream_data',
      acknowledgedMessageId: 'dd01e56b-ff48-483e-a508-b5f073f31b16',
      acknowledgedMessageSequenceNumber: number,
    }),
    PayloadType.none,
  );

/** Effects in short: which numbers were acknowledged, which messages were sent. */
function short(effects: readonly AgentEffect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === 'cancel') return 'cancel';
    const message = decodeAgentMessage(effect.frame);
    if (message.messageType !== 'acknowledge') return `${message.messageType} ${message.sequenceNumber}`;
    const payload = JSON.parse(Buffer.from(message.payload).toString()) as Record<string, unknown>;
    return `ack ${String(payload['AcknowledgedMessageSequenceNumber'])}`;
  });
}

describe('input', () => {
  test('in order is processed, then acknowledged', () => {
    const { channel, after } = newBench();
    expect(after(channel.receive(input(0, 'a'), startedAt))).toEqual(['input a', 'ack 0']);
  });

  test('ahead of its turn is acknowledged and waits for what is missing', () => {
    const { channel, after } = newBench();
    expect(after(channel.receive(input(2, 'c'), startedAt))).toEqual(['ack 2']);
    expect(after(channel.receive(input(1, 'b'), startedAt))).toEqual(['ack 1']);
    expect(after(channel.receive(input(0, 'a'), startedAt))).toEqual([
      'input a',
      'input b',
      'input c',
      'ack 0',
    ]);
  });

  test('that comes again is acknowledged again and not processed again', () => {
    const { channel, after } = newBench();
    after(channel.receive(input(0, 'a'), startedAt));
    expect(after(channel.receive(input(0, 'a'), startedAt))).toEqual(['ack 0']);
  });

  test('that comes again is passed over by agents before 3.2.1041.0', () => {
    const { channel, after } = newBench({ acknowledgesAgain: false });
    after(channel.receive(input(0, 'a'), startedAt));
    expect(after(channel.receive(input(0, 'a'), startedAt))).toEqual([]);
  });

  test('is neither taken nor acknowledged while the program is not ready', () => {
    let verdict: Verdict = 'not-ready';
    const { channel, after } = newBench({ verdict: () => verdict });
    expect(after(channel.receive(input(0, 'a'), startedAt))).toEqual([]);
    expect(after(channel.receive(input(1, 'b'), startedAt))).toEqual(['ack 1']);
    verdict = 'taken';
    channel.retry();
    expect(after(channel.receive(input(0, 'a'), startedAt))).toEqual(['input a', 'input b', 'ack 0']);
  });

  test('that was stored is kept while the program is not ready, and passes once it is', () => {
    let verdict: Verdict = 'taken';
    const { channel, after } = newBench({
      verdict: () => {
        const given = verdict;
        verdict = 'not-ready';
        return given;
      },
    });
    channel.receive(input(1, 'b'), startedAt);
    expect(after(channel.receive(input(0, 'a'), startedAt))).toEqual(['input a', 'ack 0']);
    verdict = 'taken';
    channel.retry();
    expect(after([])).toEqual(['input b']);
  });

  test('that is refused is not acknowledged, and the right one still counts', () => {
    let verdict: Verdict = 'refused';
    const { channel, after } = newBench({ verdict: () => verdict });
    expect(after(channel.receive(input(0, 'no'), startedAt))).toEqual([]);
    verdict = 'taken';
    expect(after(channel.receive(input(0, 'yes'), startedAt))).toEqual(['input yes', 'ack 0']);
  });

  test('that blocks the reader is acknowledged when that is over, and what came since is read then', () => {
    let verdict: Verdict = 'blocked';
    const { channel, after } = newBench({ verdict: () => verdict });
    channel.send(PayloadType.output, Buffer.from('x'), startedAt);
    expect(after(channel.receive(input(0, 'a'), startedAt))).toEqual(['input a']);
    expect(after(channel.receive(input(1, 'b'), startedAt))).toEqual([]);
    expect(after(channel.receive(acknowledge(0), startedAt))).toEqual([]);
    expect(channel.unacknowledged).toBe(1);
    verdict = 'taken';
    expect(after(channel.unblock(startedAt))).toEqual(['input b', 'ack 0', 'ack 1']);
    expect(channel.unacknowledged).toBe(0);
  });

  test('does not keep channel_closed away from a blocked reader', () => {
    const { channel, after } = newBench({ verdict: () => 'blocked' });
    channel.receive(input(0, 'a'), startedAt);
    const closed = frame('channel_closed', 0, '{}', PayloadType.none);
    expect(after(channel.receive(closed, startedAt))).toEqual(['input a', 'cancel']);
  });

  test('with a wrong digest is taken all the same, as the agent does not check it', () => {
    const damaged = Buffer.from(input(0, 'a'));
    damaged.fill(0, 80, 112);
    const { channel, after } = newBench();
    expect(after(channel.receive(damaged, startedAt))).toEqual(['input a', 'ack 0']);
  });

  test('that is cut short is dropped', () => {
    for (const size of [0, 1, 115, 116, 119]) {
      expect(newChannel().receive(Buffer.from(input(0, 'a')).subarray(0, size), startedAt)).toEqual([]);
    }
  });
});

describe('output', () => {
  test('is numbered from 0, the first message with the SYN flag', () => {
    const channel = newChannel();
    const frames = ['a', 'b'].flatMap((text) =>
      channel.send(PayloadType.output, Buffer.from(text), startedAt),
    );
    const messages = frames.map((effect) => decodeAgentMessage((effect as { frame: Uint8Array }).frame));
    expect(messages.map(({ sequenceNumber, flags }) => [sequenceNumber, flags])).toEqual([
      [0, 1n],
      [1, 0n],
    ]);
  });

  test('of no bytes is no message', () => {
    expect(newChannel().send(PayloadType.output, new Uint8Array(0), startedAt)).toEqual([]);
  });

  test('is resent unchanged after the timeout, the oldest message only, and the next once that is acknowledged', () => {
    const channel = newChannel();
    const [first] = channel.send(PayloadType.output, Buffer.from('a'), startedAt);
    channel.send(PayloadType.output, Buffer.from('b'), startedAt);
    expect(channel.tick(startedAt + 200)).toEqual([]);
    expect(channel.tick(startedAt + 201)).toEqual([first]);
    expect(channel.tick(startedAt + 301)).toEqual([]);
    channel.receive(acknowledge(0), startedAt + 310);
    expect(short(channel.tick(startedAt + 2000))).toEqual(['output_stream_data 1']);
    expect({ resends: channel.resends, left: channel.unacknowledged }).toEqual({ resends: 2, left: 1 });
  });

  test('is kept back while paused and neither sent nor resent until anything of the client comes', () => {
    const channel = newChannel();
    channel.receive(frame('pause_publication', 0, '{}', PayloadType.none), startedAt);
    expect(channel.send(PayloadType.output, Buffer.from('a'), startedAt)).toEqual([]);
    expect(channel.tick(startedAt + 5000)).toEqual([]);
    channel.receive(input(0, 'x'), startedAt + 5000);
    expect(channel.isPaused).toBe(false);
    expect(short(channel.tick(startedAt + 5100))).toEqual(['output_stream_data 0']);
  });

  for (const [what, ends] of [
    ['start_publication', frame('start_publication', 0, '{}', PayloadType.none)],
    ['an acknowledge of nothing known', acknowledge(99)],
  ] as const) {
    test(`pauses until ${what}`, () => {
      const channel = newChannel();
      channel.receive(frame('pause_publication', 0, '{}', PayloadType.none), startedAt);
      channel.receive(ends, startedAt);
      expect(channel.isPaused).toBe(false);
    });
  }

  test('stops for good at channel_closed', () => {
    expect(
      short(newChannel().receive(frame('channel_closed', 0, '{}', PayloadType.none), startedAt)),
    ).toEqual(['cancel']);
  });
});

test('the round-trip estimate follows the recorded series of the protocol notes', () => {
  let estimate = initialRoundTrip;
  const rows = [140, 140, 50, 2000, 100].map((sample) => {
    estimate = withSample(estimate, sample);
    return [estimate.variation, estimate.smoothed, estimate.timeout].map(
      (value) => Math.round(value * 1000) / 1000,
    );
  });
  expect(rows).toEqual([
    [10, 105, 145],
    [16.25, 109.375, 174.375],
    [27.031, 101.953, 210.078],
    [494.785, 339.209, 1000],
    [430.891, 309.308, 1000],
  ]);
});

describe('over a link that loses, repeats and reorders', () => {
  const firstSeed = Number(process.env['SEED'] ?? 1);
  for (let seed = firstSeed; seed < firstSeed + 20; seed += 1) {
    test(`all output arrives once and in order (seed ${seed})`, () => {
      const random = seededRandom(seed);
      const channel = newChannel();
      const under: { at: number; frame: Uint8Array; isDown: boolean }[] = [];
      const carry = (bytes: Uint8Array, isDown: boolean, now: number) => {
        if (random() < 0.2) return;
        under.push({ at: now + random() * 150, frame: bytes, isDown });
        if (random() < 0.1) under.push({ at: now + random() * 300, frame: bytes, isDown });
      };
      const received = new Map<number, string>();
      let sent = 0;
      for (let now = startedAt; received.size < 100; now += 10) {
        if (now > startedAt + 600_000) throw new Error(`stalled at ${received.size} messages`);
        const effects = sent < 100 ? channel.send(PayloadType.output, Buffer.from(`m${sent}`), now) : [];
        sent += 1;
        for (const effect of [...effects, ...channel.tick(now)]) {
          if (effect.kind === 'transmit') carry(effect.frame, true, now);
        }
        for (const { frame: bytes, isDown } of under
          .splice(0)
          .filter((item) => item.at <= now || !under.push(item))) {
          if (!isDown) {
            channel.receive(bytes, now);
            continue;
          }
          const message = decodeAgentMessage(bytes);
          received.set(message.sequenceNumber, Buffer.from(message.payload).toString());
          carry(acknowledge(message.sequenceNumber), false, now);
        }
      }
      expect([...received].toSorted(([a], [b]) => a - b)).toEqual(
        Array.from({ length: 100 }, (_, n) => [n, `m${n}`]),
      );
    });
  }
});

test('stored input arrives once and in order when its taker is ready for more at once', () => {
  const taken: string[] = [];
  const channel: AgentChannel = new AgentChannel({
    newId: () => 'dd01e56b-ff48-483e-a508-b5f073f31b16',
    take: (_type, payload) => {
      taken.push(Buffer.from(payload).toString());
      // As a terminal does that takes its input in full.
      channel.retry();
      return 'taken';
    },
    acknowledgesAgain: true,
  });
  for (const number of [1, 2, 3, 0]) channel.receive(input(number, String(number)), startedAt);
  expect(taken).toEqual(['0', '1', '2', '3']);
});
