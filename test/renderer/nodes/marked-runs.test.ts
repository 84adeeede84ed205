import { expect, test } from 'vitest';
import { markedRuns } from '../../../src/renderer/nodes/marked-runs.ts';

const shown = (text: string, marks: readonly number[]): string =>
  markedRuns(text, marks)
    .map((run) => (run.isMarked ? `[${run.text}]` : run.text))
    .join('');

test.each([
  ['web-9', [], 'web-9'],
  ['web-9', [0, 1, 2], '[web]-9'],
  ['my-web', [3, 4, 5], 'my-[web]'],
  ['lab-web-1', [0, 4, 8], '[l]ab-[w]eb-[1]'],
  ['🚀 rocket', [3, 4], '🚀 [ro]cket'],
  ['', [], ''],
])('%s with %j is shown as %s', (text, marks, expected) => {
  expect(shown(text, marks)).toBe(expected);
});

test('a run knows where it begins', () => {
  expect(markedRuns('my-web', [3, 4, 5]).map(({ from }) => from)).toEqual([0, 3]);
});
