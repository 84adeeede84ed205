import { ApiError, validationError } from '../api-error.ts';
import type { Operation } from '../context.ts';
import { asMembers, type Members, optionalInteger, optionalText, requiredText } from '../members.ts';

/** The key service's calls that encrypted sessions need: one for the client, one for the agent (protocol notes, 5.5). */

const keySpecs: Readonly<Record<string, number>> = { AES_256: 32, AES_128: 16 };

export const generateDataKey: Operation = (members, { kms }) => {
  const keyId = requiredText(members, 'KeyId', { min: 1, max: 2048 });
  if (members['DryRun'] === true) {
    kms.checkKey(keyId);
    throw new ApiError(
      'DryRunOperationException',
      'The request would have succeeded, but the DryRun option is set.',
      412,
    );
  }
  const { key, plaintext, ciphertext } = kms.generateDataKey(
    keyId,
    dataKeyBytes(members),
    contextOf(members),
  );
  return {
    CiphertextBlob: Buffer.from(ciphertext).toString('base64'),
    Plaintext: Buffer.from(plaintext).toString('base64'),
    KeyId: key.arn,
  };
};

export const decrypt: Operation = (members, { kms }) => {
  const keyId = optionalText(members, 'KeyId', { min: 1, max: 2048 });
  const blob = Buffer.from(requiredText(members, 'CiphertextBlob', { min: 1 }), 'base64');
  const { key, plaintext } = kms.decrypt(keyId, blob, contextOf(members));
  return {
    KeyId: key.arn,
    Plaintext: Buffer.from(plaintext).toString('base64'),
    EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
  };
};

/** Either a number of bytes or a kind of key, and not both. */
function dataKeyBytes(members: Members): number {
  const bytes = optionalInteger(members, 'NumberOfBytes', 1, 1024);
  const spec = optionalText(members, 'KeySpec');
  if ((bytes === undefined) === (spec === undefined)) {
    throw new ApiError('ValidationException', 'Please specify either number of bytes or key spec.');
  }
  const ofSpec = spec === undefined ? undefined : keySpecs[spec];
  if (spec !== undefined && ofSpec === undefined)
    throw validationError('keySpec', spec, 'Member must satisfy enum value set: [AES_256, AES_128]');
  return bytes ?? ofSpec ?? 0;
}

function contextOf(members: Members): Record<string, string> {
  const given = asMembers(members['EncryptionContext'] ?? {}, 'EncryptionContext');
  return Object.fromEntries(Object.keys(given).map((name) => [name, requiredText(given, name)]));
}
