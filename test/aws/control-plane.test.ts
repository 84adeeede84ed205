import { afterEach, describe, expect, it } from 'vitest';
import { type ControlPlane, createControlPlane } from '../../src/aws/control-plane.ts';
import type { ManagedNode } from '../../src/shared/inventory.ts';
import { classifyResumeError } from '../../src/aws/resume-verdict.ts';
import { AppError } from '../../src/shared/errors.ts';
import {
  type FakeAnswer,
  type FakeService,
  fakeKeys,
  type ReceivedCall,
  sessionDocument,
  startedSession,
  startFakeService,
} from './fake-service.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function connect(
  answer: (call: ReceivedCall) => FakeAnswer,
): Promise<{ service: FakeService; plane: ControlPlane }> {
  const service = await startFakeService(answer);
  const plane = createControlPlane({
    region: 'eu-central-1',
    endpoint: service.endpoint,
    credentials: fakeKeys,
    maxAttempts: 1,
  });
  cleanups.push(
    () => plane.close(),
    () => service.close(),
  );
  return { service, plane };
}

const operations = (service: FakeService): string[] => service.calls.map((call) => call.operation);

describe('starting a session', () => {
  it('sends target, document, reason and parameters as lists, signed for ssm, after a look at the document', async () => {
    const { service, plane } = await connect(({ operation }) =>
      operation === 'GetDocument' ? sessionDocument : startedSession,
    );
    const session = await plane.startSession({
      target: 'i-1',
      documentName: 'Our-Shell',
      reason: 'change 4711',
      parameters: { portNumber: ['22'], hosts: ['a', 'b'] },
    });
    expect(session).toMatchObject({
      sessionId: startedSession.json.SessionId,
      tokenValue: startedSession.json.TokenValue,
      streamUrl: startedSession.json.StreamUrl,
    });
    expect(service.calls.map(({ operation, body }) => ({ operation, body }))).toEqual([
      { operation: 'GetDocument', body: { Name: 'Our-Shell' } },
      {
        operation: 'StartSession',
        body: {
          Target: 'i-1',
          DocumentName: 'Our-Shell',
          Reason: 'change 4711',
          Parameters: { portNumber: ['22'], hosts: ['a', 'b'] },
        },
      },
    ]);
    expect(service.calls[1]?.headers.authorization).toMatch(/\/eu-central-1\/ssm\/aws4_request/);
  });

  it('without a document looks at the default one and leaves the choice to the service', async () => {
    const { service, plane } = await connect(({ operation }) =>
      operation === 'GetDocument' ? sessionDocument : startedSession,
    );
    await plane.startSession({ target: 'i-1' });
    expect(service.calls.map((call) => call.body)).toEqual([
      { Name: 'SSM-SessionManagerRunShell' },
      { Target: 'i-1' },
    ]);
  });

  it('goes on without complaint when the default document has not been made yet', async () => {
    const { plane } = await connect(({ operation }) =>
      operation === 'GetDocument' ? { error: 'InvalidDocument' } : startedSession,
    );
    expect(await plane.startSession({ target: 'i-1' })).not.toHaveProperty('warning');
  });

  it('goes on with a warning when the document may not be read', async () => {
    const { plane } = await connect(({ operation }) =>
      operation === 'GetDocument' ? { error: 'AccessDeniedException' } : startedSession,
    );
    const { warning } = await plane.startSession({ target: 'i-1', documentName: 'Our-Shell' });
    expect(warning).toBe(
      'The session document Our-Shell was not checked beforehand: the credentials do not allow ssm:GetDocument.',
    );
  });

  const refusals: [string, FakeAnswer, string][] = [
    ['that does not exist', { error: 'InvalidDocument' }, 'document-not-found'],
    ['that is no session document', { json: { DocumentType: 'Command' } }, 'document-not-session'],
    ['that the service does not let itself be asked for', { error: 'ThrottlingException' }, 'throttled'],
    ['with keys that the service does not know', { error: 'UnrecognizedClientException' }, 'access-denied'],
  ];
  it.each(refusals)('does not call StartSession with a document %s', async (_name, answer, code) => {
    const { service, plane } = await connect(({ operation }) =>
      operation === 'GetDocument' ? answer : startedSession,
    );
    const outcome = plane.startSession({ target: 'i-1', documentName: 'Our-Shell' });
    await expect(outcome).rejects.toMatchObject({ data: { code } });
    expect(operations(service)).toEqual(['GetDocument']);
  });
});

describe('a session under way', () => {
  it('is resumed with the new token and, when there is one, the new URL', async () => {
    const { plane } = await connect(() => ({
      json: { SessionId: 's-1', TokenValue: 'new', StreamUrl: 'wss://elsewhere/x?cell-number=a+b/==' },
    }));
    expect(await plane.resumeSession('s-1')).toEqual({
      tokenValue: 'new',
      streamUrl: 'wss://elsewhere/x?cell-number=a+b/==',
    });
  });

  it('is known to be gone from an answer without a token', async () => {
    const { plane } = await connect(() => ({ json: { SessionId: 's-1', StreamUrl: '' } }));
    expect(await plane.resumeSession('s-1')).toEqual({ tokenValue: '' });
  });

  it('is listed with the active ones of its owner, over all pages', async () => {
    const { service, plane } = await connect(({ body }) => ({
      json: {
        Sessions: [
          { SessionId: body['NextToken'] === undefined ? 's-1' : 's-2', Target: 'i-1', Owner: 'arn:me' },
        ],
        ...(body['NextToken'] === undefined && { NextToken: 'more' }),
      },
    }));
    const pages = [];
    for await (const page of plane.listActiveSessions('arn:me')) pages.push(page);
    expect(pages).toEqual([
      [{ sessionId: 's-1', target: 'i-1', owner: 'arn:me' }],
      [{ sessionId: 's-2', target: 'i-1', owner: 'arn:me' }],
    ]);
    const filters = [{ key: 'Owner', value: 'arn:me' }];
    expect(service.calls.map(({ body }) => body)).toEqual([
      { State: 'Active', MaxResults: 200, Filters: filters },
      { State: 'Active', MaxResults: 200, Filters: filters, NextToken: 'more' },
    ]);
  });

  it('is terminated, and terminating one that has ended is no error', async () => {
    const { service, plane } = await connect(({ body }) =>
      body['SessionId'] === 's-1' ? { json: { SessionId: 's-1' } } : { error: 'DoesNotExistException' },
    );
    await plane.terminateSession('s-1');
    await plane.terminateSession('s-2');
    expect(operations(service)).toEqual(['TerminateSession', 'TerminateSession']);
  });

  it('is described by its own entry among the active ones, else from the history', async () => {
    const entry = {
      SessionId: 's-1',
      Owner: 'arn:aws:sts::1:assumed-role/Admin/someone',
      Status: 'Terminated',
    };
    const { service, plane } = await connect(({ body }) => ({
      json: { Sessions: body['State'] === 'History' ? [{ SessionId: 'other' }, entry] : [] },
    }));
    expect(await plane.describeSession('s-1')).toEqual({ owner: entry.Owner, status: 'Terminated' });
    expect(await plane.describeSession('s-9')).toBeUndefined();
    expect(service.calls[0]?.body).toEqual({
      State: 'Active',
      Filters: [{ key: 'SessionId', value: 's-1' }],
    });
  });

  const verdicts: [string, FakeAnswer, string][] = [
    ['DoesNotExistException ends it', { error: 'DoesNotExistException' }, 'gone'],
    ['missing rights wait for credentials', { error: 'AccessDeniedException' }, 'unauthorised'],
    ['an expired token waits for credentials', { error: 'ExpiredTokenException' }, 'unauthorised'],
    ['an unknown key waits for credentials', { error: 'UnrecognizedClientException' }, 'unauthorised'],
    ['a wrong signature waits for credentials', { error: 'InvalidSignatureException' }, 'unauthorised'],
    ['throttling is tried again', { error: 'ThrottlingException' }, 'retry'],
    ['a fault of the service is tried again', { error: 'InternalServerError', status: 500 }, 'retry'],
    ['a 503 without a name is tried again', { raw: 'busy', status: 503 }, 'retry'],
    ['a page of a proxy is tried again', { raw: '<html>', status: 403 }, 'retry'],
    ['a cut connection is tried again', 'cut', 'retry'],
    ['another missing thing is tried again', { error: 'InvalidResourceId' }, 'retry'],
  ];
  it.each(verdicts)('when resuming fails: %s', async (_name, answer, verdict) => {
    const { plane } = await connect(() => answer);
    const error: unknown = await plane.resumeSession('s-1').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AppError);
    expect(plane.classifyResumeError(error)).toBe(verdict);
  });

  it('when resuming fails: a name that cannot be resolved and a certificate are tried again', () => {
    for (const code of ['endpoint-unreachable', 'certificate', 'clock-skew', 'internal'] as const) {
      const error = new AppError({ code, attempted: '', message: '', hint: '', retryable: true });
      expect(classifyResumeError(error)).toBe('retry');
    }
    expect(classifyResumeError(new Error('anything else'))).toBe('retry');
  });

  it('when resuming fails: a sign-in that has run out waits for credentials', async () => {
    const expired = Object.assign(new Error('The SSO session associated with this profile has expired.'), {
      name: 'CredentialsProviderError',
    });
    const plane = createControlPlane({
      region: 'eu-central-1',
      endpoint: 'http://127.0.0.1:9',
      credentials: () => Promise.reject(expired),
    });
    cleanups.push(() => plane.close());
    const error: unknown = await plane.resumeSession('s-1').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ data: { code: 'credentials-expired' } });
    expect(plane.classifyResumeError(error)).toBe('unauthorised');
  });
});

describe('listing nodes', () => {
  it('gives each page as it comes, until the service names no further one', async () => {
    const pages: Record<'first' | 'second', FakeAnswer> = {
      first: {
        json: {
          InstanceInformationList: [
            {
              InstanceId: 'i-1',
              PingStatus: 'Online',
              LastPingDateTime: 1_795_000_000.5,
              AgentVersion: '3.3.1142.0',
              PlatformType: 'Linux',
              PlatformName: 'Debian GNU/Linux',
              PlatformVersion: '12',
              IPAddress: '10.0.0.1',
              ComputerName: 'web-1',
            },
            { PingStatus: 'Online' },
          ],
          NextToken: 'second',
        },
      },
      second: {
        json: {
          InstanceInformationList: [
            { InstanceId: 'mi-2', PingStatus: 'ConnectionLost', PlatformType: 'Windows', Name: 'by-hand' },
            { InstanceId: 'i-3', PingStatus: 'Inactive', PlatformType: 'BeOS' },
          ],
          NextToken: '',
        },
      },
    };
    const { service, plane } = await connect(({ body }) =>
      body['NextToken'] === 'second' ? pages.second : pages.first,
    );
    const received: ManagedNode[][] = [];
    for await (const { nodes } of plane.listNodes()) received.push(nodes);
    expect(received).toEqual([
      [
        {
          id: 'i-1',
          name: 'web-1',
          platform: 'linux',
          platformName: 'Debian GNU/Linux 12',
          online: true,
          lastPingAt: 1_795_000_000_500,
          agentVersion: '3.3.1142.0',
          ipAddress: '10.0.0.1',
        },
      ],
      [
        {
          id: 'mi-2',
          name: 'by-hand',
          platform: 'windows',
          platformName: '',
          online: false,
          agentVersion: '',
          ipAddress: '',
        },
        {
          id: 'i-3',
          name: 'i-3',
          platform: 'unknown',
          platformName: '',
          online: false,
          agentVersion: '',
          ipAddress: '',
        },
      ],
    ]);
    expect(service.calls.map((call) => call.body)).toEqual([
      { MaxResults: 50 },
      { MaxResults: 50, NextToken: 'second' },
    ]);
  });

  it('asks for no page that nobody takes', async () => {
    const { service, plane } = await connect(() => ({
      json: { InstanceInformationList: [], NextToken: 'more' },
    }));
    for await (const page of plane.listNodes()) {
      expect(page).toEqual({ nodes: [], nextToken: 'more' });
      break;
    }
    expect(service.calls).toHaveLength(1);
  });
});
