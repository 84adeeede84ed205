import { describe, expect, it } from 'vitest';
import type { ChannelEffect } from '../../../src/ssm/channel/channel-types.ts';
import { decodeExitCode, encodeExitCode } from '../../../src/ssm/wire/exit-code.ts';
import { decodeFlag, encodeFlag, Flag } from '../../../src/ssm/wire/flag.ts';
import { PayloadType } from '../../../src/ssm/wire/payload-type.ts';
import { WireError } from '../../../src/ssm/wire/wire-error.ts';
import { acknowledgedNumbers, ScriptedChannel, sentMessages } from '../support/scripted-channel.ts';

/** What a channel told its owner, beside what it sent. */
const told = (effects: readonly ChannelEffect[]): unknown[] =>
  effects.flatMap((effect): unknown[] => {
    switch (effect.kind) {
      case 'deliver':
      case 'deliver-stderr':
        return [[effect.kind, Buffer.from(effect.bytes).toString()]];
      case 'exit-code':
        return [[effect.kind, effect.code]];
      case 'flag':
        return [[effect.kind, effect.flag]];
      default:
        return [];
    }
  });

describe('what a session carries down', () => {
  const say = (script: ScriptedChannel, sequenceNumber: number, payloadType: number, payload: Uint8Array) =>
    script.receive({ sequenceNumber, payloadType, payload });

  it('goes where its type says: output, standard error, exit code and flag, each in its turn', () => {
    const script = ScriptedChannel.live();
    const effects = [
      say(script, 1, PayloadType.stdErr, Buffer.from('err')),
      say(script, 2, PayloadType.exitCode, encodeExitCode(3)),
      say(script, 3, PayloadType.flag, encodeFlag(Flag.connectToPortError)),
      say(script, 4, 99, Buffer.from('of a type to come')),
      say(script, 0, PayloadType.output, Buffer.from('out')),
    ].flat();
    expect(told(effects)).toEqual([
      ['deliver', 'out'],
      ['deliver-stderr', 'err'],
      ['exit-code', 3],
      ['flag', 3],
    ]);
    expect(acknowledgedNumbers(effects)).toEqual([1, 2, 3, 4, 0]);
  });

  it('has one exit code at most', () => {
    const script = ScriptedChannel.live();
    const effects = [-1, 0].flatMap((code, number) =>
      say(script, number, PayloadType.exitCode, encodeExitCode(code)),
    );
    expect(told(effects)).toEqual([['exit-code', -1]]);
  });

  it('is acknowledged and tells nothing where an exit code or a flag cannot be read', () => {
    const script = ScriptedChannel.live();
    const effects = [
      say(script, 0, PayloadType.exitCode, Buffer.from('EXIT_CODE: 3\n')),
      say(script, 1, PayloadType.flag, Buffer.from([0, 3])),
    ].flat();
    expect([told(effects), acknowledgedNumbers(effects)]).toEqual([[], [0, 1]]);
  });
});

describe('what a session carries up', () => {
  const outline = (effects: readonly ChannelEffect[]): string[] =>
    sentMessages(effects).map(({ payloadType, payload }) =>
      payloadType === PayloadType.flag ? `flag ${decodeFlag(payload)}` : Buffer.from(payload).toString(),
    );
  const flushed = (effects: readonly ChannelEffect[]): number[] =>
    effects.flatMap((effect) => (effect.kind === 'flushed' ? [effect.id] : []));

  it('trap 47: is a flag behind the input that was given before it, and before what is given after it', () => {
    const script = ScriptedChannel.live({ limits: { outgoingMessages: 1 } });
    script.write('first');
    script.write('second');
    script.give({ kind: 'send-flag', flag: Flag.terminateSession });
    script.write('third');
    for (let number = 0; number < 3; number += 1) script.acknowledge(number);
    expect(outline(script.effects)).toEqual(['first', 'second', 'flag 2', 'third']);
  });

  it('is flushed when everything given before the question has been acknowledged, in whatever order', () => {
    const script = ScriptedChannel.live({ limits: { outgoingMessages: 2 } });
    for (const text of ['a', 'b', 'c']) script.write(text);
    expect(flushed(script.give({ kind: 'flush', id: 1 }))).toEqual([]);
    script.write('d');
    expect([1, 2, 3].flatMap((number) => flushed(script.acknowledge(number)))).toEqual([]);
    expect(flushed(script.acknowledge(0))).toEqual([1]);
  });

  it('is flushed at once when nothing waits', () => {
    expect(flushed(ScriptedChannel.live().give({ kind: 'flush', id: 7 }))).toEqual([7]);
  });

  it('stays in the queue beyond the window, so that its source is asked to wait and can stop', () => {
    const script = ScriptedChannel.live({ limits: { outgoingBytes: 4 * 1144, inputBytes: 2048 } });
    script.give({ kind: 'write', bytes: new Uint8Array(8 * 1024) });
    expect([sentMessages(script.effects).length, script.channel.acceptsInput]).toEqual([4, false]);
    expect(sentMessages(script.acknowledge(0))).toHaveLength(1);
  });
});

describe('a large paste', () => {
  const limits = { burstBytes: 4 * 1144, inputBytes: 2048 };

  it('goes out in bursts, each when the socket has room again, since what it cannot hold would have to be sent again', () => {
    const script = ScriptedChannel.live({ limits });
    const burst = script.give({ kind: 'write', bytes: new Uint8Array(10 * 1024) });
    expect([sentMessages(burst).length, burst.at(-1), script.channel.acceptsInput]).toEqual([
      4,
      { kind: 'await-socket' },
      false,
    ]);
    expect(sentMessages([script.acknowledge(0), script.write('more')].flat())).toEqual([]);
    expect(sentMessages(script.give({ kind: 'socket-drained' }))).toHaveLength(4);
    expect(sentMessages(script.give({ kind: 'socket-drained' }))).toHaveLength(3);
  });

  it('goes on over a connection that was lost while it waited for room', () => {
    const script = ScriptedChannel.live({ limits });
    script.give({ kind: 'write', bytes: new Uint8Array(6 * 1024) });
    script.give({ kind: 'socket-closed' });
    script.give({ kind: 'resumed', tokenValue: 'token-1' });
    const numbers = sentMessages(script.give({ kind: 'socket-opened' })).map(
      (message) => message.sequenceNumber,
    );
    expect(numbers).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('an exit code', () => {
  it.each([0, 3, -1, 2 ** 32 - 1, -(2 ** 31)])('%i survives the wire', (code) => {
    expect(decodeExitCode(encodeExitCode(code))).toBe(code);
  });

  it.each([
    '',
    '3',
    'EXIT_CODE:3',
    'EXIT_CODE: ',
    'EXIT_CODE: 3 ',
    'EXIT_CODE: 0x3',
    'EXIT_CODE: 4294967296',
  ])('is not read from %j', (text) => {
    expect(() => decodeExitCode(Buffer.from(text))).toThrow(WireError);
  });
});
