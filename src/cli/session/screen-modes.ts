const escape = 0x1b;

/** The private modes that programs change and that would be in the way of whoever uses the terminal next. */
const modes: ReadonlyMap<number, 'on' | 'off'> = new Map([
  // Arrow keys as applications want them.
  [1, 'off'],
  // The cursor.
  [25, 'on'],
  // The alternate screen, three ways.
  [47, 'off'],
  [1047, 'off'],
  [1049, 'off'],
  // Reports of the mouse, of the focus, and of what is pasted.
  [9, 'off'],
  [1000, 'off'],
  [1001, 'off'],
  [1002, 'off'],
  [1003, 'off'],
  [1004, 'off'],
  [1005, 'off'],
  [1006, 'off'],
  [1015, 'off'],
  [1016, 'off'],
  [2004, 'off'],
]);

const alternateScreens = [47, 1047, 1049];

/** The longest sequence that is read; a longer one sets none of these modes. */
const longestSequence = 64;

/**
 * Reads along in what a session prints, for two questions: whether a full-screen program has the screen, and what to undo
 * when the session ends in the middle of it. Only `CSI ? … h` and `CSI ? … l` are understood.
 */
export class ScreenModes {
  readonly #changed = new Set<number>();
  /** A sequence that the bytes so far have not finished, without its escape. */
  #begun: string | undefined;

  get isAlternate(): boolean {
    return alternateScreens.some((mode) => this.#changed.has(mode));
  }

  /** What brings the modes back that are not as a terminal has them; empty when all are. */
  get undo(): string {
    // Newest first, so that the alternate screen, which came first, is left last of all and with it what was in it.
    return [...this.#changed]
      .reverse()
      .map((mode) => `\u001b[?${mode}${modes.get(mode) === 'on' ? 'h' : 'l'}`)
      .join('');
  }

  read(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#begun === undefined) {
        at = bytes.indexOf(escape, at);
        if (at < 0) return;
        this.#begun = '';
      } else {
        this.#continue(bytes[at] as number);
      }
      at += 1;
    }
  }

  #continue(byte: number): void {
    const text = this.#begun + String.fromCharCode(byte);
    if (byte === escape) {
      this.#begun = '';
    } else if (/^\[(?:\?[\d;]*)?$/.test(text) && text.length < longestSequence) {
      this.#begun = text;
    } else {
      this.#begun = undefined;
      this.#apply(text);
    }
  }

  #apply(text: string): void {
    const [, numbers, end] = /^\[\?([\d;]+)([hl])$/.exec(text) ?? [];
    if (numbers === undefined) return;
    for (const number of numbers.split(';').map(Number)) {
      const usual = modes.get(number);
      if (usual === undefined) continue;
      if ((usual === 'on') === (end === 'h')) this.#changed.delete(number);
      else this.#changed.add(number);
    }
  }
}
