import { expect, test } from 'vitest';
import { floodBytes, gatherMs, OutputFeed, windowMs } from '../../../src/renderer/terminal/output-feed.ts';

/** Writes with their time and length, on a clock that moves when it is told to. */
class Bench {
  now = 1_000;
  readonly writes: { at: number; lengths: number[] }[] = [];
  #timers: { at: number; run: () => void }[] = [];
  readonly feed = new OutputFeed(
    (pieces) => this.writes.push({ at: this.now, lengths: pieces.map(({ length }) => length) }),
    {
      now: () => this.now,
      later: (run, delayMs) => this.#timers.push({ at: this.now + delayMs, run }),
    },
  );

  push(length: number): void {
    this.feed.push(new Uint8Array(length));
  }

  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (next === undefined) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.now = next.at;
      next.run();
    }
    this.now = end;
  }

  get written(): number {
    return this.writes.flatMap(({ lengths }) => lengths).reduce((sum, length) => sum + length, 0);
  }
}

test('an echo is drawn at once, and so is a screen full of text behind it', () => {
  const bench = new Bench();
  for (const length of [1, 8_000, 8_000, 1]) bench.push(length);
  expect(bench.writes.map(({ at }) => at)).toEqual([1_000, 1_000, 1_000, 1_000]);
});

test('a flood is drawn a few times a second, with all of its output in order', () => {
  const bench = new Bench();
  let pushed = 0;
  for (let ms = 0; ms < 1_000; ms += 2) {
    bench.push(10_000 + ms);
    pushed += 10_000 + ms;
    bench.advance(2);
  }
  bench.advance(gatherMs);
  expect(bench.written).toBe(pushed);
  const lengths = bench.writes.flatMap((write) => write.lengths);
  expect(lengths).toEqual([...lengths].sort((one, other) => one - other));
  const during = bench.writes.filter(({ at }) => at >= 1_100 && at < 2_000);
  expect(during.length).toBeGreaterThan(10);
  expect(during.length).toBeLessThanOrEqual(900 / gatherMs + 1);
});

test('once a flood is over, keys are echoed at once again', () => {
  const bench = new Bench();
  for (let count = 0; count < 4; count += 1) bench.push(floodBytes);
  bench.advance(2 * windowMs);
  expect(bench.written).toBe(4 * floodBytes);
  bench.push(1);
  bench.push(1);
  expect(bench.writes.slice(-2).map(({ at, lengths }) => [at, lengths])).toEqual([
    [bench.now, [1]],
    [bench.now, [1]],
  ]);
});

test('the last piece of a flood is not left behind', () => {
  const bench = new Bench();
  bench.push(floodBytes);
  bench.push(7);
  expect(bench.written).toBe(floodBytes);
  bench.advance(gatherMs);
  expect(bench.written).toBe(floodBytes + 7);
});
