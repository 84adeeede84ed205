import { WireError } from './wire-error.ts';

/** The payload of a message of type ExitCode: the text `EXIT_CODE: 3` (protocol notes, section 6.3). */
export function encodeExitCode(code: number): Uint8Array {
  return Buffer.from(`EXIT_CODE: ${code}`, 'latin1');
}

/**
 * The number, which is -1 for a program that a signal ended and may have 32 bits on Windows. Throws {@link WireError} for
 * any other text: what looks like an exit code and is not must not become one.
 */
export function decodeExitCode(payload: Uint8Array): number {
  const [, digits] = /^EXIT_CODE: (-?\d{1,10})$/.exec(Buffer.from(payload).toString('latin1')) ?? [];
  const code = Number(digits);
  if (digits === undefined || code < -(2 ** 31) || code >= 2 ** 32)
    throw new WireError('out-of-range', 'ExitCode');
  return code;
}
