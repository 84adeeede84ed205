import { expect, test } from 'vitest';
import { inputWindowBytes } from '../../src/shared/terminal-port.ts';
import { InputRoad, waitingLimitBytes } from '../../src/main/bytes/input-road.ts';

class Bench {
  written: number[] = [];
  accepted = 0;
  /** Whether the channel says that more is welcome. */
  isWelcome = true;
  readonly road = new InputRoad({
    write: (bytes) => {
      this.written.push(bytes.length);
      return this.isWelcome;
    },
    postAccepted: (byteCount) => (this.accepted += byteCount),
  });

  input(length: number): boolean {
    return this.road.input(new Uint8Array(length));
  }
}

function opened(): Bench {
  const bench = new Bench();
  bench.road.open();
  return bench;
}

test('a key goes to the channel at once and is accepted', () => {
  const bench = opened();
  bench.input(1);
  expect([bench.written, bench.accepted]).toEqual([[1], 1]);
});

test('what is typed while the session connects goes out when the channel opens', () => {
  const bench = new Bench();
  bench.input(3);
  expect([bench.written, bench.accepted]).toEqual([[], 0]);
  bench.road.open();
  expect([bench.written, bench.accepted]).toEqual([[3], 3]);
});

test('when the channel has had enough, what it took is accepted only once it wants more', () => {
  const bench = opened();
  bench.isWelcome = false;
  bench.input(10);
  bench.input(20);
  expect([bench.written, bench.accepted]).toEqual([[10], 0]);
  bench.isWelcome = true;
  bench.road.open();
  expect([bench.written, bench.accepted]).toEqual([[10, 20], 30]);
});

test('a channel that is full again after one piece gets one piece', () => {
  const bench = opened();
  bench.isWelcome = false;
  for (const length of [1, 2, 3]) bench.input(length);
  bench.road.open();
  expect([bench.written, bench.accepted]).toEqual([[1, 2], 1]);
});

test('a page that ignores its window is refused, and nothing of the refused piece is kept', () => {
  const bench = new Bench();
  expect(bench.input(inputWindowBytes)).toBe(true);
  expect(bench.input(1)).toBe(false);
  bench.road.open();
  expect(bench.written).toEqual([inputWindowBytes]);
});

test('what was typed to a session that has ended is not typed to the next one', () => {
  const bench = new Bench();
  bench.input(5);
  bench.road.end();
  bench.input(6);
  expect([bench.written, bench.accepted]).toEqual([[], 11]);
  bench.road.awaitChannel();
  bench.input(7);
  bench.road.open();
  expect([bench.written, bench.accepted]).toEqual([[7], 18]);
});

test('what a page had sent before it reloaded still goes out, and the new page is not told of it', () => {
  const bench = new Bench();
  bench.input(5);
  bench.road.pageGone();
  bench.input(7);
  bench.road.open();
  expect([bench.written, bench.accepted]).toEqual([[5, 7], 7]);
});

test('the new page has a full window of its own', () => {
  const bench = new Bench();
  bench.input(inputWindowBytes);
  bench.road.pageGone();
  expect(bench.input(inputWindowBytes)).toBe(true);
  expect(bench.input(1)).toBe(false);
});

test('however often pages come and go while nothing moves, what was taken goes out, and no more than the limit is taken', () => {
  const bench = new Bench();
  let taken = 0;
  for (let page = 0; page < 20; page += 1) {
    if (bench.input(inputWindowBytes)) taken += inputWindowBytes;
    bench.road.pageGone();
  }
  expect(taken).toBe(waitingLimitBytes);
  bench.road.open();
  expect(bench.written.reduce((total, length) => total + length, 0)).toBe(taken);
  expect(bench.accepted).toBe(0);
});
