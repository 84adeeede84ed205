import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toYaml } from '../../src/lab/api/yaml.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { callApi, callKms, countsOf, postFaults, start } from './support/lab-caller.ts';
import { RawClient } from './support/raw-client.ts';

let lab: Lab;
const clients: RawClient[] = [];
beforeAll(async () => {
  lab = await startLab({ pace: 'fast' });
});
afterAll(() => lab.close());
afterEach(() => {
  for (const client of clients.splice(0)) client.drop();
});

async function openShell(on: Lab = lab): Promise<{ client: RawClient; sessionId: string }> {
  const started = await start(on);
  const client = new RawClient(started.StreamUrl, started.TokenValue);
  clients.push(client);
  await client.until(({ text }) => text !== '');
  return { client, sessionId: started.SessionId };
}

async function post(path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${lab.control}${path}`, {
    method: 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

describe('the control URL', () => {
  test('cuts one connection, closes one with a code, or cuts all there are', async () => {
    const [first, second, third] = [await openShell(), await openShell(), await openShell()];
    expect(await post('/cut', { session: first.sessionId })).toEqual({ status: 200, body: { cut: 1 } });
    expect(await first.client.closed()).toBe(1006);
    expect(await post('/cut', { session: second.sessionId, code: 1000 })).toMatchObject({ body: { cut: 1 } });
    expect(await second.client.closed()).toBe(1000);
    expect(await post('/cut')).toMatchObject({ body: { cut: 1 } });
    expect(await third.client.closed()).toBe(1006);
    expect((await countsOf(lab, third.sessionId)).status).toBe('Disconnected');
  });

  test('makes the lab’s credentials expire, for every signed call, and makes them good again', async () => {
    const { sessionId } = await openShell();
    await post('/credentials', { expired: true });
    const refused = { status: 400, errorType: 'ExpiredTokenException' };
    expect(await callApi(lab, 'ResumeSession', { SessionId: sessionId })).toMatchObject(refused);
    expect(
      await callKms(lab, 'GenerateDataKey', { KeyId: 'alias/lab-session', NumberOfBytes: 64 }),
    ).toMatchObject(refused);
    await post('/credentials', { expired: false });
    expect(await callApi(lab, 'ResumeSession', { SessionId: sessionId })).toMatchObject({ status: 200 });
  });

  test('takes the machine of a node away, with the sessions on it, and brings it back', async () => {
    const { sessionId } = await openShell();
    const id = lab.nodes[0]?.id ?? '';
    const node = async (): Promise<unknown> =>
      (await callApi(lab, 'DescribeInstanceInformation', { Filters: [{ Key: 'InstanceIds', Values: [id] }] }))
        .body;
    const startsThere = async () => (await callApi(lab, 'StartSession', { Target: id })).status;

    expect(await post('/nodes', { id, state: 'terminated', lingers: true })).toEqual({
      status: 200,
      body: {},
    });
    expect((await countsOf(lab, sessionId)).status).toBe('Terminated');
    expect(await node()).toMatchObject({ InstanceInformationList: [{ PingStatus: 'Online' }] });
    expect(await startsThere()).toBe(400);
    await post('/nodes', { id, state: 'offline' });
    expect(await node()).toMatchObject({ InstanceInformationList: [{ PingStatus: 'ConnectionLost' }] });
    await post('/nodes', { id, state: 'online' });
    expect(await startsThere()).toBe(200);

    expect(await post('/nodes', { id: 'i-none', state: 'online' })).toMatchObject({ status: 404 });
    expect(await post('/nodes', { id, state: 'asleep' })).toMatchObject({ status: 400 });
  });

  test('makes the next calls of an operation end with an error, as many as it is told', async () => {
    const refusal = { operation: 'DescribeSessions', code: 'ThrottlingException', message: 'Too fast' };
    await post('/refuse', { ...refusal, count: 1 });
    const ask = () => callApi(lab, 'DescribeSessions', { State: 'Active' });
    expect(await ask()).toMatchObject({
      status: 400,
      errorType: 'ThrottlingException',
      body: { message: 'Too fast' },
    });
    expect(await ask()).toMatchObject({ status: 200 });
    await post('/refuse', { ...refusal, code: 'InternalServerError', status: 500 });
    expect([await ask(), await ask()]).toMatchObject([{ status: 500 }, { status: 500 }]);
    await post('/faults/clear');
    expect(await ask()).toMatchObject({ status: 200 });
    expect(await post('/refuse', { operation: 'DescribeSessions' })).toMatchObject({ status: 400 });
  });

  test('changes the account’s session preferences, and takes them away', async () => {
    const read = () => callApi(lab, 'GetDocument', { Name: 'SSM-SessionManagerRunShell' });
    await post('/preferences', { idleSessionTimeout: '5', runAsDefaultUser: 'ops' });
    expect(JSON.parse(String((await read()).body['Content']))).toMatchObject({
      inputs: { idleSessionTimeout: '5', runAsDefaultUser: 'ops', runAsEnabled: false },
    });
    await post('/preferences', { removed: true });
    expect(await read()).toMatchObject({ errorType: 'InvalidDocument' });
    const { sessionId } = await openShell();
    expect(await countsOf(lab, sessionId)).toMatchObject({ document: 'SSM-SessionManagerRunShell' });
    await post('/preferences', {});
    expect(await read()).toMatchObject({ status: 200 });
  });

  test('forgets faults when told to, so a refusal can last until then', async () => {
    const { sessionId } = await openShell();
    await postFaults(lab, { session: sessionId, kind: 'refuse-resume', count: 1_000_000 });
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await callApi(lab, 'ResumeSession', { SessionId: sessionId })).toMatchObject({
        errorType: 'ExpiredTokenException',
      });
    }
    await post('/faults/clear', { session: sessionId });
    expect(await callApi(lab, 'ResumeSession', { SessionId: sessionId })).toMatchObject({ status: 200 });
  });

  test.each([
    ['/cut', { code: 1006 }],
    ['/cut', { session: 7 }],
    ['/cut', { what: 'x' }],
    ['/credentials', { expired: 'yes' }],
    ['/faults', { kind: 'ack-lost', type: 'output_stream_data' }],
  ])('refuses %s with %j', async (path, body) => {
    expect((await post(path, body)).status).toBe(400);
  });
});

describe('faults', () => {
  test('of kind corrupt-digest change the digest alone, and the message comes again unharmed', async () => {
    const started = await start(lab);
    await postFaults(lab, {
      session: started.SessionId,
      kind: 'corrupt-digest',
      direction: 'down',
      type: 'output_stream_data',
      count: 1,
    });
    const client = new RawClient(started.StreamUrl, started.TokenValue);
    client.acknowledges = false;
    clients.push(client);
    const output = () => client.received.filter(({ type }) => type === 'output_stream_data');
    await client.until(() => output().length === 2);
    const isRight = output().map(({ frame, payload }) =>
      createHash('sha256').update(payload).digest().equals(frame.subarray(80, 112)),
    );
    expect(isRight).toEqual([false, true]);
    expect(output()[0]?.payload.equals(output()[1]?.payload ?? Buffer.alloc(0))).toBe(true);
  });

  test('of kind ack-lost drop acknowledges', async () => {
    const { client, sessionId } = await openShell();
    await postFaults(lab, { session: sessionId, kind: 'ack-lost', direction: 'down', count: 1 });
    const frame = client.type('printf %s done\r');
    await client.until(({ text }) => text.split('done').length === 3);
    const acknowledges = () => client.received.filter(({ type }) => type === 'acknowledge').length;
    expect(acknowledges()).toBe(0);
    client.sendRaw(frame);
    await client.until(() => acknowledges() === 1);
  });
});

test('connections are closed with 1000 from time to time where the lab was started so, and sessions go on', async () => {
  const closing = await startLab({ pace: 'fast', closeEveryMs: 200 });
  try {
    const { client, sessionId } = await openShell(closing);
    expect(await client.closed()).toBe(1000);
    expect((await countsOf(closing, sessionId)).status).toBe('Disconnected');
  } finally {
    await closing.close();
  }
});

describe('the demo server of the nodes', () => {
  const url = (path: string) => `http://127.0.0.1:${lab.nodes[0]?.demoPort}${path}`;

  test('shows a page, and nothing but what it has', async () => {
    expect(await (await fetch(url('/'))).text()).toContain('It works');
    expect((await fetch(url('/other'))).status).toBe(404);
    expect(lab.nodes.filter(({ online, demoPort }) => online !== (demoPort !== undefined))).toEqual([]);
  });

  test('sends as many bytes as asked for, the same at every time, others with another seed', async () => {
    const read = async (path: string) => Buffer.from(await (await fetch(url(path))).arrayBuffer());
    const bytes = await read('/bytes/200001');
    expect(bytes.length).toBe(200_001);
    expect(bytes.equals(await read('/bytes/200001'))).toBe(true);
    expect(bytes.equals(await read('/bytes/200001?seed=b'))).toBe(false);
    expect(bytes.subarray(0, 65_536).equals(bytes.subarray(65_536, 131_072))).toBe(false);
  });

  test('counts what it is sent', async () => {
    const body = Buffer.alloc(300_000, 'x');
    const answer = await fetch(url('/count'), { method: 'POST', body });
    expect(await answer.json()).toEqual({
      bytes: 300_000,
      sha256: createHash('sha256').update(body).digest('hex'),
    });
  });

  test('ends with the lab', async () => {
    const short = await startLab({ pace: 'fast' });
    const port = short.nodes[0]?.demoPort;
    await short.close();
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });
});

describe('documents', () => {
  test('come as YAML when asked for so', async () => {
    const { body } = await callApi(lab, 'GetDocument', {
      Name: 'AWS-StartSSHSession',
      DocumentFormat: 'YAML',
    });
    expect(body['DocumentFormat']).toBe('YAML');
    expect(body['Content']).toContain('schemaVersion: "1.0"\n');
    expect(body['Content']).toContain('sessionType: Port\n');
    expect(body['Content']).toContain('properties:\n  portNumber: "{{ portNumber }}"\n');
  });

  test('are refused in formats they do not have', async () => {
    const ask = async (DocumentFormat: string) =>
      (await callApi(lab, 'GetDocument', { Name: 'AWS-StartSSHSession', DocumentFormat })).errorType;
    expect([await ask('XML'), await ask('TEXT')]).toEqual(['ValidationException', 'InvalidDocument']);
  });

  test('in YAML keep lists, empty values and words with a meaning of their own apart', () => {
    expect(toYaml({ a: [1, 'two', { b: '' }], c: {}, d: [], e: 'yes', f: null, 'g h': true })).toBe(
      'a:\n  - 1\n  - two\n  -\n    b: ""\nc: {}\nd: []\ne: "yes"\nf: null\n"g h": true\n',
    );
  });
});

test('ending a session that never was is no error, as at the real service', async () => {
  expect(await callApi(lab, 'TerminateSession', { SessionId: 'lab-user-0000' })).toMatchObject({
    status: 200,
    body: { SessionId: 'lab-user-0000' },
  });
});

test('the sessions of one owner can be found and ended, whose client is gone', async () => {
  const { client, sessionId } = await openShell();
  client.drop();
  const find = async () => {
    const { body } = await callApi(lab, 'DescribeSessions', {
      State: 'Active',
      Filters: [
        { key: 'Owner', value: 'arn:aws:iam::123456789012:user/lab-user' },
        { key: 'SessionId', value: sessionId },
      ],
    });
    return (body['Sessions'] as { Status: string }[]).map(({ Status }) => Status);
  };
  await expect.poll(find).toEqual(['Disconnected']);
  await callApi(lab, 'TerminateSession', { SessionId: sessionId });
  expect(await find()).toEqual([]);
});
