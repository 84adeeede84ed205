import { describe, expect, test } from 'vitest';
import { CutOffWatch } from '../../src/main/sessions/cut-off-watch.ts';
import type { CutOff, SessionTerms } from '../../src/shared/session-terms.ts';
import { turns } from './support/fake-service.ts';
import { HandClock } from './support/hand-clock.ts';

const minute = 60_000;

class Bench {
  readonly clock = new HandClock();
  readonly told: (CutOff | undefined)[] = [];
  activeAt: number | undefined = 0;
  asked = 0;
  readonly watch: CutOffWatch;

  constructor(terms: Omit<SessionTerms, 'startedAt'>, approvedForMs?: number) {
    this.watch = new CutOffWatch({
      terms: { startedAt: 0, ...terms },
      approval:
        approvedForMs === undefined ? undefined : { requestId: 'oi-1', since: 0, until: approvedForMs },
      readActiveAt: () => {
        this.asked += 1;
        return Promise.resolve(this.activeAt);
      },
      now: () => this.clock.now(),
      setTimer: (run, delayMs) => this.clock.setTimer(run, delayMs),
      onWarning: (cutOff) => this.told.push(cutOff),
    });
  }

  async advance(ms: number): Promise<void> {
    await turns();
    for (let left = ms; left > 0; left -= 1000) {
      this.clock.advance(Math.min(1000, left));
      await turns();
    }
  }
}

describe('a session that nobody uses', () => {
  test('is told of two minutes before its end, once', async () => {
    const bench = new Bench({ idleMinutes: 20 });
    await bench.advance(18 * minute - 1000);
    expect(bench.told).toEqual([]);
    await bench.advance(10_000);
    expect(bench.told).toEqual([{ kind: 'idle', at: 20 * minute }]);
  });

  test('is not asked about while no end can be near', async () => {
    const bench = new Bench({ idleMinutes: 20 });
    await bench.advance(17 * minute);
    expect(bench.asked).toBe(1);
  });

  test('is told of no more once it is used again, and again when it is not', async () => {
    const bench = new Bench({ idleMinutes: 20 });
    await bench.advance(18 * minute + 1000);
    bench.activeAt = bench.clock.now();
    await bench.advance(2000);
    expect(bench.told.at(-1)).toBeUndefined();
    await bench.advance(18 * minute);
    expect(bench.told).toEqual([
      { kind: 'idle', at: 20 * minute },
      undefined,
      { kind: 'idle', at: 38 * minute + 1000 },
    ]);
  });
});

test('an approval that ends is told of five minutes before, and no more once it has ended, since the session goes on', async () => {
  const bench = new Bench({}, 60 * minute);
  await bench.advance(55 * minute - 2000);
  expect(bench.told).toEqual([]);
  await bench.advance(4000);
  expect(bench.told).toEqual([{ kind: 'approval', at: 60 * minute }]);
  await bench.advance(6 * minute);
  expect(bench.told).toEqual([{ kind: 'approval', at: 60 * minute }, undefined]);
  expect(bench.clock.pending).toBe(0);
});

test('a session in use is told of its longest time, ten minutes before', async () => {
  const bench = new Bench({ idleMinutes: 20, maxMinutes: 60 });
  for (let at = 0; at < 49; at += 10) {
    await bench.advance(10 * minute);
    bench.activeAt = bench.clock.now();
  }
  await bench.advance(2000);
  expect(bench.told).toEqual([{ kind: 'duration', at: 60 * minute }]);
});

test('nothing is watched where no limit is known, nor after the end', async () => {
  const unlimited = new Bench({});
  await unlimited.advance(minute);
  expect(unlimited.clock.pending).toBe(0);
  const ended = new Bench({ idleMinutes: 1 });
  await turns();
  ended.watch.stop();
  await ended.advance(5 * minute);
  expect([ended.told, ended.clock.pending]).toEqual([[], 0]);
});
