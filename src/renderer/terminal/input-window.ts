import { inputWindowBytes } from '../../shared/terminal-port.ts';

/**
 * What was typed or pasted, on its way to main: only so much is out and not yet accepted, the rest waits here, so that a
 * long paste stays in the page where it can be stopped.
 *
 * Only decides; the caller posts what it is given.
 */
export interface InputWindow {
  /** Takes all of it, or, when too much waits already, none of it and answers undefined. */
  offer(bytes: Uint8Array): readonly Uint8Array[] | undefined;
  /** Main has handed so many bytes on; answers what may go now. */
  accepted(byteCount: number): readonly Uint8Array[];
  /**
   * Drops what waits, but for so many bytes at its head and for the rest of a character whose beginning has left; answers
   * how many bytes were dropped.
   */
  discard(keep?: number): number;
  /** Bytes that wait here. */
  waiting(): number;
  /** Bytes that have ever left the page. */
  left(): number;
}

/**
 * A quarter of what main would take: what has left cannot be taken back. More than one of the lots in which main tells of
 * accepted bytes, so that a full window is always told of some.
 */
const ownWindowBytes = inputWindowBytes / 4;

/** One message on the port: small enough that a key press never waits behind a long copy. */
const pieceBytes = 64 * 1024;

/** The largest paste (see paste-guard.ts) in its largest encoding, and the typing of a long outage. */
const waitingLimitBytes = 32 * 1024 * 1024;

/** Two bits begin every byte of a character in UTF-8 but the first. */
const isContinuation = (byte: number | undefined): boolean => byte !== undefined && byte >> 6 === 0b10;

export function createInputWindow(windowBytes = ownWindowBytes): InputWindow {
  let queue: Uint8Array[] = [];
  let queued = 0;
  let unaccepted = 0;
  let left = 0;

  const release = (): Uint8Array[] => {
    const pieces: Uint8Array[] = [];
    while (unaccepted < windowBytes) {
      const next = queue[0];
      if (next === undefined) break;
      const size = Math.min(next.length, pieceBytes, windowBytes - unaccepted);
      pieces.push(next.subarray(0, size));
      if (size === next.length) queue.shift();
      else queue[0] = next.subarray(size);
      queued -= size;
      unaccepted += size;
      left += size;
    }
    return pieces;
  };

  return {
    offer(bytes) {
      if (bytes.length === 0) return [];
      if (queued + bytes.length > waitingLimitBytes) return undefined;
      queue.push(bytes);
      queued += bytes.length;
      return release();
    },
    accepted(byteCount) {
      unaccepted = Math.max(0, unaccepted - byteCount);
      return release();
    },
    discard(keep = 0) {
      const head = takeHead(queue, keep + 3);
      let kept = Math.min(keep, head.length);
      while (isContinuation(head[kept])) kept += 1;
      const dropped = queued - kept;
      queue = kept === 0 ? [] : [head.subarray(0, kept)];
      queued = kept;
      return dropped;
    },
    waiting: () => queued,
    left: () => left,
  };
}

/** The first bytes of the queue, at most so many, in one piece. */
function takeHead(queue: readonly Uint8Array[], limit: number): Uint8Array {
  const head: number[] = [];
  for (const piece of queue) {
    if (head.length >= limit) break;
    head.push(...piece.subarray(0, limit - head.length));
  }
  return Uint8Array.from(head);
}
