import { describe, expect, it } from 'vitest';
import {
  acknowledgedNumbers,
  deliveredText,
  kinds,
  ScriptedChannel,
  sentMessages,
  sentTexts,
  states,
} from '../support/scripted-channel.ts';

/** Named after the traps of the protocol notes, section 11, that concern a shell's data channel above the codec. */

describe('reliability', () => {
  it('trap 9: the text frame that opens a connection takes no number', () => {
    const script = ScriptedChannel.live();
    expect(sentTexts(script.write('first'))).toEqual(['0:first']);
  });

  it('trap 9: any acknowledge with the right number counts, whatever else it says', () => {
    const script = ScriptedChannel.live();
    script.write('x');
    const payload = Buffer.from('{"AcknowledgedMessageSequenceNumber":0}');
    script.receive({ messageType: 'acknowledge', payloadType: 0, payload });
    expect(script.channel.stats.unacknowledged).toBe(0);
  });

  it('trap 10: a repeat of what was processed or stored is acknowledged again and not delivered again', () => {
    const script = ScriptedChannel.live();
    const effects = [
      script.output(0, 'a'),
      script.output(0, 'a'),
      script.output(2, 'c'),
      script.output(2, 'c'),
    ].flat();
    expect([acknowledgedNumbers(effects), deliveredText(effects)]).toEqual([[0, 0, 2, 2], 'a']);
  });

  it('trap 10: a message ahead of its turn that finds no room is not acknowledged', () => {
    const script = ScriptedChannel.live({ limits: { incomingMessages: 1 } });
    expect(
      acknowledgedNumbers([script.output(1, 'b'), script.output(2, 'c'), script.output(0, 'a')].flat()),
    ).toEqual([1, 0]);
  });

  it('trap 11: after a timeout all that is due is sent again, not only the oldest', () => {
    const script = ScriptedChannel.live();
    for (const text of ['a', 'b', 'c']) script.write(text);
    script.acknowledge(1);
    expect(sentTexts(script.pass(250))).toEqual(['0:a', '2:c']);
  });

  it('trap 12: a full outgoing buffer holds input back and drops nothing', () => {
    const script = ScriptedChannel.live({ limits: { outgoingMessages: 2 } });
    expect(sentTexts(['a', 'b', 'c', 'd'].flatMap((text) => script.write(text)))).toEqual(['0:a', '1:b']);
    expect(sentTexts(script.acknowledge(0))).toEqual(['2:cd']);
  });

  it('trap 12: input beyond its limit is taken, but no more is asked for until it has gone', () => {
    const script = ScriptedChannel.live({ limits: { outgoingMessages: 1, inputBytes: 2048 } });
    script.give({ kind: 'write', bytes: new Uint8Array(5000) });
    const log = [script.channel.acceptsInput];
    for (let number = 0; number < 4; number += 1) {
      const hasDrained = kinds(script.acknowledge(number)).includes('drain');
      log.push(hasDrained);
    }
    expect([log, script.channel.acceptsInput]).toEqual([[false, false, false, true, false], true]);
  });

  it('trap 15: pause_publication is not answered, and holds back new data and repeats until start_publication', () => {
    const script = ScriptedChannel.live();
    script.write('before');
    expect(script.publication('pause')).toEqual([]);
    expect([script.write('during'), script.pass(5000)].flat()).toEqual([]);
    expect(sentTexts([script.publication('start'), script.pass(1000)].flat())).toContain('1:during');
    expect(sentTexts(script.effects)).toContain('0:before');
  });

  it.each([
    ['output', (script: ScriptedChannel) => script.output(0, 'x')],
    ['an acknowledge', (script: ScriptedChannel) => script.acknowledge(0)],
  ])('trap 15: %s ends a pause as well', (_, hear) => {
    const script = ScriptedChannel.live();
    script.write('before');
    script.publication('pause');
    script.write('during');
    expect(sentTexts(hear(script))).toEqual(['1:during']);
  });

  it('trap 15: a pause without an end is probed with one message, so that both sides cannot wait for ever', () => {
    const script = ScriptedChannel.live();
    script.publication('pause');
    script.write('during');
    expect(sentTexts(script.pass(10_000))).toEqual(['0:during']);
    expect(sentTexts(script.pass(10_000))).toEqual(['0:during']);
  });

  it('trap 16: output is counted before it is handed over, so that a repeat after a failure is not delivered twice', () => {
    const script = ScriptedChannel.live();
    const effects = [script.output(0, 'once'), script.give({ kind: 'socket-closed' })].flat();
    script.give({ kind: 'resumed', tokenValue: 'token-1' });
    script.give({ kind: 'socket-opened' });
    expect(deliveredText([...effects, ...script.output(0, 'once')])).toBe('once');
  });

  it('trap 17: the time of a message that was sent twice is not taken for a round trip', () => {
    const script = ScriptedChannel.live();
    script.write('x');
    script.pass(250);
    script.acknowledge(0);
    expect(script.channel.stats).toMatchObject({ resends: 1, unacknowledged: 0 });
    expect(script.channel.stats).not.toHaveProperty('rttMs');
    script.write('y');
    script.pass(40);
    script.acknowledge(1);
    expect(script.channel.stats.rttMs).toBe(40);
  });

  it('sends a repeat as the same bytes', () => {
    const script = ScriptedChannel.live();
    const first = sentFrames(script.write('x'));
    expect(sentFrames(script.pass(3000)).every((frame) => frame === first[0])).toBe(true);
  });

  it('repeats without limit while the session lives, at most once a second', () => {
    const script = ScriptedChannel.live();
    script.write('x');
    const repeats = sentTexts(script.pass(600_000)).length;
    expect(repeats).toBeGreaterThan(595);
    expect(repeats).toBeLessThan(605);
  });

  it('holds new data and repeats back while the socket is full, and still acknowledges', () => {
    const script = ScriptedChannel.live();
    script.write('before');
    script.give({ kind: 'socket-full' });
    expect(sentTexts([script.write('during'), script.pass(1000)].flat())).toEqual([]);
    expect(acknowledgedNumbers(script.output(0, 'x'))).toEqual([0]);
    expect(sentTexts(script.give({ kind: 'socket-drained' }))).toEqual(['1:during']);
  });
});

describe('shells', () => {
  it('trap 18: an hourly close is a lost connection and not an end', () => {
    const script = ScriptedChannel.live();
    script.publication('start');
    expect(states(script.give({ kind: 'socket-closed' }))).toEqual([
      { kind: 'reconnecting', attempt: 1, nextTryAt: script.now },
    ]);
  });

  it('traps 26 and 27: input and size go out at once, before the agent has said a word', () => {
    const script = new ScriptedChannel({ size: { cols: 80, rows: 24 } });
    script.give({ kind: 'start' });
    script.give({ kind: 'socket-opened' });
    script.write('cat\r');
    expect(sentTexts(script.effects)).toEqual(['0:{"cols":80,"rows":24}', '1:cat\r']);
  });

  it('traps 14 and 38: the size is said again with the first output, since an early one may have been thrown away', () => {
    const script = ScriptedChannel.live({ size: { cols: 80, rows: 24 } });
    expect(sentTexts(script.output(0, '$ '))).toEqual(['1:{"cols":80,"rows":24}']);
    expect(
      sentTexts([script.output(1, 'more'), script.pass(5000)].flat()).filter((text) => !/^[01]:/.test(text)),
    ).toEqual([]);
  });

  it('traps 14 and 38: the size is said again after 2 s to a program that prints nothing', () => {
    const script = ScriptedChannel.live({ size: { cols: 80, rows: 24 } });
    script.acknowledge(0);
    expect(sentTexts(script.pass(1999))).toEqual([]);
    expect(sentTexts(script.pass(1))).toEqual(['1:{"cols":80,"rows":24}']);
  });

  it('trap 40: a size is sent when it changes, only then, and within 16 bits', () => {
    const script = ScriptedChannel.live();
    script.output(0, '$ ');
    const resize = (cols: number, rows: number): string[] =>
      sentTexts(script.give({ kind: 'resize', size: { cols, rows } }));
    expect([resize(120, 40), resize(120, 40), resize(70_000, 0)].flat()).toEqual([
      '0:{"cols":120,"rows":40}',
      '1:{"cols":65535,"rows":1}',
    ]);
  });

  it('sends only the last of the sizes that a window had while there was no connection', () => {
    const script = ScriptedChannel.live();
    script.output(0, '$ ');
    script.give({ kind: 'socket-closed' });
    for (const cols of [90, 100, 110]) script.give({ kind: 'resize', size: { cols, rows: 24 } });
    script.give({ kind: 'resumed', tokenValue: 'token-1' });
    expect(sentTexts(script.give({ kind: 'socket-opened' }))).toEqual(['0:{"cols":110,"rows":24}']);
  });

  it('trap 36: a lone line feed stays a line feed', () => {
    expect(sentTexts(ScriptedChannel.live().write('\n'))).toEqual(['0:\n']);
  });

  it('passes control bytes on untouched', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);
    const script = ScriptedChannel.live();
    const [message] = sentMessages(script.give({ kind: 'write', bytes }));
    expect(Buffer.from(message?.payload ?? [])).toEqual(Buffer.from(bytes));
  });

  it('trap 6: an empty keystroke sends nothing', () => {
    expect(ScriptedChannel.live().give({ kind: 'write', bytes: new Uint8Array() })).toEqual([]);
  });

  it('trap 41: a character that the agent has split is delivered byte for byte', () => {
    const script = ScriptedChannel.live();
    const whole = Buffer.from('語');
    const effects = [
      script.receive({ sequenceNumber: 0, payload: whole.subarray(0, 1) }),
      script.receive({ sequenceNumber: 1, payload: whole.subarray(1) }),
    ].flat();
    expect(deliveredText(effects)).toBe('語');
  });

  it('ignores message types that are not for clients, and frames that cannot be read', () => {
    const script = ScriptedChannel.live();
    const damaged = Buffer.from(script.frame({}));
    damaged.writeUInt8(damaged.readUInt8(125) ^ 1, 125);
    expect([
      ...script.receive({ messageType: 'agent_session_state', payloadType: 0 }),
      ...script.receive({ messageType: 'something_new' }),
      ...script.receive({ messageType: 'acknowledge', payloadType: 0, payload: Buffer.from('no JSON') }),
      ...script.give({ kind: 'frame', bytes: damaged }),
      ...script.give({ kind: 'frame', bytes: new Uint8Array() }),
    ]).toEqual([]);
  });
});

function sentFrames(effects: ReturnType<ScriptedChannel['write']>): Uint8Array[] {
  return effects.flatMap((effect) => (effect.kind === 'send' ? [effect.bytes] : []));
}
