const harmless = /^[a-zA-Z0-9_@%+=:,./-]+$/;

/**
 * The words of a command as one text that a shell, or the agent, splits into the same words again. A single word is taken for
 * such a text already: `exec i-1 -- 'sh -c "date; uptime"'`.
 */
export function joinWords(words: readonly string[]): string {
  if (words.length === 1) return words[0] ?? '';
  return words.map((word) => (harmless.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
