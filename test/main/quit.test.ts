import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Quit } from '../../src/main/quit.ts';

class Bench {
  isAnyLive = true;
  wantsToBeAsked = true;
  page: () => Promise<void> = () => Promise.resolve();
  readonly happened: string[] = [];
  readonly quit = new Quit({
    isAnyLive: () => this.isAnyLive,
    wantsToBeAsked: () => this.wantsToBeAsked,
    ask: () => this.happened.push('ask'),
    pageIsAlive: () => this.page(),
    finish: () => this.happened.push('finish'),
  });
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('without live sessions the app ends at once', () => {
  const bench = new Bench();
  bench.isAnyLive = false;
  bench.quit.wanted();
  expect(bench.happened).toEqual(['finish']);
});

test('with live sessions the page is asked, and its user may take all the time they want', async () => {
  const bench = new Bench();
  bench.quit.wanted();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(bench.happened).toEqual(['ask']);
  bench.quit.answered(true);
  expect(bench.happened).toEqual(['ask', 'finish']);
});

test('whoever does not want to be asked is not', () => {
  const bench = new Bench();
  bench.wantsToBeAsked = false;
  bench.quit.wanted();
  expect(bench.happened).toEqual(['finish']);
});

test('after staying, quitting asks again', () => {
  const bench = new Bench();
  bench.quit.wanted();
  bench.quit.answered(false);
  bench.quit.wanted();
  expect(bench.happened).toEqual(['ask', 'ask']);
});

test('asking to quit a second time needs no answer', () => {
  const bench = new Bench();
  bench.quit.wanted();
  bench.quit.wanted();
  expect(bench.happened).toEqual(['ask', 'finish']);
});

test.each([
  ['hangs', () => new Promise<void>(() => {})],
  ['has crashed', () => Promise.reject(new Error('no page'))],
])('a page that %s cannot keep the app', async (_name, page) => {
  const bench = new Bench();
  bench.page = page;
  bench.quit.wanted();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(bench.happened).toEqual(['ask', 'finish']);
});

test('a signal ends the app without a question, and only once', () => {
  const bench = new Bench();
  bench.quit.now();
  bench.quit.now();
  bench.quit.wanted();
  bench.quit.answered(true);
  expect(bench.happened).toEqual(['finish']);
});
