import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowSlots } from '../../../src/renderer/views/sidebar/row-slots.ts';

const from = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_none, at) => first + at);

test('a row that stays keeps its element, and a row that comes takes one that is free', () => {
  const slots = new RowSlots();
  expect([...slots.assign([0, 1, 2])]).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
  expect(new Map(slots.assign([1, 2, 3]))).toEqual(
    new Map([
      [1, 1],
      [2, 2],
      [3, 0],
    ]),
  );
});

test('however one scrolls, no element shows two rows, and there are no more elements than rows at most', () => {
  const windows = fc.array(fc.tuple(fc.nat({ max: 100 }), fc.integer({ min: 0, max: 20 })), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(windows, (steps) => {
      const slots = new RowSlots();
      let most = 0;
      for (const [first, count] of steps) {
        most = Math.max(most, count);
        const assigned = [...slots.assign(from(first, count)).values()];
        expect(new Set(assigned).size).toBe(count);
        expect(Math.max(-1, ...assigned)).toBeLessThan(most);
      }
    }),
  );
});
