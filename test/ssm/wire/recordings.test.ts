import { describe, expect, it } from 'vitest';
import { decodeAcknowledgePayload, encodeAcknowledgeFrame } from '../../../src/ssm/wire/acknowledge.ts';
import { decodeAgentMessage, encodeAgentMessage } from '../../../src/ssm/wire/agent-message.ts';
import { decodeChannelClosed } from '../../../src/ssm/wire/channel-closed.ts';
import {
  decodeHandshakeComplete,
  decodeHandshakeRequest,
  decodeHandshakeResponse,
  encodeHandshakeResponse,
} from '../../../src/ssm/wire/handshake.ts';
import { encodeOpenDataChannel, parseOpenDataChannel } from '../../../src/ssm/wire/open-data-channel.ts';
import { decodeSize, encodeSize } from '../../../src/ssm/wire/size.ts';
import { bytesOf, readRecordings } from '../support/recordings.ts';

const recordings = readRecordings();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe.each(recordings.map((recording) => [recording.name, recording] as const))(
  'every frame of %s',
  (_, recording) => {
    const binary = recording.frames.filter((frame) => frame.kind === 'binary').map(bytesOf);

    it('decodes and encodes to the same bytes', () => {
      expect(binary.length).toBeGreaterThan(0);
      for (const bytes of binary) expect(hex(encodeAgentMessage(decodeAgentMessage(bytes)))).toBe(hex(bytes));
    });

    it('encodes its acknowledges, sizes and handshake answers to the same payloads', () => {
      for (const bytes of binary) {
        const message = decodeAgentMessage(bytes);
        const { payload } = message;
        if (message.messageType === 'acknowledge') {
          expect(hex(encodeAcknowledgeFrame({ ...message, ...decodeAcknowledgePayload(payload) }))).toBe(
            hex(bytes),
          );
        }
        if (message.payloadType === 3) expect(hex(encodeSize(decodeSize(payload)))).toBe(hex(payload));
        if (message.payloadType === 5)
          expect(decodeHandshakeRequest(payload).requestedClientActions.length).toBeGreaterThan(0);
        if (message.payloadType === 6) {
          expect(hex(encodeHandshakeResponse(decodeHandshakeResponse(payload)))).toBe(hex(payload));
        }
        if (message.payloadType === 7)
          expect(decodeHandshakeComplete(payload).handshakeTimeToComplete).toBeGreaterThan(0);
        if (message.messageType === 'channel_closed')
          expect(decodeChannelClosed(payload).createdDate).toMatch(/^\d+$/);
      }
    });

    it('encodes the text that opens a connection to the same text', () => {
      const texts = recording.frames.filter((frame) => frame.kind === 'text' && frame.from === 'client');
      expect(texts.length).toBeGreaterThan(0);
      for (const { text } of texts)
        expect(encodeOpenDataChannel(parseOpenDataChannel(text ?? ''))).toBe(text);
    });
  },
);
