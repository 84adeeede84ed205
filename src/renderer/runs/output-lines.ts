/**
 * What a remote program wrote, as lines of plain text. The bytes are hostile: nothing in them may act on the page, hide what
 * stands beside it or make the page slow. Colours are taken out, every other control character becomes a visible sign, long
 * lines are cut into rows, and only the last bytes are kept.
 */
export interface OutputLines {
  /** `from`: place of the first byte in the whole stream; a gap to what came before drops all that is here. */
  push(from: number, bytes: Uint8Array): void;
  /** Rows to draw, the unfinished last line included. */
  count(): number;
  row(index: number): string;
  /** Bytes read so far, and the next one to ask for. */
  next(): number;
  /** Bytes at the beginning of the stream that are not here. */
  dropped(): number;
  /** All of it, with lines that were cut into rows in one again. */
  text(): string;
}

interface Row {
  readonly text: string;
  /** Of the stream, line feed included. */
  readonly byteCount: number;
  /** It goes on in the next row. */
  readonly isCut: boolean;
}

const lineFeed = 0x0a;
/** More than the widest screen shows, and little enough for the browser to lay out at once. */
const rowBytes = 2048;

/** Removed without a trace: `ESC [ … m`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it looks for
const colours = /\u001b\[[0-9;:]{0,64}m/g;
/** Controls but for tab, and the marks that reorder or hide what is shown. */
const unsafe =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** One line's text without anything that acts. */
export const plainText = (text: string): string =>
  text.replace(colours, '').replace(unsafe, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\u25a1';
  });

/** `limitBytes`: how much of the stream is kept at least, once there is more. */
export function createOutputLines(limitBytes: number): OutputLines {
  const decoder = new TextDecoder();
  let rows: Row[] = [];
  /** Rows at the front of `rows` that have been dropped; taken out now and then. */
  let hidden = 0;
  let pending = new Uint8Array();
  let pendingText: string | undefined;
  let first = 0;
  let next = 0;

  const add = (bytes: Uint8Array, isCut: boolean): void => {
    // A carriage return goes back to the line's beginning, as progress bars do: each picture of it is a row.
    const parts = decoder
      .decode(bytes)
      .replace(/\r*\n$/, '')
      .split('\r');
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      rows.push({ text: plainText(part), byteCount: isLast ? bytes.length : 0, isCut: isLast && isCut });
    }
  };

  const reset = (from: number): void => {
    rows = [];
    hidden = 0;
    pending = new Uint8Array();
    first = from;
    next = from;
  };

  const forget = (): void => {
    while (next - first > limitBytes && hidden < rows.length - 1) {
      first += rows[hidden]?.byteCount ?? 0;
      hidden += 1;
    }
    // Taken out in lots: each time would move all that is left.
    if (hidden > rows.length / 2) {
      rows = rows.slice(hidden);
      hidden = 0;
    }
  };

  const unfinished = (): string => (pendingText ??= plainText(decoder.decode(pending)));
  const hasPending = (): boolean => pending.length > 0;

  return {
    push(from, bytes) {
      if (from !== next) reset(from);
      next = from + bytes.length;
      let rest = pending.length === 0 ? bytes : joined(pending, bytes);
      for (;;) {
        const feed = rest.subarray(0, rowBytes).indexOf(lineFeed);
        if (feed !== -1) {
          add(rest.subarray(0, feed + 1), false);
          rest = rest.subarray(feed + 1);
        } else if (rest.length > rowBytes) {
          const at = characterStart(rest, rowBytes);
          add(rest.subarray(0, at), true);
          rest = rest.subarray(at);
        } else break;
      }
      pending = rest.slice();
      pendingText = undefined;
      forget();
    },
    count: () => rows.length - hidden + (hasPending() ? 1 : 0),
    row: (index) => rows[hidden + index]?.text ?? (hasPending() ? unfinished() : ''),
    next: () => next,
    dropped: () => first,
    text: () =>
      rows
        .slice(hidden)
        .map(({ text, isCut }) => (isCut ? text : `${text}\n`))
        .join('') + (hasPending() ? unfinished() : ''),
  };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** The beginning of the character that covers this place, or the place itself where the bytes are no UTF-8. */
function characterStart(bytes: Uint8Array, place: number): number {
  for (let at = place; at > place - 4; at -= 1) {
    if ((bytes[at] ?? 0) >> 6 !== 0b10) return at;
  }
  return place;
}
