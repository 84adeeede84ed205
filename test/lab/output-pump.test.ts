import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OutputPump } from '../../src/lab/agent/output-pump.ts';
import { Utf8Chunks } from '../../src/lab/agent/utf8-chunks.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function makePump(firstReadMs: number, betweenReadsMs: number) {
  const log: string[] = [];
  const state = { maySend: true };
  const pump = new OutputPump({
    firstReadMs,
    betweenReadsMs,
    chunks: new Utf8Chunks(false),
    source: { pause: () => log.push('pause'), resume: () => log.push('resume') },
    maySend: () => state.maySend,
    send: (chunk) => log.push(`send ${chunk.length}`),
    onEnd: () => log.push('end'),
  });
  return { pump, log, state };
}

test('the official pace reads after a second, then at most 1024 bytes a millisecond', () => {
  const { pump, log } = makePump(1000, 1);
  pump.push(Buffer.alloc(2500));
  vi.advanceTimersByTime(999);
  expect(log).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(log).toEqual(['send 1024']);
  vi.advanceTimersByTime(1);
  expect(log).toEqual(['send 1024', 'send 1024']);
  pump.end();
  expect(log).toHaveLength(2);
  vi.advanceTimersByTime(2);
  expect(log.slice(2)).toEqual(['send 452', 'end']);
});

test('without waits the same bytes leave in the same pieces', () => {
  const { pump, log } = makePump(0, 0);
  pump.push(Buffer.alloc(2500));
  pump.end();
  expect(log).toEqual(['send 1024', 'send 1024', 'send 452', 'end']);
});

test('a character that is cut by a read makes the next chunk longer, never shorter than whole', () => {
  const { pump, log } = makePump(0, 0);
  pump.push(Buffer.from(`${'x'.repeat(1022)}€${'y'.repeat(1023)}`));
  expect(log).toEqual(['send 1022', 'send 1026']);
});

test('a program that prints more than can be sent is paused, and goes on when it can', () => {
  const { pump, log, state } = makePump(0, 0);
  state.maySend = false;
  pump.push(Buffer.alloc(60_000));
  pump.push(Buffer.alloc(10_000));
  expect(log).toEqual(['pause']);
  state.maySend = true;
  pump.wake();
  expect(log.at(-1)).toBe('resume');
  expect(log.filter((entry) => entry.startsWith('send'))).toHaveLength(Math.ceil(70_000 / 1024));
});

test('a read goes on across the pieces in which the source gave its bytes', () => {
  const { pump, log, state } = makePump(0, 0);
  state.maySend = false;
  for (const size of [8, 1500, 100]) pump.push(Buffer.alloc(size));
  state.maySend = true;
  pump.wake();
  expect(log).toEqual(['send 1024', 'send 584']);
});

test('the end waits until everything has been sent', () => {
  const { pump, log, state } = makePump(0, 0);
  state.maySend = false;
  pump.push(Buffer.alloc(10));
  pump.end();
  expect(log).toEqual([]);
  state.maySend = true;
  pump.wake();
  expect(log).toEqual(['send 10', 'end']);
});
