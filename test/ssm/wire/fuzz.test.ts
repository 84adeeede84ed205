import { expect, it } from 'vitest';
import { decodeAcknowledgePayload } from '../../../src/ssm/wire/acknowledge.ts';
import { decodeAgentMessage } from '../../../src/ssm/wire/agent-message.ts';
import { decodeChannelClosed } from '../../../src/ssm/wire/channel-closed.ts';
import {
  decodeHandshakeComplete,
  decodeHandshakeRequest,
  decodeHandshakeResponse,
} from '../../../src/ssm/wire/handshake.ts';
import { parseOpenDataChannel } from '../../../src/ssm/wire/open-data-channel.ts';
import { decodeEncryptionChallenge } from '../../../src/ssm/wire/encryption-challenge.ts';
import { decodeExitCode } from '../../../src/ssm/wire/exit-code.ts';
import { decodeFlag } from '../../../src/ssm/wire/flag.ts';
import { decodeSize } from '../../../src/ssm/wire/size.ts';
import { WireError } from '../../../src/ssm/wire/wire-error.ts';
import { fuzzCases, fuzzSeed, fuzzTimeoutMs } from '../support/fuzz-cases.ts';
import { seededRandom } from '../support/random.ts';
import { bytesOf, readRecordings } from '../support/recordings.ts';
import { deliveredText, ScriptedChannel } from '../support/scripted-channel.ts';

const samples = readRecordings()
  .flatMap((recording) => recording.frames.filter((frame) => frame.kind === 'binary').slice(0, 40))
  .map(bytesOf);

/** A recorded frame after one to four random injuries, or plain noise. */
function malformedFrame(random: () => number): Buffer {
  const below = (limit: number): number => Math.floor(random() * limit);
  if (random() < 0.1) return Buffer.from(Uint8Array.from({ length: below(300) }, () => below(256)));
  let frame = Buffer.from(samples[below(samples.length)] as Uint8Array);
  for (let injuries = 1 + below(4); injuries > 0 && frame.length > 0; injuries -= 1) {
    const at = below(frame.length);
    const kind = below(5);
    if (kind === 0) frame.writeUInt8(below(256), at);
    else if (kind === 1) frame = frame.subarray(0, at);
    else if (kind === 2) frame = Buffer.concat([frame, Buffer.alloc(below(8), below(256))]);
    else if (kind === 3)
      frame.fill([0, 0xff, 0x20][below(3)] as number, at, Math.min(at + below(40), frame.length));
    else if (frame.length >= 4)
      frame.writeUInt32BE(below(2) === 0 ? below(300) : below(2 ** 32), (below(30) * 4) % (frame.length - 3));
  }
  return frame;
}

/** Every reader of a payload, to be tried on any payload. */
const readers: readonly ((payload: Uint8Array) => unknown)[] = [
  decodeAcknowledgePayload,
  decodeChannelClosed,
  decodeSize,
  decodeFlag,
  decodeExitCode,
  decodeEncryptionChallenge,
  decodeHandshakeRequest,
  decodeHandshakeResponse,
  decodeHandshakeComplete,
  (payload) => parseOpenDataChannel(Buffer.from(payload).toString('latin1')),
];

/** Whether `read` succeeds; anything but a typed refusal fails the test. */
function isAccepted(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}

it(
  `refuses ${fuzzCases} malformed frames with typed errors only, and accepts some of them (seed ${fuzzSeed})`,
  () => {
    const random = seededRandom(fuzzSeed);
    let accepted = 0;
    for (let count = 0; count < fuzzCases; count += 1) {
      const frame = malformedFrame(random);
      isAccepted(() => decodeAgentMessage(frame));
      isAccepted(() => {
        const { payload } = decodeAgentMessage(frame, { verifyDigest: false });
        accepted += readers.filter((read) => isAccepted(() => read(payload))).length;
      });
    }
    // Without these the test would have tried nothing but the first check of a reader.
    expect(accepted).toBeGreaterThan(fuzzCases / 20);
  },
  fuzzTimeoutMs,
);

it(
  `lets a live channel go on after ${fuzzCases} malformed frames (seed ${fuzzSeed})`,
  () => {
    const random = seededRandom(fuzzSeed + 1);
    const script = ScriptedChannel.live();
    for (let count = 0; count < fuzzCases; count += 1) {
      const bytes = malformedFrame(random);
      const isDamaged = !isAccepted(() => decodeAgentMessage(bytes));
      if (isDamaged) expect(script.give({ kind: 'frame', bytes })).toEqual([]);
    }
    expect(deliveredText(script.output(0, 'still here'))).toBe('still here');
  },
  fuzzTimeoutMs,
);
