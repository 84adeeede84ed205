/** The bounds of what a tunnel keeps for local programs that read slowly. Tests make them small. */
export interface PortLimits {
  /** Bytes kept in memory for one connection while others are open; what exceeds it goes to a temporary file. */
  readonly connectionMemoryBytes: number;
  /** The same for all connections of a tunnel together. */
  readonly tunnelMemoryBytes: number;
  /** Bytes in temporary files, for all connections of a tunnel together. */
  readonly spoolBytes: number;
  /** Bytes waiting for the only connection there is, above which reading stops: nobody else has to wait for it. */
  readonly soleConnectionBytes: number;
}

const mebibyte = 1024 * 1024;

export const defaultPortLimits: PortLimits = {
  /** As much as the official multiplexer holds for all streams together. */
  connectionMemoryBytes: 4 * mebibyte,
  /** Twelve slow readers in memory; from the thirteenth on files come sooner. */
  tunnelMemoryBytes: 48 * mebibyte,
  /** What a disk can spare for a reader that is stopped in a debugger during a download. */
  spoolBytes: 1024 * mebibyte,
  /** Some round trips of a fast path, so that the pause does not cost throughput. */
  soleConnectionBytes: mebibyte,
};

/** What decides whether a tunnel reads on. */
export interface PortLoad {
  /** Local connections that are open. */
  readonly connections: number;
  /** Bytes not yet taken by the local program, wherever they are; counts only while there is at most one. */
  readonly waitingBytes: number;
  /** Bytes not yet taken by any local program, in memory. */
  readonly memoryBytes: number;
  /** The same in files. */
  readonly spooledBytes: number;
}

/** Data on its way to the disk, or that the disk does not take, may exceed the memory bound by this factor. */
const memorySlack = 1.5;

/**
 * Whether the session should not read from the data channel for now. `isPaused`: whether it already does so; reading
 * goes on well below the bound at which it stopped, so that it does not flutter.
 *
 * With several connections reading goes on for as long as memory and files have room, since a pause stops them all.
 */
export function shouldPauseReading(load: PortLoad, limits: PortLimits, isPaused: boolean): boolean {
  if (load.connections <= 1) return load.waitingBytes > limits.soleConnectionBytes * (isPaused ? 0.25 : 1);
  const share = isPaused ? 0.75 : 1;
  return (
    load.memoryBytes > limits.tunnelMemoryBytes * memorySlack * share ||
    load.spooledBytes >= limits.spoolBytes * share
  );
}
