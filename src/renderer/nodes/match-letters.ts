export interface LetterMatch {
  /** Higher is better; only comparable within one word. */
  readonly score: number;
  /** Places in the text that carry the match, ascending. */
  readonly marks: readonly number[];
}

/** A word in a text, as it is or as letters in order. Both in lower case. */
export function matchLetters(text: string, word: string): LetterMatch | undefined {
  const whole = text.indexOf(word);
  if (whole !== -1) {
    const marks = Array.from(word, (_letter, index) => whole + index);
    return { score: 50 + (isWordStart(text, whole) ? 30 : 0) - Math.min(whole, 20), marks };
  }
  const marks: number[] = [];
  let score = 0;
  let from = 0;
  for (const letter of word) {
    const at = text.indexOf(letter, from);
    if (at === -1) return undefined;
    if (at === from && marks.length > 0) score += 4;
    if (isWordStart(text, at)) score += 6;
    marks.push(at);
    from = at + letter.length;
  }
  return { score: score - Math.min((marks.at(-1) ?? 0) - (marks[0] ?? 0), 30), marks };
}

export const isWordStart = (text: string, at: number): boolean =>
  at === 0 || /[\s\-_./:]/.test(text[at - 1] ?? ' ');
