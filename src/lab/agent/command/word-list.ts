/**
 * Splits a command as a shell splits a list of words, without running one (protocol notes, section 6.3): blanks part
 * words; single quotes keep everything, double quotes everything but a backslash before `"`, `\`, `$` or a backquote; a
 * backslash outside keeps the next character. Nothing is expanded, and `;`, `|`, `&`, `<`, `>` are ordinary.
 *
 * Throws an Error for a quote without its end and for a backslash at the end.
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    at += 1;
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "'") {
      const end = text.indexOf("'", at);
      if (end < 0) throw new Error('invalid command line string');
      word = (word ?? '') + text.slice(at, end);
      at = end + 1;
    } else if (character === '"') {
      const quoted = readDoubleQuoted(text, at);
      word = (word ?? '') + quoted.text;
      at = quoted.end;
    } else if (character === '\\') {
      if (at >= text.length) throw new Error('invalid command line string');
      word = (word ?? '') + (text[at] ?? '');
      at += 1;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

function readDoubleQuoted(text: string, start: number): { text: string; end: number } {
  let read = '';
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"') return { text: read, end: at + 1 };
    const next = text[at + 1] ?? '';
    if (character === '\\' && '"\\$`'.includes(next) && next !== '') {
      read += next;
      at += 1;
    } else {
      read += character;
    }
  }
  throw new Error('invalid command line string');
}
