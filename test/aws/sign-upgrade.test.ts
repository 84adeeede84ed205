import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signUpgrade } from '../../src/aws/sign-upgrade.ts';
import { fakeKeys } from './fake-service.ts';

const signingDate = new Date('2026-11-24T15:00:00Z');
const url =
  'wss://ssmmessages.eu-central-1.amazonaws.com/v1/data-channel/some@one-0abc?role=publish_subscribe&cell-number=AAEAA+b/cd==';
const sign = (at: string) => signUpgrade(at, { region: 'eu-central-1', credentials: fakeKeys, signingDate });

/** The signature worked out by hand, from a canonical request written down here. */
function expectedSignature(canonicalRequest: string): string {
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const scope = '20261124/eu-central-1/ssmmessages/aws4_request';
  const key = scope
    .split('/')
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${fakeKeys.secretAccessKey}`);
  const digest = createHash('sha256').update(canonicalRequest).digest('hex');
  return hmac(key, `AWS4-HMAC-SHA256\n20261124T150000Z\n${scope}\n${digest}`).toString('hex');
}

describe('signing the WebSocket upgrade', () => {
  it('covers an empty GET for ssmmessages, host, date and session token, with the raw + of the query read as a space', async () => {
    const headers = await sign(url);
    const canonicalRequest = [
      'GET',
      '/v1/data-channel/some%40one-0abc',
      'cell-number=AAEAA%20b%2Fcd%3D%3D&role=publish_subscribe',
      'host:ssmmessages.eu-central-1.amazonaws.com',
      'x-amz-date:20261124T150000Z',
      `x-amz-security-token:${fakeKeys.sessionToken}`,
      '',
      'host;x-amz-date;x-amz-security-token',
      createHash('sha256').digest('hex'),
    ].join('\n');
    expect(headers).toEqual({
      authorization: `AWS4-HMAC-SHA256 Credential=${fakeKeys.accessKeyId}/20261124/eu-central-1/ssmmessages/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=${expectedSignature(canonicalRequest)}`,
      'x-amz-date': '20261124T150000Z',
      'x-amz-security-token': fakeKeys.sessionToken,
    });
  });

  it('signs the host as the socket library sends it: with a port only where it is not the scheme’s own', async () => {
    const signature = async (at: string) => (await sign(at))['authorization'];
    expect(await signature(url.replace('.com/', '.com:443/'))).toBe(await signature(url));
    expect(await signature(url.replace('.com/', '.com:8443/'))).not.toBe(await signature(url));
  });

  it.each(['X-Amz-Signature=abc', 'x-amz-credential=abc', 'X-Amz-Security-Token=abc'])(
    'gives no headers for a URL that is presigned (%s)',
    async (member) => {
      expect(await sign(`${url}&${member}`)).toEqual({});
    },
  );

  it('copes with a query that is absent, repeated or not valid percent-encoding', async () => {
    for (const query of ['', '?', '?a', '?a=1&a=2', '?a=%zz']) {
      expect(await sign(`wss://example.com/v1/x${query}`)).toHaveProperty('authorization');
    }
  });
});
