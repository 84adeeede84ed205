import { expect, test } from 'vitest';
import { withoutSecrets } from '../../../src/renderer/words/secrets.ts';

test.each([
  ['the key AKIAIOSFODNN7EXAMPLE is unknown', 'the key (access key) is unknown'],
  ['ASIAQWERTYUIOPASDFGH expired', '(access key) expired'],
  ['through http://me:hunter2@proxy:3128/', 'through http://(sign-in)@proxy:3128/'],
  ['wss://x/?X-Amz-Security-Token=IQoJb3Jp&role=a', 'wss://x/?X-Amz-Security-Token=(secret)&role=a'],
  ['Authorization: AWS4-HMAC-SHA256 Credential', 'Authorization: (secret) Credential'],
  ['"accessToken": "abc def"', '"accessToken": (secret)'],
  [`token ${'Ab9/'.repeat(30)}==`, 'token (long value)'],
])('%j is copied as %j', (text, clean) => {
  expect(withoutSecrets(text)).toBe(clean);
});

test.each([
  'arn:aws:ssm:us-east-1:123456789012:document/Our-Very-Long-Name',
  'request 7f0c1a52-3f1e-4f5c-9a0d-0b8f64f1b7aa',
  'ops-0f3b81d2a97e60c4f',
  'Check https://ssm.eu-central-1.amazonaws.com.',
])('%s is what people need, and stays', (text) => {
  expect(withoutSecrets(text)).toBe(text);
});
