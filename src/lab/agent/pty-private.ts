import type { IPty } from 'node-pty';

/**
 * The parts of node-pty that its types do not show, in one place. All of them exist on Unix in 1.1.0; each may be
 * missing elsewhere, and the callers then do without.
 */
interface PtyInternals {
  /** The terminal's master end. */
  fd?: unknown;
  /** Path of the slave end. */
  ptsName?: unknown;
  _socket?: { destroy(): void };
  _emittedClose?: unknown;
}

export function masterDescriptor(pty: IPty): number | undefined {
  const { fd } = internals(pty);
  return typeof fd === 'number' ? fd : undefined;
}

export function slavePath(pty: IPty): string | undefined {
  const { ptsName } = internals(pty);
  return typeof ptsName === 'string' && ptsName !== '' ? ptsName : undefined;
}

/**
 * Stops node-pty from closing the terminal 200 ms after the program's exit, whether or not its output has been read:
 * it takes the terminal for closed already and reports the exit at once. Closing is then up to the caller, through
 * {@link closeMaster}. False where that cannot be had.
 */
export function keepOpenAfterExit(pty: IPty): boolean {
  const inside = internals(pty);
  if (inside._emittedClose !== false || inside._socket === undefined) return false;
  inside._emittedClose = true;
  return true;
}

/** Closes the master end. Programs that still hold the terminal get SIGHUP from the kernel. */
export function closeMaster(pty: IPty): void {
  internals(pty)._socket?.destroy();
}

function internals(pty: IPty): PtyInternals {
  return pty as unknown as PtyInternals;
}
