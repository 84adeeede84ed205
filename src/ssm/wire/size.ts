import { integerMember, parseObject } from './json-object.ts';
import { WireError } from './wire-error.ts';

/** The terminal's size, the payload of a message of type Size: `{"cols":80,"rows":24}`. */
export interface TerminalSize {
  cols: number;
  rows: number;
}

/** The pty's size is two 16-bit numbers; the agent would cut a larger value off (trap 40). */
const largest = 0xffff;

/** Encodes `size`, brought into 1 to 65535. */
export function encodeSize(size: TerminalSize): Uint8Array {
  return Buffer.from(`{"cols":${clamp(size.cols)},"rows":${clamp(size.rows)}}`, 'utf8');
}

function clamp(value: number): number {
  return Math.min(Math.max(Math.floor(value) || 1, 1), largest);
}

/** Throws {@link WireError} unless both members are whole numbers of 32 bits. */
export function decodeSize(payload: Uint8Array): TerminalSize {
  const object = parseObject(payload, 'Size');
  const read = (name: string): number => {
    const value = integerMember(object, name);
    if (value < 0 || value > 0xffff_ffff) throw new WireError('out-of-range', name);
    return value;
  };
  return { cols: read('cols'), rows: read('rows') };
}
