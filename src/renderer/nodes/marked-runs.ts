export interface Run {
  readonly from: number;
  readonly text: string;
  readonly isMarked: boolean;
}

/**
 * A text cut where marked letters begin and end: an element a run and not a letter, for every row at every key.
 * @param marks places in the text, ascending
 */
export function markedRuns(text: string, marks: readonly number[]): Run[] {
  const runs: Run[] = [];
  let at = 0;
  const add = (to: number, isMarked: boolean): void => {
    if (to > at) runs.push({ from: at, text: text.slice(at, to), isMarked });
    at = Math.max(at, to);
  };
  for (const [number, mark] of marks.entries()) {
    if (marks[number - 1] !== mark - 1) add(mark, false);
    if (marks[number + 1] !== mark + 1) add(mark + 1, true);
  }
  add(text.length, false);
  return runs;
}
