import { createCipheriv, createDecipheriv } from 'node:crypto';

/**
 * Encryption of stream payloads, the agent's side (protocol notes, section 5.5): AES-256-GCM without additional data.
 *
 *       0 | 12 | nonce
 *      12 |  n | ciphertext
 *    12+n | 16 | tag
 *
 * Of the 64 bytes of the data key the agent encrypts with the first half and decrypts with the second.
 */
export const dataKeyBytes = 64;
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';

export class BlockCipher {
  readonly #encryptKey: Uint8Array;
  readonly #decryptKey: Uint8Array;
  readonly #nextNonce: () => Uint8Array;

  constructor(dataKey: Uint8Array, nextNonce: () => Uint8Array) {
    this.#encryptKey = dataKey.subarray(0, dataKeyBytes / 2);
    this.#decryptKey = dataKey.subarray(dataKeyBytes / 2, dataKeyBytes);
    this.#nextNonce = nextNonce;
  }

  encrypt(plaintext: Uint8Array): Uint8Array {
    const nonce = this.#nextNonce();
    const cipher = createCipheriv(algorithm, this.#encryptKey, nonce, { authTagLength: tagBytes });
    return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  /** Undefined for anything that was not encrypted with the client's half of the key. */
  decrypt(payload: Uint8Array): Uint8Array | undefined {
    if (payload.length < nonceBytes + tagBytes) return undefined;
    const decipher = createDecipheriv(algorithm, this.#decryptKey, payload.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAuthTag(payload.subarray(payload.length - tagBytes));
    try {
      const body = decipher.update(payload.subarray(nonceBytes, payload.length - tagBytes));
      return Buffer.concat([body, decipher.final()]);
    } catch {
      return undefined;
    }
  }
}
