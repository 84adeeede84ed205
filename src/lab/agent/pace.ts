/**
 * How the agent spends its time. Bytes and rules are the same at every pace; only the waits differ.
 *
 * `agent` is the official agent to the letter (protocol notes, sections 4.4 and 10). `fast` leaves out what the
 * official agent sleeps, so that a client and not the far side is what a measurement measures: its resend timer
 * looks every 10 ms (the clock granularity of the round-trip estimate) instead of every 100, and when a client has come
 * back also at each acknowledge, so that recovering from a cut takes a round trip for each message in flight.
 */
export type Pace = 'agent' | 'fast';

export interface Waits {
  /** From the start of the program to the first read of its output. */
  firstReadMs: number;
  /** Between reads. */
  betweenReadsMs: number;
  /** Period of the resend timer. */
  tickMs: number;
  /** Whether, after a client has come back, the oldest message is looked at when an acknowledge comes. */
  looksOnAcknowledge: boolean;
  /** Before the report that a program could not be started, and again before the report of a command. */
  startFailureMs: number;
  commandFailureMs: number;
  /**
   * Unacknowledged messages at which reading stops. The official agent has no window: it is stopped by a full
   * socket alone. Without its sleeps that would put its whole buffer at stake at each cut, and only the oldest message
   * is resent at a time.
   */
  windowMessages: number;
}

export const waitsOf: Readonly<Record<Pace, Waits>> = {
  agent: {
    firstReadMs: 1000,
    betweenReadsMs: 1,
    tickMs: 100,
    looksOnAcknowledge: false,
    startFailureMs: 2000,
    commandFailureMs: 1000,
    windowMessages: Number.POSITIVE_INFINITY,
  },
  fast: {
    firstReadMs: 0,
    betweenReadsMs: 0,
    tickMs: 10,
    looksOnAcknowledge: true,
    startFailureMs: 0,
    commandFailureMs: 0,
    windowMessages: 512,
  },
};
