import { parseObject, textMember } from './json-object.ts';
import { WireError } from './wire-error.ts';

/**
 * The payload of EncChallengeRequest and EncChallengeResponse: `{"Challenge":"<base64>"}`, the bytes being encrypted
 * (protocol notes, section 5.5 item 8).
 */
export function encodeEncryptionChallenge(challenge: Uint8Array): Uint8Array {
  return Buffer.from(`{"Challenge":"${Buffer.from(challenge).toString('base64')}"}`, 'latin1');
}

/** The encrypted bytes. Throws {@link WireError} for anything but the JSON described with standard base64 in it. */
export function decodeEncryptionChallenge(payload: Uint8Array): Uint8Array {
  const text = textMember(parseObject(payload, 'EncryptionChallenge'), 'Challenge');
  if (text === '') throw new WireError('missing', 'Challenge');
  const challenge = Buffer.from(text, 'base64');
  // Buffer skips what is not base64; what comes back shows whether it did.
  if (challenge.toString('base64') !== text) throw new WireError('out-of-range', 'Challenge');
  return challenge;
}
