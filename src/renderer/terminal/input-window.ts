import { inputWindowBytes } from '../../shared/terminal-port.ts';

/**
 * What was typed or pasted, on its way to main: at most {@link inputWindowBytes} are out and not yet accepted, the rest
 * waits here, so that a long paste stays in the page where it can be stopped.
 *
 * Only decides; the caller posts what it is given.
 */
export interface InputWindow {
  /** Takes all of it, or, when too much waits already, none of it and answers undefined. */
  offer(bytes: Uint8Array): readonly Uint8Array[] | undefined;
  /** Main has handed so many bytes on; answers what may go now. */
  accepted(byteCount: number): readonly Uint8Array[];
  /** Drops what waits; answers how many bytes that were. */
  discard(): number;
  /** Bytes that wait here. */
  waiting(): number;
}

/** One message on the port: small enough that a key press never waits behind a long copy. */
const pieceBytes = 64 * 1024;

/** The largest paste (see paste-guard.ts) in its largest encoding, and the typing of a long outage. */
const waitingLimitBytes = 16 * 1024 * 1024;

export function createInputWindow(windowBytes = inputWindowBytes): InputWindow {
  let queue: Uint8Array[] = [];
  let queued = 0;
  let unaccepted = 0;

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
    discard() {
      const dropped = queued;
      queue = [];
      queued = 0;
      return dropped;
    },
    waiting: () => queued,
  };
}
