import { PayloadCipher } from '../../../src/ssm/channel/payload-cipher.ts';
import type { ChannelEffect } from '../../../src/ssm/channel/channel-types.ts';
import {
  decodeHandshakeResponse,
  encodeHandshakeComplete,
  encodeHandshakeRequest,
  type HandshakeResponse,
  type RequestedClientAction,
} from '../../../src/ssm/wire/handshake.ts';
import { PayloadType } from '../../../src/ssm/wire/payload-type.ts';
import { sentMessages } from './scripted-channel.ts';

/** Pieces of which tests make handshakes. */

export const keyId = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd';
export const target = 'i-0123456789abcdef0';

/** Bytes 00 to 3f, as in vector V3. */
export const dataKey = {
  plaintext: Uint8Array.from({ length: 64 }, (_, index) => index),
  ciphertext: Buffer.from('cipher-text-key'),
};

/** The agent's half: it encrypts with what the client decrypts with. */
export function agentCipher(plaintext: Uint8Array = dataKey.plaintext): PayloadCipher {
  return new PayloadCipher(Buffer.concat([plaintext.subarray(32), plaintext.subarray(0, 32)]));
}

export function sessionTypeAction(sessionType: string, properties: unknown = null): RequestedClientAction {
  return {
    actionType: 'SessionType',
    actionParameters: { SessionType: sessionType, Properties: properties },
  };
}

export function encryptionAction(challenge?: unknown): RequestedClientAction {
  return {
    actionType: 'KMSEncryption',
    actionParameters: { KMSKeyId: keyId, ...(challenge === undefined ? {} : { Challenge: challenge }) },
  };
}

export function requestOf(...actions: readonly RequestedClientAction[]): Uint8Array {
  return encodeHandshakeRequest({ agentVersion: '3.3.1142.0', requestedClientActions: actions });
}

export function completeWith(customerMessage = ''): Uint8Array {
  return encodeHandshakeComplete({ handshakeTimeToComplete: 1_000_000, customerMessage });
}

/** The handshake responses among `effects`. */
export function answers(effects: readonly ChannelEffect[]): HandshakeResponse[] {
  return sentMessages(effects)
    .filter(({ payloadType }) => payloadType === PayloadType.handshakeResponse)
    .map(({ payload }) => decodeHandshakeResponse(payload));
}
