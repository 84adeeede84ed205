import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { verifySignature } from '../../src/lab/api/signature.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { callApi, start } from './support/lab-caller.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ pace: 'fast', nodes: 60 });
});
afterAll(() => lab.close());
afterEach(async () => {
  const { body } = await callApi(lab, 'DescribeSessions', { State: 'Active' });
  for (const { SessionId } of body['Sessions'] as { SessionId: string }[]) {
    await callApi(lab, 'TerminateSession', { SessionId });
  }
});

const online = 'i-0a1b2c3d4e5f60001';
const offline = 'i-0a1b2c3d4e5f60003';

describe('signatures', () => {
  test('of the example in the public documentation are accepted', () => {
    const request = {
      method: 'GET',
      target: '/?Action=ListUsers&Version=2010-05-08',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        host: 'iam.amazonaws.com',
        'x-amz-date': '20150830T123600Z',
      },
      body: new Uint8Array(0),
    };
    const scope = {
      regions: ['us-east-1'],
      service: 'iam',
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      issued: { find: () => undefined },
    };
    const then = Date.UTC(2015, 7, 30, 12, 36);
    expect(() => verifySignature(request, scope, then)).not.toThrow();
    expect(() => verifySignature({ ...request, target: '/?Action=ListUser' }, scope, then)).toThrow(
      /does not match/,
    );
  });

  const refusals: [string, Parameters<typeof callApi>[3], string][] = [
    ['another secret', { keys: { accessKeyId: '', secretAccessKey: 'wrong' } }, 'InvalidSignatureException'],
    [
      'a body changed after signing',
      { tamper: (r) => (r.body = '{"State":"History"}') },
      'InvalidSignatureException',
    ],
    [
      'a clock ten minutes behind',
      { signingDate: new Date(Date.now() - 600_000) },
      'InvalidSignatureException',
    ],
    [
      'a clock ten minutes ahead',
      { signingDate: new Date(Date.now() + 600_000) },
      'InvalidSignatureException',
    ],
    [
      'no signature',
      { tamper: (r) => delete r.headers['authorization'] },
      'MissingAuthenticationTokenException',
    ],
    [
      'half an Authorization header',
      { tamper: (r) => (r.headers['authorization'] = 'AWS4-HMAC-SHA256 Credential=x') },
      'IncompleteSignatureException',
    ],
  ];
  for (const [what, options, error] of refusals) {
    test(`with ${what} are refused with ${error}`, async () => {
      const keys = options?.keys && { ...options.keys, accessKeyId: lab.accessKeyId };
      const answer = await callApi(
        lab,
        'DescribeSessions',
        { State: 'Active' },
        { ...options, ...(keys && { keys }) },
      );
      expect(answer).toMatchObject({ status: 400, errorType: error, body: { __type: error } });
      expect(answer.body['Message']).toEqual(expect.any(String));
    });
  }

  test('of an unknown access key are refused by that name', async () => {
    const keys = { accessKeyId: 'AKIANOBODY', secretAccessKey: lab.secretAccessKey };
    const answer = await callApi(lab, 'DescribeSessions', { State: 'Active' }, { keys });
    expect(answer.errorType).toBe('UnrecognizedClientException');
  });

  test('with a clock that is wrong say so in the words that SDKs look for', async () => {
    const answer = await callApi(lab, 'DescribeSessions', { State: 'Active' }, { signingDate: new Date(0) });
    expect(answer.body['Message']).toMatch(/^Signature expired: 19700101T000000Z is now earlier than /);
  });
});

describe('every answer', () => {
  test('carries a request id, and an unknown operation is called that', async () => {
    const answer = await callApi(lab, 'GetParameter', { Name: 'x' });
    expect(answer).toMatchObject({ status: 400, errorType: 'UnknownOperationException' });
    expect(answer.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('to a missing member says so in the words of the service', async () => {
    const answer = await callApi(lab, 'StartSession');
    expect(answer.errorType).toBe('ValidationException');
    expect(answer.body['Message']).toBe(
      "1 validation error detected: Value 'null' at 'target' failed to satisfy constraint: Member must not be null",
    );
  });
});

describe('StartSession', () => {
  test('answers an id, a token and a stream URL within the bounds of the service model', async () => {
    const started = await start(lab, { Reason: 'ticket 42' });
    expect(started.SessionId).toMatch(/^lab-user-[0-9a-f]{17}$/);
    expect(started.TokenValue.length).toBeLessThanOrEqual(300);
    expect(started.StreamUrl).toBe(
      `${lab.endpoint.replace('http', 'ws')}/v1/data-channel/${started.SessionId}?role=publish_subscribe&cell-number=AAEAA+b/cd==`,
    );
  });

  const refusals: [string, object, string][] = [
    ['an offline node', { Target: offline }, 'TargetNotConnected'],
    ['a node that is not there', { Target: 'i-nowhere' }, 'TargetNotConnected'],
    ['an empty target', { Target: '' }, 'ValidationException'],
    ['a target of 401 characters', { Target: 'i'.repeat(401) }, 'ValidationException'],
    ['a target that is no text', { Target: 5 }, 'SerializationException'],
    ['a reason of 257 characters', { Target: online, Reason: 'r'.repeat(257) }, 'ValidationException'],
    ['a document name of two characters', { Target: online, DocumentName: 'ab' }, 'ValidationException'],
    ['a document that is not there', { Target: online, DocumentName: 'No-Such' }, 'InvalidDocument'],
    [
      'a document that is not for sessions',
      { Target: online, DocumentName: 'AWS-RunShellScript' },
      'InvalidDocument',
    ],
    ['a parameter the document lacks', { Target: online, Parameters: { x: ['1'] } }, 'InvalidParameters'],
    ['a parameter that is no list', { Target: online, Parameters: { x: '1' } }, 'SerializationException'],
  ];
  for (const [what, members, error] of refusals) {
    test(`refuses ${what} with ${error}`, async () => {
      expect((await callApi(lab, 'StartSession', members)).errorType).toBe(error);
    });
  }
});

describe('sessions', () => {
  test('are listed while they live and afterwards, newest first, filtered and paged', async () => {
    const ids = [await start(lab, { Reason: 'one' }), await start(lab), await start(lab)].map(
      ({ SessionId }) => SessionId,
    );
    const first = await callApi(lab, 'DescribeSessions', { State: 'Active', MaxResults: 2 });
    const second = await callApi(lab, 'DescribeSessions', {
      State: 'Active',
      MaxResults: 2,
      NextToken: first.body['NextToken'],
    });
    expect([...idsOf(first.body), ...idsOf(second.body)]).toEqual(ids.toReversed());
    expect(second.body).not.toHaveProperty('NextToken');

    const filters = [{ key: 'SessionId', value: ids[0] }];
    const [described] = (await callApi(lab, 'DescribeSessions', { State: 'Active', Filters: filters })).body[
      'Sessions'
    ] as object[];
    expect(described).toMatchObject({
      SessionId: ids[0],
      Target: online,
      Status: 'Connecting',
      Owner: 'arn:aws:iam::123456789012:user/lab-user',
      Reason: 'one',
      DocumentName: 'SSM-SessionManagerRunShell',
    });
    expect((described as { StartDate: number }).StartDate).toBeCloseTo(Date.now() / 1000, -2);

    await callApi(lab, 'TerminateSession', { SessionId: ids[0] });
    const ended = await callApi(lab, 'DescribeSessions', { State: 'History', Filters: filters });
    expect(ended.body['Sessions']).toMatchObject([
      { SessionId: ids[0], Status: 'Failed', EndDate: expect.any(Number) as number },
    ]);
    expect(idsOf((await callApi(lab, 'DescribeSessions', { State: 'Active' })).body)).toEqual(
      ids.slice(1).toReversed(),
    );
  });

  test('that never were cannot be resumed', async () => {
    expect((await callApi(lab, 'ResumeSession', { SessionId: 'nobody-0123' })).errorType).toBe(
      'DoesNotExistException',
    );
  });

  test('are not listed by a filter that does not exist or a token of another list', async () => {
    const wrongKey = { State: 'Active', Filters: [{ key: 'Colour', value: 'red' }] };
    expect((await callApi(lab, 'DescribeSessions', wrongKey)).errorType).toBe('InvalidFilterKey');
    const other = await callApi(lab, 'ListDocuments', { MaxResults: 1 });
    const answer = await callApi(lab, 'DescribeSessions', {
      State: 'Active',
      NextToken: other.body['NextToken'],
    });
    expect(answer.errorType).toBe('InvalidNextToken');
  });
});

describe('nodes', () => {
  test('come in pages, each once, and are the same at every start', async () => {
    const seen: string[] = [];
    let token: unknown;
    do {
      const { body } = await callApi(lab, 'DescribeInstanceInformation', {
        MaxResults: 25,
        ...(token ? { NextToken: token } : {}),
      });
      seen.push(
        ...(body['InstanceInformationList'] as { InstanceId: string }[]).map(({ InstanceId }) => InstanceId),
      );
      token = body['NextToken'];
    } while (token);
    expect(seen).toEqual(lab.nodes.map(({ id }) => id));
    expect(new Set(seen).size).toBe(60);
    const again = await startLab({ pace: 'fast', nodes: 60 });
    await again.close();
    const known = (nodes: Lab['nodes']) => nodes.map((node) => ({ ...node, demoPort: undefined }));
    expect(known(again.nodes)).toEqual(known(lab.nodes));
  });

  test('begin with an online Linux one, and those of another platform are offline', () => {
    expect(lab.nodes[0]).toMatchObject({ id: online, name: 'lab-web', platform: 'linux', online: true });
    expect(lab.nodes.filter((node) => node.platform !== 'linux' && node.online)).toEqual([]);
    expect(new Set(lab.nodes.map(({ platform }) => platform)).size).toBe(3);
  });

  test('can be chosen by status, platform, id and tag', async () => {
    const chosen = async (Key: string, ...Values: string[]) => {
      const { body } = await callApi(lab, 'DescribeInstanceInformation', { Filters: [{ Key, Values }] });
      return (body['InstanceInformationList'] as { ComputerName: string }[]).map(
        ({ ComputerName }) => ComputerName,
      );
    };
    expect(await chosen('InstanceIds', online, offline)).toEqual(['lab-web', 'lab-batch']);
    expect(await chosen('tag:Role', 'database')).toEqual(['lab-db']);
    expect((await chosen('PingStatus', 'ConnectionLost'))[0]).toBe('lab-batch');
    expect((await chosen('PlatformTypes', 'Windows'))[0]).toBe('lab-desk');
  });

  test('are connected or not', async () => {
    const status = async (Target: string) =>
      (await callApi(lab, 'GetConnectionStatus', { Target })).body['Status'];
    expect([await status(online), await status(offline), await status('i-nowhere')]).toEqual([
      'connected',
      'notconnected',
      'notconnected',
    ]);
  });
});

describe('documents', () => {
  test('of type Session are those of the protocol notes and the ones of the lab', async () => {
    const { body } = await callApi(lab, 'ListDocuments', {
      Filters: [{ Key: 'DocumentType', Values: ['Session'] }],
    });
    const names = (body['DocumentIdentifiers'] as { Name: string }[]).map(({ Name }) => Name);
    expect(names).toEqual(
      expect.arrayContaining(['SSM-SessionManagerRunShell', 'AWS-StartSSHSession', 'AWS-PasswordReset']),
    );
    expect(names).not.toContain('AWS-RunShellScript');
  });

  test('have content that says which type of session they open', async () => {
    const { body } = await callApi(lab, 'GetDocument', { Name: 'AWS-StartPortForwardingSession' });
    const content = JSON.parse(String(body['Content'])) as {
      sessionType: string;
      parameters: Record<string, { allowedPattern: string }>;
    };
    expect(content.sessionType).toBe('Port');
    const accepts = (name: string, value: string) =>
      new RegExp(content.parameters[name]?.allowedPattern ?? '').test(value);
    expect(['1', '65535', '0', '65536', '080'].map((value) => accepts('portNumber', value))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(accepts('localPortNumber', '0')).toBe(true);
  });

  test('that are not there are InvalidDocument', async () => {
    for (const operation of ['GetDocument', 'DescribeDocument']) {
      expect((await callApi(lab, operation, { Name: 'No-Such' })).errorType).toBe('InvalidDocument');
    }
  });
});

function idsOf(body: Record<string, unknown>): string[] {
  return (body['Sessions'] as { SessionId: string }[]).map(({ SessionId }) => SessionId);
}
