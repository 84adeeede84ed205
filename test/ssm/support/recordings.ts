import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of a recording, as described in test/vectors/README.md. */
export interface RecordedFrame {
  readonly t: number;
  readonly from?: string;
  readonly to?: string;
  readonly kind: 'binary' | 'text' | 'http' | 'kms';
  readonly hex?: string;
  readonly text?: string;
  readonly call?: string;
  readonly request?: Readonly<Record<string, unknown>>;
  readonly response?: Readonly<Record<string, string>>;
  /** Of a `kms` frame. */
  readonly plaintextBase64?: string;
  readonly ciphertextBase64?: string;
  readonly note?: string;
}

export interface Recording {
  readonly name: string;
  readonly frames: readonly RecordedFrame[];
}

const folder = join(import.meta.dirname, '../../vectors');

export function readRecording(name: string): Recording {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Recording;
}

/** All recordings of whole sessions. */
export function readRecordings(): Recording[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json') && file !== 'messages.json')
    .map((file) => readRecording(file.replace('.json', '')));
}

export function bytesOf(frame: RecordedFrame): Uint8Array {
  if (frame.hex === undefined) throw new Error(`The frame at ${frame.t} has no bytes.`);
  return Buffer.from(frame.hex, 'hex');
}

/** Whether the relay passed the frame on; what it noted about others says `dropped`. */
export function wasDelivered(frame: RecordedFrame): boolean {
  return frame.note?.startsWith('dropped') !== true;
}
