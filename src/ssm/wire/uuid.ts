import { WireError } from './wire-error.ts';

/**
 * UUIDs as they stand in the header: 16 bytes with the halves swapped.
 *
 *     text order   b0 b1 b2 b3 b4 b5 b6 b7   b8 b9 … b15
 *     on the wire  b8 b9 … b15               b0 b1 b2 b3 b4 b5 b6 b7
 *
 * (protocol notes, section 3 and trap 2)
 */

const hexPair: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** The value of an ASCII hex digit by its code, -1 for every other code. */
const hexDigit = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit += 1) {
  hexDigit[digit.toString(16).charCodeAt(0)] = digit;
  hexDigit[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** Where text byte n of the UUID stands in the 36-character text form. */
const textOffsets = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

/** The text form, lower case, of the 16 wire bytes at `offset`. The caller has checked that they exist. */
export function readUuid(bytes: Uint8Array, offset: number): string {
  const pair = (index: number): string => hexPair[bytes[offset + index] as number] as string;
  return (
    `${pair(8)}${pair(9)}${pair(10)}${pair(11)}-${pair(12)}${pair(13)}-${pair(14)}${pair(15)}-` +
    `${pair(0)}${pair(1)}-${pair(2)}${pair(3)}${pair(4)}${pair(5)}${pair(6)}${pair(7)}`
  );
}

/** Writes the text form `uuid` as 16 wire bytes at `offset`. Throws {@link WireError} for anything but a UUID. */
export function writeUuid(bytes: Uint8Array, offset: number, uuid: string): void {
  if (uuid.length !== 36) throw new WireError('out-of-range', 'MessageId');
  for (let index = 0; index < 16; index += 1) {
    const at = textOffsets[index] as number;
    const high = hexDigit[uuid.charCodeAt(at)] ?? -1;
    const low = hexDigit[uuid.charCodeAt(at + 1)] ?? -1;
    if (high < 0 || low < 0) throw new WireError('out-of-range', 'MessageId');
    bytes[offset + ((index + 8) & 15)] = (high << 4) | low;
  }
}
