/** The bounds of one channel. Production uses {@link defaultLimits}; tests make them small to reach them quickly. */
export interface ChannelLimits {
  /** Messages sent and not acknowledged. Reached: input stays in the input queue, nothing is dropped (section 4.4). */
  readonly outgoingMessages: number;
  /** The same in bytes of their frames. Reached: the same. */
  readonly outgoingBytes: number;
  /** Messages stored ahead of their turn. Reached: neither stored nor acknowledged; the agent sends them again. */
  readonly incomingMessages: number;
  /** The same in bytes of payload, against a peer whose messages are far larger than the usual 1024. */
  readonly incomingBytes: number;
  /** Input not yet cut into messages, in bytes. Reached: `write` says false; see InputQueue. */
  readonly inputBytes: number;
  /** Bytes of messages sent before the driver is asked whether the socket holds too much. */
  readonly burstBytes: number;
  /** Messages resent in one tick after a timeout or a resume. */
  readonly resendBurst: number;
}

export const defaultLimits: ChannelLimits = {
  /** As the official client's buffer. */
  outgoingMessages: 10_000,
  /**
   * More than 1 MB/s at a round trip of 100 ms, which is faster than an agent types into a terminal, and little enough that
   * a paste that its source stops has not gone yet. A tunnel wants more.
   */
  outgoingBytes: 128 * 1024,
  /** As the official client's buffer. */
  incomingMessages: 10_000,
  /** A little above 10 000 messages of 1024 bytes, so that with usual messages the count decides. */
  incomingBytes: 16 * 1024 * 1024,
  /** A generous paste; a source that is larger can wait for `drain`. */
  inputBytes: 64 * 1024,
  /** Half of what counts as too much. */
  burstBytes: 128 * 1024,
  /** At 10 ticks a second 640 messages a second: a long outage is over soon, and no link is flooded by repeats. */
  resendBurst: 64,
};
