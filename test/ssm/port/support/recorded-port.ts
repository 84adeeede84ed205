import { decodeAgentMessage } from '../../../../src/ssm/wire/agent-message.ts';
import { decodeFlag } from '../../../../src/ssm/wire/flag.ts';
import { PayloadType } from '../../../../src/ssm/wire/payload-type.ts';
import { SmuxCommand, SmuxDecoder } from '../../../../src/ssm/wire/smux-frame.ts';
import { bytesOf, type Recording, wasDelivered } from '../../support/recordings.ts';

/** What one side said of a port session, in sequence order, each message once. */
export type Said = { from: 'client' | 'agent' } & (
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'flag'; flag: number }
);

/** The Output and Flag payloads of a recording, both sides', in the order in which they passed. */
export function saidIn(recording: Recording): Said[] {
  const seen = new Set<string>();
  const said: Said[] = [];
  for (const frame of recording.frames) {
    const from = frame.from;
    if (frame.kind !== 'binary' || !wasDelivered(frame) || (from !== 'client' && from !== 'agent')) continue;
    const { payloadType, sequenceNumber, payload, messageType } = decodeAgentMessage(bytesOf(frame));
    if (!messageType.endsWith('stream_data') || seen.has(`${from} ${sequenceNumber}`)) continue;
    seen.add(`${from} ${sequenceNumber}`);
    if (payloadType === PayloadType.output) said.push({ from, kind: 'bytes', bytes: payload });
    if (payloadType === PayloadType.flag) said.push({ from, kind: 'flag', flag: decodeFlag(payload) });
  }
  return said;
}

/** A smux frame whole, as the recordings list them. */
export interface WholeFrame {
  command: keyof typeof SmuxCommand;
  streamId: number;
  bytes: Uint8Array;
}

const names = new Map(
  Object.entries(SmuxCommand).map(([name, value]) => [value, name as keyof typeof SmuxCommand]),
);

/** Reads frames from the pieces of a stream, and joins those that span pieces. */
export class WholeFrames {
  readonly #decoder = new SmuxDecoder();
  #pieces: Uint8Array[] = [];

  push(chunk: Uint8Array): WholeFrame[] {
    const frames: WholeFrame[] = [];
    this.#decoder.push(chunk, ({ command, streamId, payload, remaining }) => {
      this.#pieces.push(payload);
      if (remaining > 0) return;
      frames.push({
        command: names.get(command) as keyof typeof SmuxCommand,
        streamId,
        bytes: Buffer.concat(this.#pieces),
      });
      this.#pieces = [];
    });
    return frames;
  }
}
