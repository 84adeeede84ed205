import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseFault } from '../../src/lab/faults/fault.ts';
import { FaultyLane } from '../../src/lab/faults/faulty-lane.ts';
import { SessionFaults, type Verdict } from '../../src/lab/faults/session-faults.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { callApi, countsOf, postFaults, start } from './support/lab-caller.ts';
import { RawClient } from './support/raw-client.ts';

describe('a fault', () => {
  test('is read from JSON, for every session when it names none', () => {
    expect(
      parseFault({ kind: 'lose', direction: 'down', type: 'acknowledge', every: 7, count: 3, seed: 1 }),
    ).toEqual({
      session: '*',
      kind: 'lose',
      direction: 'down',
      type: 'acknowledge',
      every: 7,
      count: 3,
      seed: 1,
    });
  });

  const refused: [unknown, RegExp][] = [
    ['cut', /JSON object/],
    [{ kind: 'explode' }, /kind is one of/],
    [{ kind: 'cut', colour: 'red' }, /no member "colour"/],
    [{ kind: 'lose', direction: 'left' }, /direction is one of/],
    [{ kind: 'lose', every: 0 }, /every is a whole number/],
    [{ kind: 'close', code: 1006 }, /may be sent/],
    [{ kind: 'cut', code: 1000 }, /no code/],
    [{ kind: 'refuse-resume', code: 400 }, /error name/],
  ];
  for (const [value, message] of refused) {
    test(`${JSON.stringify(value)} is refused`, () => {
      expect(() => parseFault(value)).toThrow(message);
    });
  }

  test('hits every n-th matching frame, as often as it says', () => {
    const faults = new SessionFaults();
    faults.add(parseFault({ kind: 'lose', direction: 'down', every: 3, count: 2 }));
    const hits = Array.from(
      { length: 12 },
      () => faults.judge('up', 'x').lose || faults.judge('down', 'x').lose,
    );
    expect(hits.flatMap((isHit, index) => (isHit ? [index + 1] : []))).toEqual([3, 6]);
    expect(faults.concernsFrames).toBe(false);
  });

  test('with a seed hits by chance, and the same seed hits the same frames', () => {
    const run = (seed: number) => {
      const faults = new SessionFaults();
      faults.add(parseFault({ kind: 'lose', every: 5, seed }));
      return Array.from({ length: 1000 }, () => faults.judge('up', 'x').lose);
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    const count = run(1).filter(Boolean).length;
    expect(count).toBeGreaterThan(150);
    expect(count).toBeLessThan(250);
  });
});

describe('a faulty lane', () => {
  const nothing: Verdict = {
    lose: false,
    corruptDigest: false,
    repeats: 0,
    delayMs: 0,
    reorderMs: undefined,
    connection: undefined,
  };

  test('loses, repeats and swaps frames', () => {
    const out: string[] = [];
    const lane = new FaultyLane((frame) => out.push(Buffer.from(frame).toString()));
    const pass = (text: string, verdict?: Partial<Verdict>) =>
      lane.pass(Buffer.from(text), verdict && { ...nothing, ...verdict }, performance.now());
    pass('a');
    pass('b', { lose: true });
    pass('c', { repeats: 2 });
    pass('d', { reorderMs: 60_000 });
    pass('e', {});
    pass('f', {});
    lane.drop();
    expect(out.join('')).toBe('acccedf');
  });

  test('keeps the order of what comes behind a delayed frame', async () => {
    const out: string[] = [];
    await new Promise<void>((resolve) => {
      const lane = new FaultyLane((frame) => {
        out.push(Buffer.from(frame).toString());
        if (out.length === 3) resolve();
      });
      lane.pass(Buffer.from('a'), { ...nothing, delayMs: 20 }, performance.now());
      lane.pass(Buffer.from('b'), undefined, performance.now());
      lane.pass(Buffer.from('c'), { ...nothing, delayMs: 5 }, performance.now());
    });
    expect(out.join('')).toBe('abc');
  });

  test('lets nothing through while it is stalled, and everything afterwards', async () => {
    const out: string[] = [];
    await new Promise<void>((resolve) => {
      const lane = new FaultyLane((frame) => {
        out.push(Buffer.from(frame).toString());
        if (out.length === 2) resolve();
      });
      lane.stall(20);
      lane.pass(Buffer.from('a'), undefined, performance.now());
      lane.pass(Buffer.from('b'), undefined, performance.now());
      expect([out.length, lane.queuedBytes]).toEqual([0, 2]);
    });
    expect(out.join('')).toBe('ab');
  });
});

describe('through the control URL', () => {
  let lab: Lab;
  const clients: RawClient[] = [];

  beforeAll(async () => {
    lab = await startLab({ pace: 'fast' });
  });
  afterAll(() => lab.close());
  afterEach(() => {
    for (const client of clients.splice(0)) client.drop();
  });

  async function openShell(): Promise<{
    client: RawClient;
    session: string;
    streamUrl: string;
    token: string;
  }> {
    const { SessionId, TokenValue, StreamUrl } = await start(lab);
    const client = connect(StreamUrl, TokenValue);
    await client.until(({ outputLength }) => outputLength > 0);
    return { client, session: SessionId, streamUrl: StreamUrl, token: TokenValue };
  }
  function connect(...args: ConstructorParameters<typeof RawClient>): RawClient {
    const client = new RawClient(...args);
    clients.push(client);
    return client;
  }
  async function resume(session: string): Promise<string> {
    return String((await callApi(lab, 'ResumeSession', { SessionId: session })).body['TokenValue']);
  }

  test('a connection is cut without a close frame, and the session goes on', async () => {
    const { client, session, streamUrl } = await openShell();
    expect(await postFaults(lab, { session, kind: 'cut' })).toEqual({ status: 200, body: { added: 1 } });
    expect(await client.closed()).toBe(1006);
    expect((await countsOf(lab, session)).status).toBe('Disconnected');
    const again = connect(streamUrl, await resume(session), client.state);
    again.type('echo on-$((1+1))\r');
    await again.until(({ text }) => text.includes('on-2'));
  });

  test('a cut that is asked for while no client is there meets the next one, and the lab goes on', async () => {
    const { client, session, streamUrl } = await openShell();
    client.drop();
    await expect.poll(async () => (await countsOf(lab, session)).isConnected).toBe(false);
    await postFaults(lab, { session, kind: 'cut' });
    expect(await connect(streamUrl, await resume(session), client.state).closed()).toBe(1006);
    const again = connect(streamUrl, await resume(session), client.state);
    again.type('echo on-$((1+1))\r');
    await again.until(({ text }) => text.includes('on-2'));
  });

  test('a connection is closed with code 1000 as the service does hourly', async () => {
    const { client, session } = await openShell();
    await postFaults(lab, { session, kind: 'close', code: 1000 });
    expect(await client.closed()).toBe(1000);
    expect(client.channelClosed).toBeUndefined();
    expect((await countsOf(lab, session)).status).toBe('Disconnected');
  });

  test('a connection is cut at the n-th frame', async () => {
    const { client, session } = await openShell();
    await postFaults(lab, {
      session,
      kind: 'cut',
      direction: 'down',
      type: 'output_stream_data',
      every: 20,
      count: 1,
    });
    client.type('seq 1 100000\r');
    expect(await client.closed()).toBe(1006);
    expect(await countsOf(lab, session)).toMatchObject({
      isConnected: false,
      connections: 1,
      lostWithUnacknowledged: 1,
    });
  });

  test('a stall lets nothing through, pongs included', async () => {
    const { client, session } = await openShell();
    const before = client.outputLength;
    await postFaults(lab, { session, kind: 'stall' });
    client.type('echo never\r');
    const pong = client.ping().then(() => 'pong');
    // Two turns through the lab and back show that it has had the time to answer.
    await countsOf(lab, session);
    const counts = await countsOf(lab, session);
    expect(await Promise.race([pong, Promise.resolve('no pong')])).toBe('no pong');
    expect([client.outputLength, counts.isConnected]).toEqual([before, true]);
  });

  test('ResumeSession is refused by the name that was asked for, once, then works', async () => {
    const { client, session } = await openShell();
    client.drop();
    await postFaults(lab, [
      { session, kind: 'refuse-resume', code: 'ThrottlingException' },
      { session, kind: 'refuse-resume', code: 'gone' },
    ]);
    const names = [];
    for (let call = 0; call < 3; call += 1) {
      const { errorType, body } = await callApi(lab, 'ResumeSession', { SessionId: session });
      names.push(errorType ?? (body['TokenValue'] === '' ? 'empty token' : 'token'));
    }
    expect(names).toEqual(['ThrottlingException', 'empty token', 'token']);
  });

  test('a token expires before it is used', async () => {
    const { client, session, streamUrl } = await openShell();
    client.drop();
    await postFaults(lab, { session, kind: 'expire-token' });
    expect(await connect(streamUrl, await resume(session), client.state).closed()).toBe(1008);
    const again = connect(streamUrl, await resume(session), client.state);
    again.type('echo on-$((1+1))\r');
    await again.until(({ text }) => text.includes('on-2'));
  });

  test('output that is lost, repeated and reordered still arrives once and in order', async () => {
    const { client, session } = await openShell();
    await postFaults(lab, [
      { session, kind: 'lose', direction: 'down', type: 'output_stream_data', every: 12, seed: 1 },
      { session, kind: 'repeat', every: 5, seed: 2 },
      { session, kind: 'reorder', direction: 'down', every: 6, seed: 3 },
      { session, kind: 'lose', direction: 'up', type: 'acknowledge', every: 9, seed: 4 },
    ]);
    client.type("printf 'BEGIN%s' ':'; seq 1 20000; echo DO''NE\r");
    await client.until(({ text }) => text.includes('DONE\r\n'));
    const printed = client.text.split('BEGIN:')[1]?.split('DONE')[0];
    const expected = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\r\n`).join('');
    expect(printed === expected).toBe(true);
    expect((await countsOf(lab, session)).resends).toBeGreaterThan(0);
  });

  test.each([
    { kind: 'delay', direction: 'down', ms: 50 },
    { kind: 'reorder', direction: 'down', every: 1 },
  ])('the end of the session is still told when a fault holds frames: $kind', async (fault) => {
    const { client, session } = await openShell();
    await postFaults(lab, { session, ...fault });
    client.type('echo la""st; exit\r');
    await client.closed();
    expect(client.text).toContain('last\r\n');
    expect(client.channelClosed).toMatchObject({ SessionId: session, Output: '' });
  });

  test('a fault for a session that is not live, or that is no fault, is refused', async () => {
    expect((await postFaults(lab, { session: 'nobody', kind: 'cut' })).status).toBe(404);
    expect(await postFaults(lab, { kind: 'explode' })).toMatchObject({
      status: 400,
      body: { error: /kind is one of/ },
    });
  });

  test('nothing can be done without the secret in the path', async () => {
    const guessed = lab.control.replace(/[^/]+$/, 'guess');
    const response = await fetch(`${guessed}/sessions`);
    expect(response.status).toBe(400);
  });

  test('a fault given at the start meets every session', async () => {
    const faulty = await startLab({ pace: 'fast', faults: [parseFault({ kind: 'expire-token' })] });
    try {
      const first = await start(faulty);
      const second = await start(faulty);
      const codes = [first, second].map(({ StreamUrl, TokenValue }) =>
        connect(StreamUrl, TokenValue).closed(),
      );
      expect(await Promise.all(codes)).toEqual([1008, 1008]);
    } finally {
      await faulty.close();
    }
  });

  test('the program’s own echo is timed for measurements', async () => {
    const { client, session } = await openShell();
    client.type('x');
    await client.until(({ text }) => text.includes('x'));
    const { echo } = await countsOf(lab, session);
    expect(echo.count).toBe(1);
    expect(echo.p50Ms).toBeGreaterThan(0);
  });
});
