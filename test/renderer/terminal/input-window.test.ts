import { describe, expect, test } from 'vitest';
import { createInputWindow } from '../../../src/renderer/terminal/input-window.ts';
import { inputWindowBytes } from '../../../src/shared/terminal-port.ts';

const bytes = (length: number, first = 0): Uint8Array =>
  Uint8Array.from({ length }, (_none, at) => (first + at) % 251);
const sizeOf = (pieces: readonly Uint8Array[] | undefined): number =>
  (pieces ?? []).reduce((sum, piece) => sum + piece.length, 0);
const joined = (pieces: readonly Uint8Array[]): number[] => pieces.flatMap((piece) => [...piece]);

describe('the window for input', () => {
  test('lets a key press go at once', () => {
    expect(createInputWindow().offer(Uint8Array.of(0x61))).toEqual([Uint8Array.of(0x61)]);
  });

  test('never has more than its size out and unaccepted, and loses and repeats nothing', () => {
    const input = createInputWindow(100);
    const all = bytes(1_000);
    const sent = [...(input.offer(all.subarray(0, 700)) ?? []), ...(input.offer(all.subarray(700)) ?? [])];
    expect(sizeOf(sent)).toBe(100);
    let unaccepted = 100;
    while (unaccepted > 0) {
      const step = Math.min(37, unaccepted);
      unaccepted -= step;
      const more = input.accepted(step);
      unaccepted += sizeOf(more);
      expect(unaccepted).toBeLessThanOrEqual(100);
      sent.push(...more);
    }
    expect(joined(sent)).toEqual([...all]);
    expect(input.waiting()).toBe(0);
  });

  test('sends no more at once than can be taken back soon, in pieces', () => {
    const sent = createInputWindow().offer(bytes(inputWindowBytes * 2)) ?? [];
    expect(sizeOf(sent)).toBe(inputWindowBytes / 4);
    expect(Math.max(...sent.map(({ length }) => length))).toBeLessThanOrEqual(64 * 1024);
  });

  test('takes all of a piece or none, so that half a paste is never sent', () => {
    const input = createInputWindow(10);
    expect(input.offer(new Uint8Array(32 * 1024 * 1024 + 10))).toBeUndefined();
    expect(input.waiting()).toBe(0);
    expect(sizeOf(input.offer(bytes(4)))).toBe(4);
  });

  test('forgets what waits, not what is out', () => {
    const input = createInputWindow(10);
    input.offer(bytes(25));
    expect(input.discard()).toBe(15);
    expect(input.accepted(10)).toEqual([]);
    expect(sizeOf(input.offer(bytes(10)))).toBe(10);
  });

  test('finishes the character whose beginning has left, and what it is told to keep', () => {
    const input = createInputWindow(4);
    input.offer(new TextEncoder().encode('abc日本'));
    expect(input.discard()).toBe(3);
    expect(joined(input.accepted(4))).toEqual([0x97, 0xa5]);
    expect(input.left()).toBe(6);
    input.offer(bytes(20));
    expect(input.discard(5)).toBe(13);
    expect(joined(input.accepted(4))).toEqual([2, 3, 4, 5]);
  });

  test('is not widened by a main that accepts more than it was given', () => {
    const input = createInputWindow(10);
    input.offer(bytes(4));
    input.accepted(1_000);
    expect(sizeOf(input.offer(bytes(30)))).toBe(10);
  });

  test('takes nothing from an empty offer', () => {
    expect(createInputWindow().offer(new Uint8Array(0))).toEqual([]);
  });
});
