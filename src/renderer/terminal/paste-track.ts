/**
 * Follows pastes through the queue of an {@link InputWindow}, whose bytes it counts from the terminal's start on: how much of
 * them has left the page, and what a stop must still send so that no program waits for the end of a bracketed paste.
 */
export interface PasteTrack {
  /** A paste was queued: its first byte has this place in all that was ever offered. */
  began(start: number, byteCount: number, isBracketed: boolean): void;
  /** Bytes of the pastes that are under way, and how many of them have left; undefined when all have. */
  progress(left: number): PasteProgress | undefined;
  /** Forgets them all, and answers how to cut what has not left. */
  stop(left: number): PasteCut;
}

export interface PasteProgress {
  readonly sent: number;
  readonly total: number;
}

export interface PasteCut {
  /** Bytes at the head of the queue that must still go. */
  readonly keep: number;
  /** Goes behind them. */
  readonly closing: Uint8Array;
}

/** `ESC [ 200 ~` and `ESC [ 201 ~`. */
const bracketBytes = 6;
const closingBracket = new TextEncoder().encode('\u001b[201~');
const nothing = new Uint8Array();

interface Paste {
  readonly start: number;
  readonly end: number;
  readonly isBracketed: boolean;
}

export function createPasteTrack(): PasteTrack {
  let pastes: Paste[] = [];
  /** Where the first of those under way began. */
  let firstStart = 0;

  const forgetDone = (left: number): void => {
    if (pastes.every(({ end }) => end <= left)) pastes = [];
  };

  return {
    began(start, byteCount, isBracketed) {
      if (pastes.length === 0) firstStart = start;
      pastes.push({ start, end: start + byteCount, isBracketed });
    },
    progress(left) {
      forgetDone(left);
      const last = pastes.at(-1);
      if (last === undefined) return undefined;
      return { sent: Math.max(0, left - firstStart), total: last.end - firstStart };
    },
    stop(left) {
      const current = pastes.find(({ end }) => end > left);
      pastes = [];
      if (current === undefined || !current.isBracketed || left <= current.start) {
        return { keep: 0, closing: nothing };
      }
      const unsent = current.end - left;
      if (unsent <= bracketBytes) return { keep: unsent, closing: nothing };
      return { keep: Math.max(0, current.start + bracketBytes - left), closing: closingBracket };
    },
  };
}
