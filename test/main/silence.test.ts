import { describe, expect, test } from 'vitest';
import { SilenceWatch } from '../../src/main/sessions/silence-watch.ts';
import { type HeardOf, type Silence, silenceOf } from '../../src/shared/silence.ts';
import { turns } from './support/fake-service.ts';
import { HandClock } from './support/hand-clock.ts';
import { eventually, fault, labBench } from './support/lab-bench.ts';

describe('a connection that stands', () => {
  const quiet = { connectedAt: 1_000, bytesIn: 0 };

  test.each<[string, HeardOf, number, Silence | undefined]>([
    ['is given time', quiet, 20_999, undefined],
    ['that nothing came over is told', quiet, 21_000, { kind: 'no-answer', since: 1_000 }],
    [
      'whose shell has printed is not told, however long nothing is typed',
      { ...quiet, heardAt: 1_100, bytesIn: 7 },
      9_000_000,
      undefined,
    ],
    [
      'whose node takes nothing any more is told since then',
      { ...quiet, heardAt: 1_100, bytesIn: 7, waitingSince: 50_000 },
      70_000,
      { kind: 'not-taken', since: 50_000 },
    ],
    [
      'whose agent is heard of is not told, though it owes an acknowledge',
      { ...quiet, heardAt: 65_000, bytesIn: 7, waitingSince: 50_000 },
      80_000,
      undefined,
    ],
    [
      'whose command waits for input is told as what it is',
      { ...quiet, heardAt: 1_100 },
      21_000,
      { kind: 'no-output', since: 1_000 },
    ],
    ['that never was is nothing to wait for', { bytesIn: 0 }, 9_000_000, undefined],
  ])('%s', (_name, heard, now, expected) => {
    expect(silenceOf(heard, now)).toEqual(expected);
  });

  test('is told once, and taken back as soon as something comes or it is lost', async () => {
    const clock = new HandClock();
    const told: (string | undefined)[] = [];
    let heard: HeardOf | undefined = { connectedAt: 0, bytesIn: 0 };
    const begin = (): SilenceWatch =>
      new SilenceWatch({
        readHeard: () => Promise.resolve(heard),
        now: () => clock.now(),
        setTimer: (run, delayMs) => clock.setTimer(run, delayMs),
        onSilence: (silence) => told.push(silence?.kind),
      });
    const pass = async (ms: number): Promise<void> => {
      for (let left = ms; left > 0; left -= 5_000) {
        clock.advance(Math.min(5_000, left));
        await turns();
      }
    };
    const watch = begin();
    await pass(15_000);
    expect(told).toEqual([]);
    await pass(15_000);
    expect(told).toEqual(['no-answer']);
    heard = { connectedAt: 0, heardAt: clock.now(), bytesIn: 3 };
    await pass(5_000);
    expect(told).toEqual(['no-answer', undefined]);
    heard = { ...heard, waitingSince: clock.now() };
    await pass(25_000);
    watch.stop();
    expect(told).toEqual(['no-answer', undefined, 'not-taken', undefined]);
    expect(clock.pending).toBe(0);
  });
});

describe('on the lab', () => {
  const soon = 20_000;

  test('an agent that never answers is not a shell that waits: its blank tab will say so', async () => {
    const bench = await labBench();
    await fault(bench.lab, { session: '*', kind: 'lose' });
    const { key } = bench.sessions.start({
      profileId: bench.profileId,
      target: bench.target,
      cols: 80,
      rows: 24,
    });
    await eventually(() => expect(bench.session(key).state.kind).toBe('live'));
    const figures = await bench.sessions.bytes(key).figures();
    expect(figures?.heard.heardAt).toBeUndefined();
    expect(silenceOf({ ...figures?.heard, bytesIn: 0 }, Date.now() + soon)?.kind).toBe('no-answer');
    await bench.sessions.end(key);
  });

  test('a node that dies in the middle of a session, its connection still up, does not take what is typed', async () => {
    const bench = await labBench();
    const { key } = bench.sessions.start({
      profileId: bench.profileId,
      target: bench.target,
      cols: 80,
      rows: 24,
    });
    const page = bench.attach(key);
    bench.type(key, page, 'echo here\n');
    await eventually(() => expect(page.text).toContain('here'));
    const kind = async (): Promise<string | undefined> => {
      const figures = await bench.sessions.bytes(key).figures();
      return silenceOf({ ...figures?.heard, bytesIn: figures?.bytesIn ?? 0 }, Date.now() + soon)?.kind;
    };
    await eventually(async () => expect(await kind()).toBeUndefined());
    await fault(bench.lab, { session: '*', kind: 'lose' });
    bench.type(key, page, 'echo lost\n');
    await eventually(async () => expect(await kind()).toBe('not-taken'));
    await bench.sessions.end(key);
  });
});
