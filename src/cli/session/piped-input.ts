import type { Readable } from 'node:stream';
import type { InputSource } from './typed-input.ts';

const endOfTransmission = Uint8Array.of(0x04);
const carriageReturn = Uint8Array.of(0x0d);
const lineFeedByte = 0x0a;
const carriageReturnByte = 0x0d;

/**
 * A pipe at its end reads as end of file to every reader, for ever. A terminal has no such state, only a key that means it
 * to whoever reads at that moment; so it is pressed again at this interval, for the shell after the program before it.
 */
const endOfFileIntervalMs = 1_000;

export interface PipedInputOptions {
  input: Readable;
  /** False when no more is welcome until {@link InputSource.drained}; the bytes are taken all the same. */
  write: (bytes: Uint8Array) => boolean;
}

/**
 * Bytes from a pipe or a file, as they are. At the end an unfinished last line is finished, since end of file within a
 * line only hands that line on, and a line editor ignores it there altogether.
 */
export function readPipedInput({ input, write }: PipedInputOptions): InputSource {
  let endsInLine = false;
  let repeat: NodeJS.Timeout | undefined;
  const onData = (bytes: Uint8Array): void => {
    const last = bytes.at(-1);
    endsInLine = last !== lineFeedByte && last !== carriageReturnByte;
    if (!write(bytes)) input.pause();
  };
  const onEnd = (): void => {
    if (endsInLine) write(carriageReturn);
    write(endOfTransmission);
    repeat = setInterval(() => write(endOfTransmission), endOfFileIntervalMs);
  };
  input.on('data', onData);
  input.once('end', onEnd);
  // What could be read is sent; the rest counts as the end.
  input.once('error', onEnd);
  return {
    drained() {
      input.resume();
    },
    stop() {
      clearInterval(repeat);
      input.off('data', onData);
      input.off('end', onEnd);
      input.pause();
    },
  };
}
