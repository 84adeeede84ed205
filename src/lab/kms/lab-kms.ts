import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ApiError } from '../api/api-error.ts';
import { callerArn } from '../session-record.ts';
import { findKey, type LabKey } from './lab-keys.ts';

/** What a ciphertext is bound to; the same must be given to decrypt it. */
export type EncryptionContext = Readonly<Record<string, string>>;

const nonceBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';

/**
 * The lab's key service, as much of it as sessions need: data keys under the lab's keys (protocol notes, 5.5).
 *
 * A ciphertext is the data key, sealed with a secret that this lab has made for itself: nothing is remembered, and
 * another lab cannot open it.
 *
 *       0 | 36 | id of the key, text
 *      36 | 12 | nonce
 *      48 |  n | sealed data key
 *    48+n | 16 | tag, over key id and encryption context too
 */
export class LabKms {
  readonly #secret = randomBytes(32);

  /** Whether data keys may be made with this key; throws the {@link ApiError} that the service would answer. */
  checkKey(keyId: string): LabKey {
    const key = requiredKey(keyId);
    if (key.isDenied) throw denied('kms:GenerateDataKey', key);
    return key;
  }

  /** Throws the {@link ApiError} that the service would answer. */
  generateDataKey(
    keyId: string,
    bytes: number,
    context: EncryptionContext,
  ): { key: LabKey; plaintext: Uint8Array; ciphertext: Uint8Array } {
    const key = this.checkKey(keyId);
    const plaintext = randomBytes(bytes);
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#secret, nonce, { authTagLength: tagBytes });
    cipher.setAAD(bindingOf(key, context));
    const sealed = [cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
    return { key, plaintext, ciphertext: Buffer.concat([Buffer.from(key.id), nonce, ...sealed]) };
  }

  /** Throws the {@link ApiError} that the service would answer. Without `keyId` the ciphertext names the key. */
  decrypt(
    keyId: string | undefined,
    ciphertext: Uint8Array,
    context: EncryptionContext,
  ): { key: LabKey; plaintext: Uint8Array } {
    const asked = keyId === undefined ? undefined : requiredKey(keyId);
    const blob = Buffer.from(ciphertext);
    const key = findKey(blob.toString('latin1', 0, idLength));
    if (!key || blob.length < idLength + nonceBytes + tagBytes) throw invalidCiphertext();
    if (asked && asked !== key) {
      throw new ApiError(
        'IncorrectKeyException',
        'The key ID in the request does not identify a CMK that can perform this operation.',
      );
    }
    const decipher = createDecipheriv(
      algorithm,
      this.#secret,
      blob.subarray(idLength, idLength + nonceBytes),
      {
        authTagLength: tagBytes,
      },
    );
    decipher.setAAD(bindingOf(key, context));
    decipher.setAuthTag(blob.subarray(blob.length - tagBytes));
    try {
      const sealed = blob.subarray(idLength + nonceBytes, blob.length - tagBytes);
      return { key, plaintext: Buffer.concat([decipher.update(sealed), decipher.final()]) };
    } catch {
      throw invalidCiphertext();
    }
  }
}

const idLength = 36;

function bindingOf(key: LabKey, context: EncryptionContext): Buffer {
  const sorted = Object.entries(context).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Buffer.from(JSON.stringify([key.id, sorted]));
}

function requiredKey(keyId: string): LabKey {
  const key = findKey(keyId);
  if (key) return key;
  const shown = keyId.startsWith('alias/') ? `Alias ${keyId}` : `Key '${keyId}'`;
  throw new ApiError('NotFoundException', `${shown} is not found.`);
}

function denied(action: string, key: LabKey): ApiError {
  return new ApiError(
    'AccessDeniedException',
    `User: ${callerArn} is not authorized to perform: ${action} on resource: ${key.arn} because no resource-based policy allows the ${action} action`,
  );
}

/** The real service gives this error no sentence either. */
function invalidCiphertext(): ApiError {
  return new ApiError('InvalidCiphertextException', '');
}
