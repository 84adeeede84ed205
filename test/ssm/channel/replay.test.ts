import { describe, expect, it } from 'vitest';
import { decodeAgentMessage } from '../../../src/ssm/wire/agent-message.ts';
import { replay } from '../support/recorded-client.ts';
import { expectedTranscript } from '../support/recorded-transcript.ts';
import {
  bytesOf,
  type RecordedFrame,
  type Recording,
  readRecording,
  readRecordings,
  wasDelivered,
} from '../support/recordings.ts';

const isOutput = (frame: RecordedFrame): boolean =>
  frame.kind === 'binary' &&
  frame.to === 'client' &&
  wasDelivered(frame) &&
  decodeAgentMessage(bytesOf(frame)).messageType === 'output_stream_data';

const isInput = (frame: RecordedFrame): boolean =>
  frame.kind === 'binary' &&
  frame.from === 'client' &&
  decodeAgentMessage(bytesOf(frame)).messageType === 'input_stream_data';

const numberOf = (frame: RecordedFrame): number => decodeAgentMessage(bytesOf(frame)).sequenceNumber;

/** The recording as if the last output message had never come, in any of its deliveries. */
function withoutLastOutput(recording: Recording): Recording {
  const last = Math.max(...recording.frames.filter(isOutput).map(numberOf));
  return {
    ...recording,
    frames: recording.frames.filter((frame) => !isOutput(frame) || numberOf(frame) !== last),
  };
}

/** The recording with one bit of the last output message changed, so that its digest is wrong. */
function withFlippedBit(recording: Recording): Recording {
  const last = Math.max(...recording.frames.filter(isOutput).map(numberOf));
  const flip = (frame: RecordedFrame): RecordedFrame => {
    const bytes = Buffer.from(bytesOf(frame));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    return { ...frame, hex: bytes.toString('hex') };
  };
  const frames = recording.frames.map((frame) =>
    isOutput(frame) && numberOf(frame) === last ? flip(frame) : frame,
  );
  return { ...recording, frames };
}

/** The recording as if the person had not typed the last thing, or not sized the window where that is all. */
function withoutLastInput(recording: Recording): Recording {
  const last = Math.max(...recording.frames.filter(isInput).map(numberOf));
  return {
    ...recording,
    frames: recording.frames.filter((frame) => !isInput(frame) || numberOf(frame) !== last),
  };
}

/** The recording as if the service had never closed the channel. */
function withoutEnd(recording: Recording): Recording {
  const isEnd = (frame: RecordedFrame): boolean =>
    frame.kind === 'binary' && decodeAgentMessage(bytesOf(frame)).messageType === 'channel_closed';
  return { ...recording, frames: recording.frames.filter((frame) => !isEnd(frame)) };
}

/** All of them. What a tunnel carries, smux or not, is plain input and output here. */
describe.each(readRecordings().map((recording) => [recording.name, recording] as const))(
  'the recorded session %s',
  (_, recording) => {
    const expected = expectedTranscript(recording);

    it('is lived through as recorded: facts, output, acknowledges, input and end', () => {
      expect(replay(recording)).toEqual(expected);
    });

    it('shows the difference when it is damaged', () => {
      // A client that has left by itself does not see the end; one may have said nothing but the answer of its handshake.
      const seesEnd = expected.end?.startsWith('closed') === true;
      const hasInput = expected.sent.some((message) => !message.startsWith('6 '));
      const damages = [
        withoutLastOutput,
        withFlippedBit,
        ...(hasInput ? [withoutLastInput] : []),
        ...(seesEnd ? [withoutEnd] : []),
      ];
      for (const damage of damages) expect(replay(damage(recording)), damage.name).not.toEqual(expected);
    });
  },
);

it('acknowledges every one of the deliveries of message 29 in shell-reordered, which the agent never stops repeating', () => {
  const deliveries = readRecording('shell-reordered').frames.filter(
    (frame) => isOutput(frame) && numberOf(frame) === 29,
  );
  const acknowledges = replay(readRecording('shell-reordered')).acknowledged.filter((entry) =>
    entry.startsWith('29 '),
  );
  expect(deliveries.length).toBeGreaterThan(10);
  expect(acknowledges).toHaveLength(deliveries.length);
});
