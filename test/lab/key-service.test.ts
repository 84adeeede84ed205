import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { callApi, callKms } from './support/lab-caller.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ pace: 'fast' });
});
afterAll(() => lab.close());

const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
const keyArn = `arn:aws:kms:us-east-1:123456789012:key/${keyId}`;
const context = { 'aws:ssm:SessionId': 's', 'aws:ssm:TargetId': 'i-1' };
const generate = (members: object) =>
  callKms(lab, 'GenerateDataKey', { NumberOfBytes: 64, EncryptionContext: context, ...members });

describe('GenerateDataKey', () => {
  test.each([keyId, keyArn, 'alias/lab-session', 'arn:aws:kms:us-east-1:123456789012:alias/lab-session'])(
    'makes a data key under the key named %s',
    async (KeyId) => {
      const { status, body } = await generate({ KeyId });
      expect({ status, keyId: body['KeyId'] }).toEqual({ status: 200, keyId: keyArn });
      expect(Buffer.from(String(body['Plaintext']), 'base64')).toHaveLength(64);
    },
  );

  test('names kms:GenerateDataKey to a caller who may not', async () => {
    const { status, errorType, body } = await generate({ KeyId: 'alias/lab-denied' });
    expect({ status, errorType }).toEqual({ status: 400, errorType: 'AccessDeniedException' });
    expect(body['Message']).toContain(
      'is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:',
    );
  });

  test.each(['alias/nothing', '00000000-0000-0000-0000-000000000000', 'nonsense'])(
    'does not find %s',
    async (KeyId) => {
      expect(await generate({ KeyId })).toMatchObject({ status: 400, errorType: 'NotFoundException' });
    },
  );

  test('wants a size or a kind of key, and not both', async () => {
    for (const members of [{ KeySpec: 'AES_256' }, { NumberOfBytes: null }]) {
      expect(await generate({ KeyId: keyId, ...members })).toMatchObject({
        errorType: 'ValidationException',
      });
    }
    const { body } = await generate({ KeyId: keyId, NumberOfBytes: null, KeySpec: 'AES_256' });
    expect(Buffer.from(String(body['Plaintext']), 'base64')).toHaveLength(32);
  });
});

describe('Decrypt', () => {
  test('gives the data key back for the same context, whatever the order of its members', async () => {
    const { body } = await generate({ KeyId: keyId });
    const reversed = Object.fromEntries(Object.entries(context).reverse());
    const opened = await callKms(lab, 'Decrypt', {
      CiphertextBlob: body['CiphertextBlob'],
      EncryptionContext: reversed,
    });
    expect(opened.body).toMatchObject({ KeyId: keyArn, Plaintext: body['Plaintext'] });
  });

  test('refuses another context, a changed blob, and another key', async () => {
    const { body } = await generate({ KeyId: keyId });
    const blob = Buffer.from(String(body['CiphertextBlob']), 'base64');
    blob[50] = (blob[50] ?? 0) ^ 1;
    const ask = async (members: object) =>
      (
        await callKms(lab, 'Decrypt', {
          CiphertextBlob: body['CiphertextBlob'],
          EncryptionContext: context,
          ...members,
        })
      ).errorType;
    expect([
      await ask({ EncryptionContext: { ...context, more: 'x' } }),
      await ask({ CiphertextBlob: blob.toString('base64') }),
      await ask({ CiphertextBlob: 'AAAA' }),
      await ask({ KeyId: 'alias/lab-denied' }),
    ]).toEqual([
      'InvalidCiphertextException',
      'InvalidCiphertextException',
      'InvalidCiphertextException',
      'IncorrectKeyException',
    ]);
  });
});

test('a call signed for another service is refused', async () => {
  const wrong = await callApi(lab, 'GenerateDataKey');
  expect(wrong.errorType).toBe('UnknownOperationException');
});
