import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { highWaterBytes, lowWaterBytes } from '../../src/shared/terminal-port.ts';
import { chunkBytes, gatherMs, OutputRoad, replayBytes } from '../../src/main/bytes/output-road.ts';

/** A road with a page that writes down what it gets, on a clock that stands until it is told. */
class Bench {
  now = 1000;
  posted: Uint8Array[] = [];
  cuts = 0;
  isReading = true;
  timerAt: number | undefined;
  sent = 0;
  readonly road = new OutputRoad({
    post: (bytes) => this.posted.push(bytes),
    postReplayCut: () => (this.cuts += 1),
    pauseReading: () => (this.isReading = false),
    resumeReading: () => (this.isReading = true),
    setTimer: (delayMs) => (this.timerAt = this.now + delayMs),
  });

  /** The next bytes of a stream in which every place tells where it is. */
  output(length: number): void {
    this.road.output(streamBytes(this.sent, length), this.now);
    this.sent += length;
  }

  advance(ms: number): void {
    this.now += ms;
    if (this.timerAt !== undefined && this.now >= this.timerAt) {
      this.timerAt = undefined;
      this.road.timerFired(this.now);
    }
  }

  get sizes(): number[] {
    return this.posted.map(({ length }) => length);
  }
}

/** Longer than any stream here; no two places less than 64 KiB apart look alike around them. */
const pattern = new Uint8Array(16 * 1024 * 1024);
for (let at = 0; at < pattern.length; at += 1) pattern[at] = at * 7 + (at >> 8);

function streamBytes(from: number, length: number): Uint8Array {
  return pattern.subarray(from, from + length);
}

const isStream = (chunks: readonly Uint8Array[], from: number, length: number): boolean =>
  Buffer.concat(chunks).equals(streamBytes(from, length));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function attached(): Bench {
  const bench = new Bench();
  bench.road.attach(bench.now);
  return bench;
}

describe('gathering', () => {
  test('an echo in a quiet session is posted at once', () => {
    const bench = attached();
    bench.output(1);
    expect(bench.sizes).toEqual([1]);
  });

  test('what comes close behind is gathered and posted together when the time is up', () => {
    const bench = attached();
    bench.output(10);
    bench.output(20);
    bench.advance(1);
    bench.output(30);
    expect(bench.sizes).toEqual([10]);
    bench.advance(gatherMs);
    expect(bench.sizes).toEqual([10, 50]);
  });

  test('a full chunk does not wait for the time', () => {
    const bench = attached();
    bench.output(1);
    bench.output(chunkBytes - 1);
    expect(bench.sizes).toEqual([1]);
    bench.output(1);
    expect(bench.sizes).toEqual([1, chunkBytes]);
  });

  test('a posted chunk is a buffer of its own size, since the page gets the whole buffer behind it', () => {
    const bench = attached();
    bench.output(5);
    expect(bench.posted[0]?.buffer.byteLength).toBe(5);
  });

  test('the end of a session sends what is still gathered', () => {
    const bench = attached();
    bench.output(1);
    bench.output(2);
    bench.road.finish(bench.now);
    expect(bench.sizes).toEqual([1, 2]);
  });
});

describe('flow control', () => {
  function flooded(): Bench {
    const bench = attached();
    while (bench.isReading) bench.output(chunkBytes);
    return bench;
  }

  test('reading stops when the page has the high water mark unparsed', () => {
    expect(sum(flooded().sizes)).toBe(highWaterBytes);
  });

  test('reading goes on below the low water mark, not before, and what waited is posted first', () => {
    const bench = flooded();
    bench.output(100);
    bench.road.consumed(highWaterBytes - lowWaterBytes, bench.now);
    expect([bench.isReading, sum(bench.sizes)]).toEqual([false, highWaterBytes]);
    bench.road.consumed(1, bench.now);
    expect([bench.isReading, sum(bench.sizes)]).toEqual([true, highWaterBytes + 100]);
  });

  test('what comes although reading has stopped waits, and past the ring it is sent rather than lost', () => {
    const bench = flooded();
    bench.output(replayBytes);
    expect(sum(bench.sizes)).toBe(highWaterBytes);
    bench.output(1);
    expect(sum(bench.sizes)).toBe(highWaterBytes + replayBytes);
  });

  test('a page that claims to have parsed more than it got gains no credit by it', () => {
    const bench = attached();
    bench.road.consumed(10 * highWaterBytes, bench.now);
    for (let index = 0; index < (2 * highWaterBytes) / chunkBytes; index += 1) bench.output(chunkBytes);
    expect(bench.isReading).toBe(false);
  });

  test('a new data channel is asked to stop again while the page is still behind', () => {
    const bench = flooded();
    bench.isReading = true;
    bench.road.channelReplaced();
    expect(bench.isReading).toBe(false);
  });
});

describe('attaching', () => {
  test('what came before the page is posted when it attaches', () => {
    const bench = new Bench();
    bench.output(10);
    expect(bench.sizes).toEqual([]);
    bench.road.attach(bench.now);
    expect([bench.sizes, bench.cuts]).toEqual([[10], 0]);
  });

  test('without a page reading stops before unseen output would be forgotten', () => {
    const bench = new Bench();
    while (bench.isReading) bench.output(1024);
    // What the driver may still have in hand.
    bench.output(chunkBytes);
    bench.road.attach(bench.now);
    expect(bench.cuts).toBe(0);
    expect(isStream(bench.posted, 0, bench.sent)).toBe(true);
    expect(bench.isReading).toBe(true);
  });

  test('a page that comes back gets the last of what was printed, and is told that there was more', () => {
    const bench = attached();
    for (let index = 0; index < 10; index += 1) {
      bench.output(chunkBytes);
      bench.road.consumed(chunkBytes, bench.now);
      bench.advance(gatherMs);
    }
    bench.road.detach();
    bench.output(50);
    bench.posted = [];
    bench.road.attach(bench.now);
    expect(bench.cuts).toBe(1);
    expect(isStream(bench.posted, bench.sent - replayBytes, replayBytes)).toBe(true);
  });

  test('a page that dies while it is behind does not leave the session stopped', () => {
    const bench = attached();
    while (bench.isReading) bench.output(chunkBytes);
    bench.road.detach();
    expect(bench.isReading).toBe(true);
    bench.road.attach(bench.now);
    bench.output(1);
    expect(bench.isReading).toBe(true);
  });
});

test('whatever the order of events, an attached page gets every byte once and in order', () => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('output' as const),
        value: fc.integer({ min: 1, max: 200_000 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('consume' as const),
        value: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), value: fc.integer({ min: 0, max: 10 }) }),
    },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const bench = attached();
      let consumed = 0;
      for (const { kind, value } of steps) {
        if (kind === 'output') bench.output(value);
        else if (kind === 'wait') bench.advance(value);
        else {
          const taken = Math.floor((sum(bench.sizes) - consumed) * value);
          consumed += taken;
          bench.road.consumed(taken, bench.now);
        }
        const unparsed = sum(bench.sizes) - consumed;
        // Reading stops exactly while the page is behind, and a page that is not behind waits for no byte longer than the timer.
        if (unparsed >= highWaterBytes) expect(bench.isReading).toBe(false);
        if (unparsed < lowWaterBytes) expect(bench.isReading).toBe(true);
        if (bench.isReading && sum(bench.sizes) < bench.sent) expect(bench.timerAt).toBeDefined();
      }
      bench.road.finish(bench.now);
      expect(isStream(bench.posted, 0, bench.sent)).toBe(true);
    }),
    { numRuns: 60 },
  );
});
