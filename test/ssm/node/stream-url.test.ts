import { expect, it } from 'vitest';
import { checkStreamUrl, isPresigned, loopbackLookup } from '../../../src/ssm/node/stream-url.ts';
import { SsmError } from '../../../src/ssm/ssm-error.ts';

function refusal(url: string): string | undefined {
  try {
    checkStreamUrl(url);
    return undefined;
  } catch (error) {
    if (!(error instanceof SsmError)) throw error;
    return error.code;
  }
}

it.each([
  'wss://ssmmessages.us-east-1.amazonaws.com/v1/data-channel/user@example.com-0a1b2c3d4e5f60718?role=publish_subscribe&cell-number=AAEAA+b/cd==',
  'wss://ssmmessages.cn-north-1.amazonaws.com.cn/v1/data-channel/a=b,c+d_e.f-0a1b2c3d4e5f60718?role=publish_subscribe',
  'ws://127.0.0.1:8080/v1/data-channel/session?role=publish_subscribe&cell-number=AAEAA+b/cd==',
  'ws://127.8.9.10/v1/data-channel/session',
  'ws://[::1]:8080/v1/data-channel/session',
  'ws://localhost:8080/v1/data-channel/session',
])('accepts %s', (url) => {
  expect(refusal(url)).toBeUndefined();
});

it.each([
  'ws://gateway.example/v1/data-channel/session',
  'ws://127.0.0.1.example/v1/data-channel/session',
  'ws://localhost.example/v1/data-channel/session',
  'ws://128.0.0.1/v1/data-channel/session',
  'ws://0.0.0.0/v1/data-channel/session',
  'ws://[::2]/v1/data-channel/session',
])('refuses to send a token unencrypted to another machine: %s', (url) => {
  expect(refusal(url)).toBe('insecure-endpoint');
});

it.each([
  ['another scheme', 'https://gateway.example/v1/x'],
  ['no scheme', 'gateway.example/v1/x'],
  ['nothing', ''],
  ['no path', 'wss://gateway.example'],
  ['a fragment', 'wss://gateway.example/v1/x#y'],
  ['a name and password', 'wss://user:secret@gateway.example/v1/x'],
  ['a backslash before the host', String.raw`wss://gateway.example\@127.0.0.1/v1/x`],
  ['a line break', 'wss://gateway.example/v1/x\r\nHost: y'],
  ['a space', 'wss://gateway.example/v1/x?cell-number=a b'],
  ['dots that would be resolved', 'wss://gateway.example/v1/../x'],
  ['a quote that would be escaped', 'wss://gateway.example/v1/x?cell-number="'],
  ['a letter that would be escaped', 'wss://gateway.example/v1/ü'],
])('trap 19: refuses a URL with %s', (_, url) => {
  expect(refusal(url)).toBe('bad-stream-url');
});

it('knows a URL that carries its own signature', () => {
  const url = 'wss://gateway.example/v1/x?role=publish_subscribe';
  expect([isPresigned(url), isPresigned(`${url}&X-Amz-Signature=00`)]).toEqual([false, true]);
});

it('resolves only names that lead to this machine', async () => {
  const lookup = (name: string): Promise<string> =>
    new Promise((resolve, reject) => {
      loopbackLookup(name, {}, (error, address) =>
        error === null ? resolve(typeof address === 'string' ? address : '') : reject(error),
      );
    });
  await expect(lookup('localhost')).resolves.toMatch(/^(127\.0\.0\.1|::1)$/);
  await expect(lookup('192.0.2.1')).rejects.toThrow('another machine');
});
