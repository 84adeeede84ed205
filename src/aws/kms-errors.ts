import type { ErrorCode } from '../shared/errors.ts';

interface KeyVerdict {
  code: ErrorCode;
  retryable: boolean;
  message: string;
  hint: string;
}

/** What KMS says of a key that exists no longer, or not for this. Names are those of the service's model. */
const sentences: Readonly<Record<string, string>> = {
  NotFoundException: 'The KMS key of the session document does not exist, or not in this account and Region.',
  DisabledException: 'The KMS key of the session document is disabled.',
  KMSInvalidStateException:
    'The KMS key of the session document is not in a state to be used, for example about to be deleted.',
  InvalidKeyUsageException: 'The KMS key of the session document is not one for encrypting data.',
  KeyUnavailableException: 'The KMS key of the session document is not available at the moment.',
  InvalidArnException: 'The KMS key of the session document is not named correctly.',
};

/** Undefined for what is not about the key: any call can end so. */
export function judgeKey(name: string): KeyVerdict | undefined {
  const message = Object.hasOwn(sentences, name) ? sentences[name] : undefined;
  if (message === undefined) return undefined;
  return {
    code: 'kms-key-unusable',
    retryable: name === 'KeyUnavailableException',
    message,
    hint: 'Whoever looks after the session document can name another key in its kmsKeyId, or enable this one.',
  };
}

/** @param resource ARN of the key as the service names it */
export function keyDenied(resource: string | undefined, isExplicitDeny: boolean): KeyVerdict {
  return {
    code: 'kms-denied',
    retryable: false,
    message: `The credentials do not allow kms:GenerateDataKey on ${resource ?? 'the KMS key of the session document'}.`,
    hint: isExplicitDeny
      ? 'A policy denies it explicitly; whoever looks after the policies can change that.'
      : 'Ask for a policy that allows kms:GenerateDataKey on that key; its own key policy must allow it too.',
  };
}
