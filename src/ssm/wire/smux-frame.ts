import { WireError } from './wire-error.ts';

/**
 * A frame of smux, version 1: several byte streams in one (protocol notes, section 7). Unlike all other integers of the
 * data channel these are little-endian (trap 3).
 *
 *       0 |  1 | Version    1
 *       1 |  1 | Command    0 SYN opens a stream, 1 FIN closes it, 2 PSH carries data, 3 NOP keeps alive
 *       2 |  2 | Length     bytes of the payload; 0 except for PSH
 *       4 |  4 | StreamId   0 for NOP
 *       8 |  n | Payload
 */
export interface SmuxFrame {
  command: SmuxCommand;
  streamId: number;
  /** The payload, or a piece of it; a view into what was given to the decoder. */
  payload: Uint8Array;
  /** Bytes of the same payload that the next frames of the decoder will bring; 0 at its end. */
  remaining: number;
}

export const SmuxCommand = { syn: 0, fin: 1, psh: 2, nop: 3 } as const;
export type SmuxCommand = (typeof SmuxCommand)[keyof typeof SmuxCommand];

export const smuxHeaderBytes = 8;
/** Largest payload that is written, as in the official library; readers take what two bytes can say, 65535. */
export const maxSmuxPayloadBytes = 32_768;

const version = 1;
const offsetOf = { version: 0, command: 1, length: 2, streamId: 4 } as const;
const nothing = new Uint8Array(0);

/** Encodes one frame. Throws {@link WireError} for a payload over {@link maxSmuxPayloadBytes}. */
export function encodeSmuxFrame(
  command: SmuxCommand,
  streamId: number,
  payload: Uint8Array = nothing,
): Uint8Array {
  const frame = Buffer.allocUnsafe(smuxHeaderBytes + payload.length);
  writeSmuxHeader(frame, 0, command, streamId, payload.length);
  frame.set(payload, smuxHeaderBytes);
  return frame;
}

/**
 * Writes the header of a frame into `target` at `offset`. Throws {@link WireError} for a number that its field cannot
 * hold, for a length over {@link maxSmuxPayloadBytes}, and for a payload with another command than PSH.
 */
export function writeSmuxHeader(
  target: Uint8Array,
  offset: number,
  command: SmuxCommand,
  streamId: number,
  length: number,
): void {
  if (!Number.isInteger(streamId) || streamId < 0 || streamId > 0xffff_ffff)
    throw new WireError('out-of-range', 'StreamId');
  const longest = command === SmuxCommand.psh ? maxSmuxPayloadBytes : 0;
  if (!Number.isInteger(length) || length < 0 || length > longest)
    throw new WireError('out-of-range', 'Length');
  const view = new DataView(target.buffer, target.byteOffset + offset, smuxHeaderBytes);
  view.setUint8(offsetOf.version, version);
  view.setUint8(offsetOf.command, command);
  view.setUint16(offsetOf.length, length, true);
  view.setUint32(offsetOf.streamId, streamId, true);
}

/**
 * Reads a stream of frames that arrives in chunks cut anywhere.
 *
 * Nothing is copied but the 8 bytes of a header that spans chunks: the payload of a frame that spans chunks comes as
 * several frames, a piece of it each, with {@link SmuxFrame.remaining} counting down. A stream of bytes needs no more,
 * and nobody waits, or keeps memory, for the rest of a frame.
 */
export class SmuxDecoder {
  readonly #header = new Uint8Array(smuxHeaderBytes);
  #headerBytes = 0;
  /** Of the data frame whose payload is being read. */
  #streamId = 0;
  #remaining = 0;
  #error: WireError | undefined;

  /** Whether the bytes so far end between two frames. */
  get isAtBoundary(): boolean {
    return this.#headerBytes === 0 && this.#remaining === 0;
  }

  /**
   * Takes the next bytes and gives what they bring, in order. Throws {@link WireError} for a wrong version, an unknown
   * command or a payload where there can be none, after it has given the frames in front; and again on every later call,
   * since nothing behind such a header can be told apart.
   */
  push(chunk: Uint8Array, onFrame: (frame: SmuxFrame) => void): void {
    if (this.#error !== undefined) throw this.#error;
    let at = 0;
    while (at < chunk.length) {
      if (this.#remaining > 0) {
        const payload = chunk.subarray(at, at + this.#remaining);
        at += payload.length;
        this.#remaining -= payload.length;
        onFrame({ command: SmuxCommand.psh, streamId: this.#streamId, payload, remaining: this.#remaining });
        continue;
      }
      if (this.#headerBytes === 0 && chunk.length - at >= smuxHeaderBytes) {
        this.#readHeader(chunk, at, onFrame);
        at += smuxHeaderBytes;
        continue;
      }
      const part = chunk.subarray(at, at + smuxHeaderBytes - this.#headerBytes);
      this.#header.set(part, this.#headerBytes);
      this.#headerBytes += part.length;
      at += part.length;
      if (this.#headerBytes === smuxHeaderBytes) {
        this.#headerBytes = 0;
        this.#readHeader(this.#header, 0, onFrame);
      }
    }
  }

  #readHeader(bytes: Uint8Array, at: number, onFrame: (frame: SmuxFrame) => void): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, smuxHeaderBytes);
    if (view.getUint8(offsetOf.version) !== version) this.#fail('Version');
    const command = view.getUint8(offsetOf.command);
    const length = view.getUint16(offsetOf.length, true);
    const streamId = view.getUint32(offsetOf.streamId, true);
    if (!isSmuxCommand(command)) this.#fail('Command');
    // The official reader would take such a payload for the next header, and fail there.
    if (command !== SmuxCommand.psh && length > 0) this.#fail('Length');
    if (length > 0) {
      this.#streamId = streamId;
      this.#remaining = length;
    } else {
      onFrame({ command, streamId, payload: nothing, remaining: 0 });
    }
  }

  #fail(field: string): never {
    this.#error = new WireError('out-of-range', field);
    throw this.#error;
  }
}

/** UPD, 4, belongs to version 2. */
function isSmuxCommand(value: number): value is SmuxCommand {
  return value <= SmuxCommand.nop;
}
