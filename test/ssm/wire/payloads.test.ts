import { describe, expect, it } from 'vitest';
import { decodeAcknowledgePayload, encodeAcknowledgeFrame } from '../../../src/ssm/wire/acknowledge.ts';
import { encodeAgentMessage } from '../../../src/ssm/wire/agent-message.ts';
import { decodeChannelClosed, encodeChannelClosed } from '../../../src/ssm/wire/channel-closed.ts';
import {
  decodeHandshakeComplete,
  decodeHandshakeRequest,
  decodeHandshakeResponse,
  encodeHandshakeComplete,
  encodeHandshakeRequest,
} from '../../../src/ssm/wire/handshake.ts';
import { encodeOpenDataChannel, parseOpenDataChannel } from '../../../src/ssm/wire/open-data-channel.ts';
import { decodeSize, encodeSize } from '../../../src/ssm/wire/size.ts';
import { WireError } from '../../../src/ssm/wire/wire-error.ts';

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

function refusal(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return `${error.field}: ${error.code}`;
  }
}

describe('acknowledge', () => {
  it.each([0, 9, 10, 123456789, 2 ** 40])('of number %i encodes alike in one step and in two', (number) => {
    const acknowledge = {
      acknowledgedMessageType: 'input_stream_data',
      acknowledgedMessageId: '0f3a2b1c-0000-4000-8000-00000000abcd',
      acknowledgedMessageSequenceNumber: number,
    };
    const payload = Buffer.from(
      `{"AcknowledgedMessageType":"input_stream_data","AcknowledgedMessageId":"0f3a2b1c-0000-4000-8000-00000000abcd",` +
        `"AcknowledgedMessageSequenceNumber":${number},"IsSequentialMessage":true}`,
    );
    const frame = encodeAgentMessage({
      messageType: 'acknowledge',
      schemaVersion: 1,
      createdDate: 1795520722410,
      sequenceNumber: 0,
      flags: 3n,
      messageId: 'dd01e56b-ff48-483e-a508-b5f073f31b16',
      payloadType: 0,
      payload,
    });
    const inOneStep = encodeAcknowledgeFrame({
      ...acknowledge,
      messageId: 'dd01e56b-ff48-483e-a508-b5f073f31b16',
      createdDate: 1795520722410,
    });
    expect(Buffer.from(inOneStep).equals(Buffer.from(frame))).toBe(true);
  });

  it('is never made for a message of another type', () => {
    const acknowledge = {
      acknowledgedMessageType: 'channel_closed',
      acknowledgedMessageId: 'dd01e56b-ff48-483e-a508-b5f073f31b16',
      acknowledgedMessageSequenceNumber: 0,
      messageId: 'dd01e56b-ff48-483e-a508-b5f073f31b16',
      createdDate: 1,
    };
    expect(refusal(() => encodeAcknowledgeFrame(acknowledge))).toBe('AcknowledgedMessageType: out-of-range');
  });

  it.each([
    ['not JSON', Buffer.from('payload'), 'Acknowledge: not-json'],
    ['a list', json([]), 'Acknowledge: wrong-type'],
    ['without a number', json({}), 'AcknowledgedMessageSequenceNumber: missing'],
    [
      'with a text for a number',
      json({ AcknowledgedMessageSequenceNumber: '2' }),
      'AcknowledgedMessageSequenceNumber: wrong-type',
    ],
    [
      'with half a number',
      json({ AcknowledgedMessageSequenceNumber: 0.5 }),
      'AcknowledgedMessageSequenceNumber: out-of-range',
    ],
    ['in bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'Acknowledge: not-json'],
  ])('%s is refused', (_, payload, expected) => {
    expect(refusal(() => decodeAcknowledgePayload(payload))).toBe(expected);
  });

  it('is read whatever the case of its names, as peers written in Go read it', () => {
    const payload = json({ acknowledgedmessagesequencenumber: 4 });
    expect(decodeAcknowledgePayload(payload).acknowledgedMessageSequenceNumber).toBe(4);
  });
});

describe('channel_closed', () => {
  it('trap 50: has a text for its date, unlike the header', () => {
    expect(refusal(() => decodeChannelClosed(json({ CreatedDate: 1795520722410 })))).toBe(
      'CreatedDate: wrong-type',
    );
  });

  it('is read again as written, and its output is empty where there is none', () => {
    const closed = {
      messageId: 'dd01e56b-ff48-483e-a508-b5f073f31b16',
      createdDate: '1795520722410',
      destinationId: 'i-0123456789abcdef0',
      sessionId: 'session',
      schemaVersion: 1,
    };
    expect(decodeChannelClosed(encodeChannelClosed(closed))).toEqual({ ...closed, output: '' });
    expect(Buffer.from(encodeChannelClosed(closed)).toString()).not.toContain('Output');
  });
});

describe('the handshake', () => {
  it('trap 29: takes null for lists and results', () => {
    const response = { ClientVersion: '1.2.677.0', ProcessedClientActions: null, Errors: null };
    expect(decodeHandshakeResponse(json(response))).toEqual({
      clientVersion: '1.2.677.0',
      processedClientActions: [],
      errors: [],
    });
    expect(
      decodeHandshakeRequest(json({ AgentVersion: '3.0', RequestedClientActions: null }))
        .requestedClientActions,
    ).toEqual([]);
  });

  it('trap 28: takes the official mix-up of status and result', () => {
    const action = { ActionType: 'Foo', ActionStatus: 0, ActionResult: 3, Error: 'Unsupported action Foo' };
    expect(
      decodeHandshakeResponse(json({ ProcessedClientActions: [action] })).processedClientActions,
    ).toEqual([{ actionType: 'Foo', actionStatus: 0, actionResult: 3, error: 'Unsupported action Foo' }]);
  });

  it('keeps the parameters of an action as they are', () => {
    const parameters = { SessionType: 'Port', Properties: { portNumber: '22' } };
    const request = {
      agentVersion: '3.3.1142.0',
      requestedClientActions: [
        { actionType: 'SessionType', actionParameters: parameters },
        { actionType: 'Foo', actionParameters: { SessionType: 'Port' } },
        { actionType: 'SessionType', actionParameters: null },
      ],
    };
    const decoded = decodeHandshakeRequest(encodeHandshakeRequest(request));
    expect(decoded).toEqual(request);
  });

  it.each([
    [
      'a request whose actions are no list',
      () => decodeHandshakeRequest(json({ RequestedClientActions: {} })),
      'RequestedClientActions: wrong-type',
    ],
    [
      'a request whose action is no object',
      () => decodeHandshakeRequest(json({ RequestedClientActions: [1] })),
      'RequestedClientActions: wrong-type',
    ],
    [
      'a response with an error that is no text',
      () => decodeHandshakeResponse(json({ Errors: [1] })),
      'Errors: wrong-type',
    ],
    [
      'a completion without JSON',
      () => decodeHandshakeComplete(Buffer.from('payload')),
      'HandshakeComplete: not-json',
    ],
  ])('refuses %s', (_, read, expected) => {
    expect(refusal(read)).toBe(expected);
  });

  it('is complete with a time in nanoseconds and a message', () => {
    const complete = { handshakeTimeToComplete: 1_000_000, customerMessage: 'Handshake Complete' };
    expect(decodeHandshakeComplete(encodeHandshakeComplete(complete))).toEqual(complete);
  });
});

describe('size', () => {
  it('is brought into the 16 bits of a pty', () => {
    const sizes = [
      { cols: 80, rows: 24 },
      { cols: 70_000, rows: 0 },
      { cols: 80.9, rows: Number.NaN },
    ].map(encodeSize);
    expect(sizes.map((bytes) => Buffer.from(bytes).toString())).toEqual([
      '{"cols":80,"rows":24}',
      '{"cols":65535,"rows":1}',
      '{"cols":80,"rows":1}',
    ]);
  });

  it.each([
    [{ cols: -1, rows: 1 }, 'cols: out-of-range'],
    [{ cols: 1, rows: 2 ** 32 }, 'rows: out-of-range'],
    [{ cols: '80', rows: 24 }, 'cols: wrong-type'],
  ])('%o is refused', (size, expected) => {
    expect(refusal(() => decodeSize(json(size)))).toBe(expected);
  });
});

describe('OpenDataChannel', () => {
  it('is read again as written, with and without a client version', () => {
    const open = { requestId: 'a', tokenValue: 'b', clientId: '' };
    expect(
      [open, { ...open, clientVersion: '1.2.677.0' }].map((frame) =>
        parseOpenDataChannel(encodeOpenDataChannel(frame)),
      ),
    ).toEqual([open, { ...open, clientVersion: '1.2.677.0' }]);
  });

  it.each([
    ['no JSON', 'hello', 'OpenDataChannel: not-json'],
    [
      'another schema',
      '{"MessageSchemaVersion":"2.0","TokenValue":"x"}',
      'MessageSchemaVersion: out-of-range',
    ],
    ['no token', '{"MessageSchemaVersion":"1.0"}', 'TokenValue: missing'],
  ])('with %s is refused', (_, text, expected) => {
    expect(refusal(() => parseOpenDataChannel(text))).toBe(expected);
  });
});
