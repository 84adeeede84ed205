import * as crypto from 'node:crypto';

/** Length in bytes of the key that KMS makes for one session (protocol notes, section 5.5). */
export const dataKeyBytes = 64;
export const nonceBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';

/**
 * The encryption of one session, as the client has it: AES-256-GCM without additional data.
 *
 *       0 | 12 | nonce
 *      12 |  n | ciphertext, as long as the plaintext
 *    12+n | 16 | tag
 *
 * The agent encrypts with the first half of the data key and the client with the second.
 */
export class PayloadCipher {
  readonly #agentKey: crypto.KeyObject;
  readonly #clientKey: crypto.KeyObject;

  /** `dataKey` has {@link dataKeyBytes}. */
  constructor(dataKey: Uint8Array) {
    this.#agentKey = crypto.createSecretKey(dataKey.subarray(0, dataKeyBytes / 2));
    this.#clientKey = crypto.createSecretKey(dataKey.subarray(dataKeyBytes / 2));
  }

  /** `nonce` has {@link nonceBytes} and is used once. */
  encrypt(plaintext: Uint8Array, nonce: Uint8Array): Uint8Array {
    const cipher = crypto.createCipheriv(algorithm, this.#clientKey, nonce);
    const ciphertext = cipher.update(plaintext);
    return Buffer.concat([nonce, ciphertext, cipher.final(), cipher.getAuthTag()]);
  }

  /** Undefined for what was not encrypted with the agent's key, or was changed since. */
  decrypt(payload: Uint8Array): Uint8Array | undefined {
    if (payload.length < nonceBytes + tagBytes) return undefined;
    const tagAt = payload.length - tagBytes;
    const options = { authTagLength: tagBytes };
    const decipher = crypto.createDecipheriv(
      algorithm,
      this.#agentKey,
      payload.subarray(0, nonceBytes),
      options,
    );
    decipher.setAuthTag(payload.subarray(tagAt));
    const plaintext = decipher.update(payload.subarray(nonceBytes, tagAt));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return plaintext;
  }
}
