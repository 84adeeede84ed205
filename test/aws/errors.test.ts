import { createServer as createTlsServer } from 'node:https';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type ControlPlane, createControlPlane } from '../../src/aws/control-plane.ts';
import { AppError, type AppErrorData } from '../../src/shared/errors.ts';
import {
  type FakeAnswer,
  type FakeService,
  fakeKeys,
  listen,
  sessionDocument,
  startFakeService,
} from './fake-service.ts';
import { selfSignedCertificate } from './certificate.ts';

const target = 'i-0123456789abcdef0';
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function fake(answer: FakeAnswer): Promise<FakeService> {
  const service = await startFakeService(({ operation }) =>
    operation === 'GetDocument' ? sessionDocument : answer,
  );
  cleanups.push(() => service.close());
  return service;
}

function planeAt(
  endpoint: string,
  options: Partial<Parameters<typeof createControlPlane>[0]> = {},
): ControlPlane {
  const plane = createControlPlane({
    region: 'eu-central-1',
    endpoint,
    credentials: fakeKeys,
    maxAttempts: 1,
    network: { timeouts: { connectMs: 5_000, answerMs: 10_000 } },
    ...options,
  });
  cleanups.push(() => plane.close());
  return plane;
}

async function failureOf(call: Promise<unknown>): Promise<AppErrorData> {
  const error: unknown = await call.then(
    () => new Error('the call was expected to fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`not an AppError: ${inspect(error)}`);
  return error.data;
}

describe('an error that the service answers becomes', () => {
  const cases: [string, FakeAnswer, Partial<AppErrorData>, RegExp][] = [
    [
      'a node that is not connected',
      { error: 'TargetNotConnected', message: `${target} is not connected.` },
      { code: 'target-not-connected', retryable: true },
      /SSM Agent/,
    ],
    [
      'an agent that is too old for the session',
      {
        error: 'ValidationException',
        message: 'The SSM Agent version 2.3.12.0 on the instance does not support this document.',
      },
      { code: 'agent-too-old', retryable: false },
      /Update the agent/,
    ],
    [
      'a quota that is used up',
      { error: 'ServiceQuotaExceededException' },
      { code: 'quota-exceeded', retryable: false },
      /Service Quotas/,
    ],
    [
      'a missing document',
      { error: 'InvalidDocument' },
      { code: 'document-not-found', retryable: false },
      /Check its name/,
    ],
    [
      'a refusal with action and resource, out of the text of the service',
      {
        error: 'AccessDeniedException',
        message: `User: arn:aws:iam::123456789012:user/someone is not authorized to perform: ssm:StartSession on resource: arn:aws:ec2:eu-central-1:123456789012:instance/${target} because no identity-based policy allows the ssm:StartSession action`,
      },
      {
        code: 'approval-needed',
        message: `The credentials do not allow ssm:StartSession on arn:aws:ec2:eu-central-1:123456789012:instance/${target}.`,
      },
      /policy that allows ssm:StartSession/,
    ],
    [
      'a refusal that names an explicit deny as one',
      {
        error: 'AccessDeniedException',
        message:
          'User: x is not authorized to perform: ssm:StartSession on resource: arn:aws:ec2:a:1:instance/i-1 with an explicit deny in an identity-based policy',
      },
      { code: 'access-denied' },
      /denies it explicitly/,
    ],
    [
      'expired credentials',
      { error: 'ExpiredTokenException' },
      { code: 'credentials-expired' },
      /Sign in again/,
    ],
    [
      'expired credentials, the other spelling',
      { error: 'ExpiredToken', status: 403 },
      { code: 'credentials-expired' },
      /Sign in again/,
    ],
    [
      'an unknown key',
      {
        error: 'UnrecognizedClientException',
        message: 'The security token included in the request is invalid.',
      },
      { code: 'access-denied' },
      /keys are current/,
    ],
    [
      'a wrong secret',
      { error: 'SignatureDoesNotMatch', status: 403 },
      { code: 'access-denied' },
      /secret access key/,
    ],
    [
      'a wrong clock, from the signature',
      {
        error: 'InvalidSignatureException',
        message: 'Signature expired: 20261124T100000Z is now earlier than 20261124T110000Z',
      },
      { code: 'clock-skew', retryable: true },
      /Set the clock/,
    ],
    ['a wrong clock', { error: 'RequestExpired' }, { code: 'clock-skew' }, /Set the clock/],
    [
      'throttling',
      { error: 'ThrottlingException', message: 'Rate exceeded' },
      { code: 'throttled', retryable: true },
      /Wait/,
    ],
    [
      'throttling by status alone',
      { error: 'SomethingNew', status: 429 },
      { code: 'throttled', retryable: true },
      /Wait/,
    ],
    [
      'a fault of the service',
      { error: 'InternalServerError', status: 500 },
      { code: 'service-unavailable', retryable: true },
      /Health/,
    ],
    [
      'an overloaded service that does not answer JSON',
      { raw: 'Service Unavailable', status: 503 },
      { code: 'service-unavailable' },
      /Health/,
    ],
    [
      'a bad value, by the name of the member only',
      {
        error: 'ValidationException',
        message:
          "1 validation error detected: Value 'hunter2' at 'parameters' failed to satisfy constraint: Member must satisfy regular expression pattern",
      },
      { code: 'bad-request', message: 'The service did not accept the value of parameters.' },
      /session document/,
    ],
    [
      'an endpoint of another service',
      { error: 'UnknownOperationException' },
      { code: 'bad-request' },
      /Check the endpoint/,
    ],
    [
      'a page of a proxy',
      { raw: '<html>Sign in</html>', status: 200 },
      { code: 'endpoint-unreachable' },
      /sign-in page/,
    ],
    [
      'a page that was not found',
      { raw: '<html>Not found</html>', status: 404 },
      { code: 'endpoint-unreachable' },
      /endpoint/,
    ],
    [
      'an unknown refusal, by its name',
      { error: 'SomethingNew', status: 400 },
      { code: 'bad-request', message: 'The service refused with SomethingNew.' },
      /AWS documentation/,
    ],
    ['a connection cut in mid-call', 'cut', { code: 'endpoint-unreachable', retryable: true }, /between/],
    [
      'an answer that does not come',
      'silence',
      { code: 'endpoint-unreachable', retryable: true },
      /try again/,
    ],
    [
      'an answer without a token',
      { json: { SessionId: 'x' } },
      { code: 'endpoint-unreachable' },
      /Systems Manager/,
    ],
  ];
  it.each(cases)('%s', async (_name, answer, expected, hint) => {
    const service = await fake(answer);
    // Only the answer that never comes needs a short patience; on a busy machine the others may be slow.
    const options =
      answer === 'silence' ? { network: { timeouts: { connectMs: 5_000, answerMs: 300 } } } : {};
    const data = await failureOf(planeAt(service.endpoint, options).startSession({ target }));
    expect(data).toMatchObject({ attempted: `Start a session on ${target}`, ...expected });
    expect(data.hint).toMatch(hint);
  });

  it('an error with the AWS name, operation, request id, status and the attempts used', async () => {
    const service = await fake({ error: 'ThrottlingException', message: 'Rate exceeded' });
    const data = await failureOf(
      planeAt(service.endpoint, { maxAttempts: 2, retryMode: 'standard' }).startSession({ target }),
    );
    expect(data.aws).toEqual({
      name: 'ThrottlingException',
      operation: 'StartSession',
      requestId: 'request-1',
      httpStatus: 400,
      attempts: 2,
    });
    expect(data.message).toContain('2 times');
    expect(service.calls.filter((call) => call.operation === 'StartSession')).toHaveLength(2);
  });

  it('a text without key, token or anything that the service quoted', async () => {
    const quoting = `The Canonical String for this request should have been 'POST / host:x x-amz-security-token:${fakeKeys.sessionToken}' ${fakeKeys.accessKeyId}`;
    for (const name of [
      'SignatureDoesNotMatch',
      'AccessDeniedException',
      'ValidationException',
      'SomethingNew',
    ]) {
      const service = await fake({ error: name, message: quoting });
      const data = await failureOf(planeAt(service.endpoint).startSession({ target }));
      expect(JSON.stringify(data)).not.toMatch(/must-not-show|AKID|Canonical/);
    }
  });
});

describe('a connection that fails becomes', () => {
  it('an endpoint whose name is not found, with the Region to check', async () => {
    const data = await failureOf(planeAt('https://ssm.nowhere.invalid').resumeSession('s-1'));
    expect(data).toMatchObject({
      code: 'endpoint-unreachable',
      retryable: true,
      attempted: 'Resume the session',
    });
    expect(data.hint).toContain('eu-central-1');
  });

  it('an endpoint where nothing listens', async () => {
    const service = await fake('cut');
    await service.close();
    const data = await failureOf(planeAt(service.endpoint).terminateSession('s-1'));
    expect(data).toMatchObject({
      code: 'endpoint-unreachable',
      message: expect.stringMatching(/^Nothing accepts connections at 127\.0\.0\.1:\d+\.$/) as string,
    });
    expect(data.aws).toMatchObject({ name: 'ECONNREFUSED', operation: 'TerminateSession', attempts: 1 });
  });

  it('a certificate that is not accepted', async () => {
    const server = createTlsServer(selfSignedCertificate, (_request, response) => response.end('{}'));
    await listen(server);
    cleanups.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as { port: number };
    const data = await failureOf(planeAt(`https://localhost:${port}`).resumeSession('s-1'));
    expect(data).toMatchObject({ code: 'certificate', retryable: false });
    expect(data.hint).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('an https: endpoint that does not speak TLS', async () => {
    const service = await fake('cut');
    const data = await failureOf(planeAt(service.endpoint.replace('http:', 'https:')).resumeSession('s-1'));
    expect(data.code).toMatch(/certificate|endpoint-unreachable/);
    expect(data.message).toMatch(/TLS|broke/);
  });
});

describe('before anything is sent', () => {
  it.each([
    'http://ssm.example.com',
    'http://10.0.0.1:8080',
    'http://127.0.0.1.example.com',
    'http://user@192.168.0.1',
    'ftp://localhost',
  ])('the endpoint %s is refused as insecure', async (endpoint) => {
    let asked = 0;
    const credentials = async () => {
      asked += 1;
      return fakeKeys;
    };
    const data = await failureOf(planeAt(endpoint, { credentials }).startSession({ target }));
    expect(data).toMatchObject({ code: 'endpoint-insecure', retryable: false });
    expect(asked).toBe(0);
  });

  it('an insecure endpoint is refused as well when it comes from the environment', async () => {
    process.env['AWS_ENDPOINT_URL_SSM'] = 'http://ssm.example.com';
    cleanups.push(() => delete process.env['AWS_ENDPOINT_URL_SSM']);
    const plane = createControlPlane({ region: 'eu-central-1', credentials: fakeKeys, maxAttempts: 1 });
    cleanups.push(() => plane.close());
    expect((await failureOf(plane.resumeSession('s-1'))).code).toBe('endpoint-insecure');
  });

  it.each(['127.0.0.1', 'localhost', '127.1'])('plain http to %s is accepted', async (host) => {
    const service = await fake({ json: { SessionId: 's-1', TokenValue: 't' } });
    const endpoint = service.endpoint.replace('127.0.0.1', host);
    expect(await planeAt(endpoint).resumeSession('s-1')).toEqual({ tokenValue: 't' });
  });

  it('an endpoint that is no URL is named as such', async () => {
    expect(await failureOf(planeAt('somewhere').resumeSession('s-1'))).toMatchObject({
      code: 'bad-request',
      message: 'The endpoint is not a URL.',
    });
  });

  it('a Region that is none is named as such', async () => {
    const plane = createControlPlane({ region: 'no region', credentials: fakeKeys, maxAttempts: 1 });
    cleanups.push(() => plane.close());
    expect((await failureOf(plane.resumeSession('s-1'))).code).toBe('region-unknown');
  });

  it('credentials that cannot be had are named as such, with the profile to sign in to', async () => {
    const service = await fake('cut');
    const missing = Object.assign(new Error('Could not load credentials from any providers'), {
      name: 'CredentialsProviderError',
    });
    const plane = planeAt(service.endpoint, {
      credentials: async () => {
        throw missing;
      },
      profileName: 'work',
    });
    const data = await failureOf(plane.resumeSession('s-1'));
    expect(data).toMatchObject({ code: 'credentials-missing', retryable: false });
    expect(data.hint).toContain('--profile work');
    expect(service.calls).toEqual([]);
  });

  it('a call on a closed control plane is given up', async () => {
    const service = await fake('silence');
    const plane = planeAt(service.endpoint, {
      network: { timeouts: { connectMs: 5_000, answerMs: 20_000 } },
    });
    const outcome = failureOf(plane.resumeSession('s-1'));
    await expect.poll(() => service.calls.length).toBe(1);
    plane.close();
    plane.close();
    expect((await outcome).code).toBe('connection-lost');
  });
});
