import type { Judgement } from './stream-judge.ts';

/**
 * What the chaos run and a far end say to each other beside the streams, over a connection of their own: one JSON object a
 * line. A stream has an even number for its way up (to the far end), and the next odd one for its way down.
 */
export type ToFarEnd =
  /** A stream is about to arrive, or this is the one on standard input and output. */
  | { kind: 'open'; id: number; plan: StreamPlan }
  /** The way up has ended; the far end is to end its own. Answered by `finishing`, and by `done` once all has arrived. */
  | { kind: 'finish'; id: number; upTotal: number }
  /** Say `done` now, whatever has arrived. */
  | { kind: 'give-up'; id: number }
  | { kind: 'exit' };

export type FromFarEnd =
  /** `port` of the far end's server; absent on standard input and output. */
  | { kind: 'hello'; name: string; port?: number }
  | { kind: 'progress'; id: number; received: number; sent: number }
  | { kind: 'finishing'; id: number; downTotal: number; sha256: string }
  | { kind: 'done'; id: number; judgement: Judgement };

export interface StreamPlan {
  downBytesPerSecond: number;
  /** Absent: the stream goes on until `finish`. */
  short?: { upTotal: number; downTotal: number; endsFirst: 'far' | 'near' };
}

/** Comes first on a terminal, behind the echo of the command line, which does not contain it. */
export const beginMark = '<<chaos begins here>>';

/** Cuts a stream of text into its lines. */
export function makeLineReader(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
