import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowSlots } from '../../../src/renderer/views/sidebar/row-slots.ts';

const from = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_none, at) => `node ${first + at}`);

test('a row that stays keeps its element, and a row that comes takes one that is free', () => {
  const slots = new RowSlots();
  expect(Object.fromEntries(slots.assign(['a', 'b', 'c']))).toEqual({ a: 0, b: 1, c: 2 });
  expect(Object.fromEntries(slots.assign(['b', 'c', 'd']))).toEqual({ b: 1, c: 2, d: 0 });
});

test('a press that was aimed at one node does not meet another that has come in before it', () => {
  const slots = new RowSlots();
  slots.assign(['web', 'db']);
  expect(Object.fromEntries(slots.assign(['batch', 'web', 'db']))).toEqual({ web: 0, db: 1, batch: 2 });
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
