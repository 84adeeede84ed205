import { WireError } from './wire-error.ts';

/**
 * The payload of a message of type Flag: one number of 32 bits, big-endian (protocol notes, section 3.2). Only port sessions
 * know flags; a shell acknowledges and ignores them (trap 47).
 */
export const Flag = {
  /** To the agent: the local connection is gone (one-connection port sessions). */
  disconnectToPort: 1,
  /** To the agent: end the session. */
  terminateSession: 2,
  /** From the agent: the port could not be connected. It does not say for which stream. */
  connectToPortError: 3,
} as const;

const flagBytes = 4;

export function encodeFlag(flag: number): Uint8Array {
  const payload = Buffer.alloc(flagBytes);
  payload.writeUInt32BE(flag);
  return payload;
}

/** Throws {@link WireError} unless `payload` is one number. Numbers that {@link Flag} does not name are returned as they are. */
export function decodeFlag(payload: Uint8Array): number {
  if (payload.length !== flagBytes) throw new WireError('out-of-range', 'Flag');
  return new DataView(payload.buffer, payload.byteOffset, flagBytes).getUint32(0);
}
