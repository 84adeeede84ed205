import { describe, expect, it } from 'vitest';
import { SsmError } from '../../../src/ssm/ssm-error.ts';
import { parseOpenDataChannel } from '../../../src/ssm/wire/open-data-channel.ts';
import { deliveredText, kinds, ScriptedChannel, sentTexts, states } from '../support/scripted-channel.ts';

const reconnecting = (attempt: number, nextTryAt: number): unknown => ({
  kind: 'reconnecting',
  attempt,
  nextTryAt,
});

/** The channel as it loses its connection and asks for a new token. */
function lost(): ScriptedChannel {
  const script = ScriptedChannel.live();
  script.publication('start');
  script.give({ kind: 'socket-closed' });
  return script;
}

describe('opening', () => {
  it('sends OpenDataChannel as the first frame, in the official form', () => {
    const script = new ScriptedChannel();
    expect(script.give({ kind: 'start' })).toEqual([
      { kind: 'state', state: { kind: 'connecting' } },
      {
        kind: 'open-socket',
        connection: 1,
        url: 'wss://gateway.example/v1/data-channel/session?role=publish_subscribe',
      },
    ]);
    const [first, second] = script.give({ kind: 'socket-opened' });
    expect(first?.kind === 'send-text' ? parseOpenDataChannel(first.text) : first).toEqual({
      requestId: expect.any(String),
      tokenValue: 'token-0',
      clientId: '11111111-2222-4333-8444-555555555555',
      clientVersion: '1.2.677.0',
    });
    expect(second).toEqual({ kind: 'state', state: { kind: 'live' } });
  });

  it('keeps what is typed before the connection is there and sends it behind the size', () => {
    const script = new ScriptedChannel({ size: { cols: 80, rows: 24 } });
    script.write('ls\r');
    script.give({ kind: 'start' });
    script.write('pwd\r');
    expect(sentTexts(script.give({ kind: 'socket-opened' }))).toEqual([
      '0:{"cols":80,"rows":24}',
      '1:ls\rpwd\r',
    ]);
  });

  it('asks for a new token when the first connection cannot be opened (trap 20)', () => {
    const script = new ScriptedChannel();
    script.give({ kind: 'start' });
    expect(kinds(script.give({ kind: 'socket-closed' }))).toEqual([
      'close-socket',
      'state',
      'request-resume',
    ]);
  });

  it('gives up an opening that hangs and tries anew', () => {
    const script = new ScriptedChannel();
    script.give({ kind: 'start' });
    expect(kinds(script.pass(30_000))).toEqual(['close-socket', 'state', 'request-resume']);
  });
});

describe('resuming', () => {
  it('goes on where it was, with a new token, the same client id and what was unacknowledged', () => {
    const script = ScriptedChannel.live();
    script.write('a');
    script.acknowledge(0);
    script.write('b');
    script.write('c');
    script.output(0, 'one');
    script.give({ kind: 'socket-closed' });
    script.give({ kind: 'resumed', tokenValue: 'token-1' });
    const effects = script.give({ kind: 'socket-opened' });
    const [first] = effects;
    expect(first?.kind === 'send-text' ? parseOpenDataChannel(first.text) : first).toMatchObject({
      tokenValue: 'token-1',
      clientId: '11111111-2222-4333-8444-555555555555',
    });
    expect(sentTexts(effects)).toEqual(['1:b', '2:c']);
    expect(deliveredText([...script.output(0, 'one'), ...script.output(1, 'two')])).toBe('two');
  });

  it('uses a new stream URL when the answer has one, and the known one when it has none', () => {
    const script = lost();
    const opened = script.give({
      kind: 'resumed',
      tokenValue: 'token-1',
      streamUrl: 'wss://other.example/v1/x',
    });
    expect(opened).toContainEqual({ kind: 'open-socket', connection: 3, url: 'wss://other.example/v1/x' });
    script.give({ kind: 'socket-closed' });
    script.pass(200);
    const again = script.give({ kind: 'resumed', tokenValue: 'token-2', streamUrl: '' });
    expect(again).toContainEqual(
      expect.objectContaining({ kind: 'open-socket', url: 'wss://other.example/v1/x' }),
    );
  });

  function withBacklog(): [ScriptedChannel, string[]] {
    const script = ScriptedChannel.live();
    for (let index = 0; index < 150; index += 1) script.write('x');
    script.give({ kind: 'socket-closed' });
    script.give({ kind: 'resumed', tokenValue: 'token-1' });
    return [script, sentTexts(script.give({ kind: 'socket-opened' }))];
  }
  const backlog = Array.from({ length: 150 }, (_, index) => `${index}:x`);

  it('sends a long backlog in bursts of 64 a tick, oldest first', () => {
    const [script, first] = withBacklog();
    const bursts = [first, sentTexts(script.pass(100)), sentTexts(script.pass(99))];
    expect(bursts).toEqual([backlog.slice(0, 64), backlog.slice(64, 128), []]);
  });

  it('sends the next of a long backlog for each that arrives, without waiting for the tick', () => {
    const [script, first] = withBacklog();
    const further = Array.from({ length: 150 }, (_, number) => sentTexts(script.acknowledge(number)));
    expect(further.every((texts) => texts.length <= 1)).toBe(true);
    expect([...first, ...further.flat()]).toEqual(backlog);
    expect(script.channel.stats.unacknowledged).toBe(0);
  });

  it('waits longer before each further try, and tries for ever', () => {
    const script = lost();
    const seen: unknown[] = [];
    for (let count = 0; count < 40; count += 1) {
      seen.push(...states(script.give({ kind: 'resume-failed', reason: 'retry', cause: undefined })));
      const before = script.now;
      script.pass(5000);
      expect(kinds(script.effects).at(-1), `try ${count} from ${before}`).toBe('request-resume');
    }
    expect(seen.slice(0, 2)).toEqual([reconnecting(2, 1_000_100), reconnecting(3, 1_005_150)]);
  });

  it('says why the last try failed, until a connection proves good', () => {
    const script = lost();
    const cause = new Error('the proxy says no');
    expect(states(script.give({ kind: 'resume-failed', reason: 'retry', cause }))).toEqual([
      { kind: 'reconnecting', attempt: 2, nextTryAt: 1_000_100, cause },
    ]);
    script.pass(5000);
    expect(states(script.effects).at(-1)).toMatchObject({ kind: 'reconnecting', attempt: 2, cause });
    script.give({ kind: 'resumed', tokenValue: 'token-1' });
    const refused = new Error('and so does the gateway');
    expect(states(script.give({ kind: 'socket-closed', cause: refused }))).toMatchObject([
      { kind: 'reconnecting', cause: refused },
    ]);
    script.pass(5000);
    script.give({ kind: 'resumed', tokenValue: 'token-2' });
    script.give({ kind: 'socket-opened' });
    script.output(0, 'alive');
    expect(states(script.give({ kind: 'socket-closed' }))).toEqual([reconnecting(1, script.now)]);
  });

  it('starts the schedule anew after a connection that proved good, and goes on with it after one that did not', () => {
    const accepted = lost();
    accepted.give({ kind: 'resumed', tokenValue: 'token-1' });
    accepted.give({ kind: 'socket-opened' });
    expect(states(accepted.give({ kind: 'socket-closed' }))).toEqual([reconnecting(2, 1_000_100)]);
    const good = lost();
    good.give({ kind: 'resumed', tokenValue: 'token-1' });
    good.give({ kind: 'socket-opened' });
    good.output(0, 'alive');
    expect(states(good.give({ kind: 'socket-closed' }))).toEqual([reconnecting(1, 1_000_000)]);
  });

  it('tries at once when the network is up or the computer wakes', () => {
    const script = lost();
    script.give({ kind: 'resume-failed', reason: 'retry', cause: undefined });
    expect(kinds(script.give({ kind: 'reconnect-now' }))).toEqual(['state', 'request-resume']);
  });

  it('starts a try anew on such an event only when it is not a fresh one', () => {
    const script = lost();
    expect(script.give({ kind: 'reconnect-now' })).toEqual([]);
    script.pass(2000);
    expect(kinds(script.give({ kind: 'reconnect-now' }))).toEqual([
      'close-socket',
      'state',
      'request-resume',
    ]);
  });

  it('waits for new credentials after an authorisation failure, however long, and keeps what is typed', () => {
    const script = lost();
    const cause = new Error('AccessDenied');
    const [state] = states(script.give({ kind: 'resume-failed', reason: 'unauthorised', cause }));
    expect(state).toEqual({
      kind: 'needs-credentials',
      error: expect.objectContaining({ code: 'unauthorised', cause }),
    });
    expect(script.pass(3_600_000)).toEqual([]);
    script.write('typed');
    script.give({ kind: 'reconnect-now' });
    script.give({ kind: 'resumed', tokenValue: 'token-1' });
    expect(sentTexts(script.give({ kind: 'socket-opened' }))).toEqual(['0:typed']);
  });

  it('takes no notice of the answers and sockets it has given up', () => {
    const script = lost();
    script.pass(30_000);
    expect(script.channel.handle({ kind: 'resumed', connection: 2, tokenValue: 'late' }, script.now)).toEqual(
      [],
    );
    expect(script.channel.handle({ kind: 'socket-closed', connection: 1 }, script.now)).toEqual([]);
  });
});

describe('the end', () => {
  it.each([
    ['an empty token', { kind: 'resumed', tokenValue: '' } as const],
    [
      'a service that no longer knows the session',
      { kind: 'resume-failed', reason: 'gone', cause: undefined } as const,
    ],
  ])('comes as timed out with %s', (_, input) => {
    expect(states(lost().give(input))).toEqual([{ kind: 'ended', end: { kind: 'timed-out' } }]);
  });

  it('comes with channel_closed and its words', () => {
    expect(ScriptedChannel.live().closed('Ended by an administrator.')).toEqual([
      { kind: 'close-socket' },
      {
        kind: 'state',
        state: {
          kind: 'ended',
          end: { kind: 'closed', message: 'Ended by an administrator.', isOutputIncomplete: false },
        },
      },
    ]);
  });

  it('comes with channel_closed even when its payload cannot be read', () => {
    const effects = ScriptedChannel.live().receive({
      messageType: 'channel_closed',
      payloadType: 0,
      payload: Buffer.from('?'),
    });
    expect(states(effects)).toEqual([
      { kind: 'ended', end: { kind: 'closed', message: '', isOutputIncomplete: false } },
    ]);
  });

  it('waits a moment for output that is missing when the channel is closed, and delivers it', () => {
    const script = ScriptedChannel.live();
    script.output(1, 'second');
    expect(states(script.closed(''))).toEqual([]);
    const effects = script.output(0, 'first ');
    expect([deliveredText(effects), states(effects)]).toEqual([
      'first second',
      [{ kind: 'ended', end: { kind: 'closed', message: '', isOutputIncomplete: false } }],
    ]);
  });

  it('says that output is incomplete when the missing piece does not come', () => {
    const script = ScriptedChannel.live();
    script.output(1, 'second');
    script.closed('');
    expect(states(script.pass(500))).toEqual([
      { kind: 'ended', end: { kind: 'closed', message: '', isOutputIncomplete: true } },
    ]);
  });

  it('is the last word: nothing is sent, delivered or told after it', () => {
    const script = ScriptedChannel.live();
    script.write('unacknowledged');
    script.give({ kind: 'end' });
    expect(states(script.effects).at(-1)).toEqual({ kind: 'ended', end: { kind: 'ended-by-user' } });
    script.effects.length = 0;
    script.write('more');
    script.output(0, 'late');
    script.give({ kind: 'resize', size: { cols: 1, rows: 1 } });
    script.give({ kind: 'reconnect-now' });
    script.give({ kind: 'end' });
    script.pass(60_000);
    expect([script.effects, script.channel.nextTimerAt()]).toEqual([[], undefined]);
  });

  it('comes with the error of a driver that cannot go on', () => {
    const error = new SsmError('insecure-endpoint', 'no');
    const script = new ScriptedChannel();
    script.give({ kind: 'start' });
    expect(states(script.give({ kind: 'fail', error }))).toEqual([
      { kind: 'ended', end: { kind: 'failed', error } },
    ]);
  });
});
