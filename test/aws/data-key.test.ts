import { afterEach, describe, expect, it } from 'vitest';
import { createControlPlane } from '../../src/aws/control-plane.ts';
import type { AppErrorData } from '../../src/shared/errors.ts';
import { type FakeAnswer, type FakeService, fakeKeys, startFakeService } from './fake-service.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const request = {
  keyId: 'alias/sessions',
  encryptionContext: { 'aws:ssm:SessionId': 's-1', 'aws:ssm:TargetId': 'i-1' },
};

async function generate(answer: FakeAnswer): Promise<{ service: FakeService; key: Promise<unknown> }> {
  const service = await startFakeService(() => answer);
  const plane = createControlPlane({
    region: 'eu-central-1',
    // Of Systems Manager; nothing may go there.
    endpoint: 'http://127.0.0.1:9',
    kmsEndpoint: service.endpoint,
    credentials: fakeKeys,
    maxAttempts: 1,
  });
  cleanups.push(
    () => plane.close(),
    () => service.close(),
  );
  return { service, key: plane.generateDataKey(request) };
}

const base64 = (length: number): string => Buffer.alloc(length, 7).toString('base64');

describe('the data key of an encrypted session', () => {
  it('is asked of KMS at its own endpoint, for 64 bytes in the context of session and target', async () => {
    const { service, key } = await generate({ json: { Plaintext: base64(64), CiphertextBlob: base64(9) } });
    expect(await key).toEqual({
      plaintext: new Uint8Array(64).fill(7),
      ciphertext: new Uint8Array(9).fill(7),
    });
    expect(service.calls.map(({ operation, body }) => [operation, body])).toEqual([
      [
        'GenerateDataKey',
        { KeyId: 'alias/sessions', NumberOfBytes: 64, EncryptionContext: request.encryptionContext },
      ],
    ]);
    expect(service.calls[0]?.headers.authorization).toMatch(/\/eu-central-1\/kms\/aws4_request/);
  });

  const failures: [string, FakeAnswer, Partial<AppErrorData>, string][] = [
    [
      'missing rights name the action and the key',
      {
        error: 'AccessDeniedException',
        message:
          'User: arn:aws:iam::123456789012:user/x is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:eu-central-1:123456789012:key/1234 because no identity-based policy allows the kms:GenerateDataKey action',
      },
      { code: 'kms-denied', retryable: false },
      'kms:GenerateDataKey on arn:aws:kms:eu-central-1:123456789012:key/1234',
    ],
    [
      'missing rights name the action also where the service does not',
      {
        error: 'AccessDeniedException',
        message: 'The ciphertext refers to a customer key that does not exist.',
      },
      { code: 'kms-denied' },
      'kms:GenerateDataKey',
    ],
    [
      'a key that is not there',
      { error: 'NotFoundException' },
      { code: 'kms-key-unusable' },
      'does not exist',
    ],
    ['a disabled key', { error: 'DisabledException' }, { code: 'kms-key-unusable' }, 'disabled'],
    [
      'a key about to be deleted',
      { error: 'KMSInvalidStateException' },
      { code: 'kms-key-unusable' },
      'state',
    ],
    [
      'a key for signatures',
      { error: 'InvalidKeyUsageException' },
      { code: 'kms-key-unusable' },
      'encrypting',
    ],
    [
      'a key that is away for a moment may be tried again',
      { error: 'KeyUnavailableException', status: 500 },
      { code: 'kms-key-unusable', retryable: true },
      'at the moment',
    ],
    ['throttling', { error: 'ThrottlingException' }, { code: 'throttled', retryable: true }, 'slow down'],
    ['expired credentials', { error: 'ExpiredTokenException' }, { code: 'credentials-expired' }, 'expired'],
    [
      'a key of the wrong length',
      { json: { Plaintext: base64(32), CiphertextBlob: base64(9) } },
      { code: 'endpoint-unreachable' },
      'lacks the key',
    ],
  ];
  it.each(failures)('fails with a clear error: %s', async (_name, answer, expected, words) => {
    const { key } = await generate(answer);
    const error: unknown = await key.catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      data: {
        ...expected,
        attempted: 'Encrypt the session',
        message: expect.stringContaining(words) as string,
      },
    });
  });

  it('is not asked for over plain http to another machine', async () => {
    const plane = createControlPlane({
      region: 'eu-central-1',
      kmsEndpoint: 'http://kms.example.com',
      credentials: fakeKeys,
    });
    cleanups.push(() => plane.close());
    await expect(plane.generateDataKey(request)).rejects.toMatchObject({
      data: { code: 'endpoint-insecure' },
    });
  });
});
