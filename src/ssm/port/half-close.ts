/**
 * When a connection whose local side has sent its end of file is closed (protocol notes, section 7, trap 43).
 *
 * Neither smux nor the one-connection mode can pass an end of file on without closing both directions. The official
 * client does that at once, and the answer to a request that ended with a half-close is lost. But not all that looks like
 * a half-close is one: a program that simply closes its socket looks the same from here, and a server that waits for the
 * end of the request never speaks. So the answer gets time, and not for ever.
 */
export interface HalfClosed {
  /** When the local end of file came. */
  readonly endedAt: number;
  /** When bytes last went up; undefined: never. */
  readonly lastUpAt: number | undefined;
  /** When bytes last came down; undefined: never. */
  readonly lastDownAt: number | undefined;
}

export interface QuietTimes {
  /** An answer that has begun is over when nothing has come for so long. */
  readonly answeredMs: number;
  /** How long an answer may take to begin. */
  readonly unansweredMs: number;
}

/**
 * Of a connection to the tunnel's listener. Programs that end their side and wait for the server's end feel the first
 * number; answers that come with longer pauses, and after the request has ended, lose their rest.
 */
export const listenerQuiet: QuietTimes = { answeredMs: 1_000, unansweredMs: 30_000 };

/**
 * Of standard input and output: pending output must not be lost when input ends, and nothing else waits for the end. The
 * limit is there for the program that has died with nobody to tell us, so that no session stays behind.
 */
export const streamQuiet: QuietTimes = { answeredMs: 60_000, unansweredMs: 60_000 };

/** The time from which on a half-closed connection is to be closed, unless more comes down before. */
export function halfCloseDeadline(connection: HalfClosed, quiet: QuietTimes): number {
  const { endedAt, lastUpAt, lastDownAt } = connection;
  if (lastDownAt === undefined || (lastUpAt !== undefined && lastDownAt < lastUpAt))
    return endedAt + quiet.unansweredMs;
  return lastDownAt + quiet.answeredMs;
}
