import { describe, expect, it } from 'vitest';
import {
  decodeAcknowledgePayload,
  encodeAcknowledgeFrame,
  encodeAcknowledgePayload,
} from '../../../src/ssm/wire/acknowledge.ts';
import {
  type AgentMessage,
  decodeAgentMessage,
  encodeAgentMessage,
} from '../../../src/ssm/wire/agent-message.ts';
import { encodeHandshakeResponse } from '../../../src/ssm/wire/handshake.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const v1Hex = [
  '00000074696e7075745f73747265616d5f646174612020202020202020202020',
  '20202020000000010000015e0baa788400000000000000010000000000000002',
  'a508b5f073f31b16dd01e56bff48483e239f59ed55e737c77147cf55ad0c1b03',
  '0b6d7ee748a7426952f9b852d5a935e500000001000000077061796c6f6164',
].join('');
const v1Message: AgentMessage = {
  messageType: 'input_stream_data',
  schemaVersion: 1,
  createdDate: 1503434274948,
  sequenceNumber: 1,
  flags: 2n,
  messageId: 'dd01e56b-ff48-483e-a508-b5f073f31b16',
  payloadType: 1,
  payload: Buffer.from('payload'),
};

const v2Header = [
  '0000007461636b6e6f776c656467652020202020202020202020202020202020',
  '20202020000000010000015e0baa788400000000000000000000000000000003',
  'a508b5f073f31b16dd01e56bff48483e826149d35e09fb655b0de7148dac393b',
  '940c08944aeccbefab44cbd86c9be05000000000000000b0',
].join('');
const v2Json =
  '{"AcknowledgedMessageType":"output_stream_data","AcknowledgedMessageId":"dd01e56b-ff48-483e-a508-b5f073f31b16",' +
  '"AcknowledgedMessageSequenceNumber":2,"IsSequentialMessage":true}';
const v2Acknowledge = {
  acknowledgedMessageType: 'output_stream_data',
  acknowledgedMessageId: 'dd01e56b-ff48-483e-a508-b5f073f31b16',
  acknowledgedMessageSequenceNumber: 2,
};

describe('the byte vectors of the protocol notes', () => {
  it('V1: a stream message encodes to the official bytes', () => {
    expect(hex(encodeAgentMessage(v1Message))).toBe(v1Hex);
  });

  it('V1: the official bytes decode to the stream message', () => {
    expect(decodeAgentMessage(Buffer.from(v1Hex, 'hex'))).toEqual(v1Message);
  });

  it('V2: an acknowledge payload encodes to the official JSON and decodes again', () => {
    const payload = encodeAcknowledgePayload(v2Acknowledge);
    expect(Buffer.from(payload).toString()).toBe(v2Json);
    expect(decodeAcknowledgePayload(payload)).toEqual({ ...v2Acknowledge, isSequentialMessage: true });
  });

  it('V2: a whole acknowledge frame encodes to the official bytes', () => {
    const frame = encodeAcknowledgeFrame({
      ...v2Acknowledge,
      messageId: v1Message.messageId,
      createdDate: 1503434274948,
    });
    expect(hex(frame)).toBe(v2Header + Buffer.from(v2Json).toString('hex'));
  });

  it('V5: sequence numbers are 64 bits, big-endian, on both sides of 32 bits', () => {
    const at = (sequenceNumber: number): string =>
      hex(encodeAgentMessage({ ...v1Message, sequenceNumber })).slice(96, 112);
    expect([5747283, 92837273, 2 ** 32].map(at)).toEqual([
      '000000000057b253',
      '0000000005889599',
      '0000000100000000',
    ]);
  });

  it('V5: 32-bit numbers are big-endian', () => {
    const at = (payloadType: number): string =>
      hex(encodeAgentMessage({ ...v1Message, payloadType })).slice(224, 232);
    expect([324, 520392].map(at)).toEqual(['00000144', '0007f0c8']);
  });

  it('V6: a handshake response with an unknown action is the official JSON', () => {
    const response = encodeHandshakeResponse({
      clientVersion: '1.2.677.0',
      processedClientActions: [
        { actionType: 'SessionType', actionStatus: 1, actionResult: null, error: '' },
        {
          actionType: 'KMSEncryption',
          actionStatus: 1,
          actionResult: { KMSCipherTextKey: 'Y2lwaGVyLXRleHQta2V5', KMSCipherTextHash: null },
          error: '',
        },
        { actionType: 'Foo', actionStatus: 0, actionResult: 3, error: 'Unsupported action Foo' },
      ],
      errors: ['Unsupported action Foo'],
    });
    expect(Buffer.from(response).toString()).toBe(
      '{"ClientVersion":"1.2.677.0","ProcessedClientActions":[{"ActionType":"SessionType","ActionStatus":1,"ActionResult":null,"Error":""},' +
        '{"ActionType":"KMSEncryption","ActionStatus":1,"ActionResult":{"KMSCipherTextKey":"Y2lwaGVyLXRleHQta2V5","KMSCipherTextHash":null},"Error":""},' +
        '{"ActionType":"Foo","ActionStatus":0,"ActionResult":3,"Error":"Unsupported action Foo"}],"Errors":["Unsupported action Foo"]}',
    );
  });
});
