const tilde = 0x7e;
const dot = 0x2e;
const questionMark = 0x3f;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

export interface Filtered {
  /** What is left to send, possibly nothing. */
  forward: Uint8Array;
  actions: EscapeAction[];
}

export type EscapeAction = 'end' | 'help';

/**
 * Finds `~.`, `~~` and `~?` at the start of a line in what is typed, as ssh does: the way out of a session whose far end no
 * longer answers. A `~` is held back until the next key says what it is. Bytes of multi-byte characters are never taken
 * for one of these keys, since all of those are below 0x80.
 */
export class EscapeFilter {
  /** The session's first key is at the start of a line. */
  #state: 'line-start' | 'tilde' | 'in-line' = 'line-start';

  push(bytes: Uint8Array): Filtered {
    const forward: number[] = [];
    const actions: EscapeAction[] = [];
    for (const byte of bytes) {
      if (this.#state === 'tilde') {
        this.#state = 'in-line';
        if (byte === dot) actions.push('end');
        else if (byte === questionMark) {
          actions.push('help');
          this.#state = 'line-start';
        } else if (byte === tilde) forward.push(tilde);
        else {
          forward.push(tilde, byte);
          this.#state = isLineEnd(byte) ? 'line-start' : 'in-line';
        }
      } else if (this.#state === 'line-start' && byte === tilde) {
        this.#state = 'tilde';
      } else {
        forward.push(byte);
        this.#state = isLineEnd(byte) ? 'line-start' : 'in-line';
      }
    }
    return { forward: Uint8Array.from(forward), actions };
  }
}

function isLineEnd(byte: number): boolean {
  return byte === carriageReturn || byte === lineFeed;
}
