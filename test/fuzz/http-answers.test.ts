import type { Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type ControlPlane, createControlPlane } from '../../src/aws/control-plane.ts';
import { createMemberLookup } from '../../src/aws/members/member-lookup.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { ManagedNode } from '../../src/shared/inventory.ts';
import { fuzzCases, fuzzSeed } from '../ssm/support/fuzz-cases.ts';
import { Dice } from './support/dice.ts';
import { expectBoundedMemory } from './support/memory-bound.ts';
import { startRawServer } from './support/raw-server.ts';

/** Each costs a connection; a twentieth keeps them in proportion to the other fuzz tests. */
const cases = Math.ceil(fuzzCases / 20);
/** Long for an answer on this machine; an answer that never comes is given up after it. */
const answerMs = 400;
/** A call that takes longer hangs. */
const hangMs = 15_000;

const names = [
  'SessionId',
  'TokenValue',
  'StreamUrl',
  'Name',
  'Content',
  'DocumentType',
  'DocumentFormat',
  'Plaintext',
  'CiphertextBlob',
  'KeyId',
  '__type',
  'message',
  'Message',
  'sessionType',
  'inputs',
  'parameters',
  'schemaVersion',
];
const errorNames = [
  'ThrottlingException',
  'ExpiredTokenException',
  'TargetNotConnected',
  'DoesNotExistException',
  'InvalidDocument',
  'AccessDeniedException',
  'KMSInvalidStateException',
  'com.amazonaws.ssm#InternalServerError',
  'x'.repeat(2000),
  '\u0000',
  '__proto__',
];

/** Answers as they should be, by operation, for the fuzz to start from. */
const good: Readonly<Record<string, Record<string, unknown>>> = {
  StartSession: {
    SessionId: 'someone-1',
    TokenValue: 'token',
    StreamUrl: 'wss://gateway.example/v1/data-channel/someone-1',
  },
  ResumeSession: { SessionId: 'someone-1', TokenValue: 'token', StreamUrl: 'wss://gateway.example/x' },
  TerminateSession: { SessionId: 'someone-1' },
  GetDocument: {
    Name: 'Document',
    DocumentType: 'Session',
    DocumentFormat: 'JSON',
    Content: JSON.stringify({ schemaVersion: '1.0', sessionType: 'Standard_Stream', inputs: {} }),
  },
  GenerateDataKey: {
    Plaintext: Buffer.alloc(64, 1).toString('base64'),
    CiphertextBlob: Buffer.from('sealed').toString('base64'),
    KeyId: 'key',
  },
  StartAccessRequest: { AccessRequestId: 'oi-0123456789ab' },
  GetAccessToken: {
    AccessRequestStatus: 'Approved',
    Credentials: { AccessKeyId: 'ASIA1', SecretAccessKey: 's', SessionToken: 't', ExpirationTime: 2e9 },
  },
  DescribeSessions: { Sessions: [{ SessionId: 'someone-1', Target: 'i-1' }] },
  DescribeInstanceInformation: { InstanceInformationList: [{ InstanceId: 'i-1', PingStatus: 'Online' }] },
};

function bodyFor(dice: Dice, operation: string): Buffer {
  const whole = good[operation] ?? {};
  const kind = dice.random();
  if (kind < 0.3) {
    const changed = { ...whole, [dice.oneOf([...Object.keys(whole), ...names])]: dice.json(names, 3) };
    if (dice.is(0.3)) delete changed[dice.oneOf(Object.keys(whole))];
    return Buffer.from(JSON.stringify(changed));
  }
  if (kind < 0.45) {
    const error = {
      __type: dice.is(0.8) ? dice.oneOf(errorNames) : dice.json(names, 2),
      message: dice.json(names, 1),
    };
    return Buffer.from(JSON.stringify(error));
  }
  if (kind < 0.6) return Buffer.from(JSON.stringify(dice.json(names)) ?? '');
  const text = Buffer.from(JSON.stringify(whole));
  if (kind < 0.75) return text.subarray(0, dice.below(text.length));
  if (kind < 0.85) return dice.bytes(dice.below(200));
  return Buffer.from(
    dice.oneOf([
      '',
      'null',
      '[]',
      '<html><body>Sign in</body></html>',
      '{"a":'.repeat(5000),
      '"',
      '\ufeff{}',
      '{}{}',
    ]),
  );
}

/** What is sent back, and whether the connection stays open behind it. */
function answerFor(dice: Dice, operation: string): { bytes: Buffer; staysOpen: boolean } {
  const body = bodyFor(dice, operation);
  const status = dice.oneOf([
    200, 200, 200, 200, 400, 400, 403, 404, 413, 429, 500, 503, 204, 301, 304, 100, 999,
  ]);
  const length = dice.is(0.85)
    ? `content-length: ${body.length}`
    : dice.oneOf([
        `content-length: ${body.length + 1 + dice.below(50)}`,
        `content-length: ${Math.max(0, body.length - 1 - dice.below(50))}`,
        'content-length: -1',
        'content-length: 99999999999999999999',
        'content-length: x',
        'transfer-encoding: chunked',
        'x: y',
      ]);
  const lines = [
    dice.is(0.95)
      ? `HTTP/1.1 ${status} ${dice.oneOf(['OK', '', 'No\ttab'])}`
      : dice.oneOf(['HTTP/9.9 200 OK', 'ICY 200 OK', 'HTTP/1.1 OK', '\u0000', 'SSH-2.0-OpenSSH_9.6']),
    `content-type: ${dice.oneOf(['application/x-amz-json-1.1', 'text/html', '', 'application/json; charset=x', '\u00ff'])}`,
    length,
    ...(dice.is(0.2) ? [`x-amzn-errortype: ${dice.oneOf(errorNames.slice(0, 8))}`] : []),
    ...(dice.is(0.05) ? [`x-large: ${'h'.repeat(dice.oneOf([1000, 10_000, 100_000]))}`] : []),
    ...(dice.is(0.05) ? [dice.oneOf(['no colon', ': no name', 'name with space: x', 'x-nul: \u0000'])] : []),
    ...(dice.is(0.05) ? Array.from({ length: 3000 }, (_, index) => `x-${index}: y`) : []),
  ];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  let bytes = Buffer.concat([head, body]);
  if (dice.is(0.05)) bytes = bytes.subarray(0, dice.below(bytes.length));
  if (dice.is(0.05)) bytes = Buffer.concat([Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'.repeat(20)), bytes]);
  return { bytes, staysOpen: dice.is(0.02) };
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextOrAbsent = (value: unknown): boolean => value === undefined || isText(value);

async function* nodesOf(pages: ReturnType<ControlPlane['listNodes']>): AsyncIterable<ManagedNode[]> {
  for await (const { nodes } of pages) yield nodes;
}

async function collect<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  // A service that names the same next page for ever is the caller's to leave.
  for await (const page of pages) if (all.push(...page) > 100) break;
  return all;
}

it(
  `meets ${cases} hostile answers of the services with typed errors or whole values (seed ${fuzzSeed})`,
  async () => {
    let dice = new Dice(0);
    const server = await startRawServer((socket: Socket, head) => {
      const operation = /x-amz-target: *\w+\.(\w+)/i.exec(head)?.[1] ?? '';
      // One call may ask more than once; so many questions are enough.
      const { bytes, staysOpen } = answerFor(dice, operation);
      socket.write(bytes);
      if (!staysOpen) socket.end();
    });
    onTestFinished(() => server.close());
    const endpoint = `http://127.0.0.1:${server.port}`;
    const options = {
      region: 'eu-central-1',
      endpoint,
      kmsEndpoint: endpoint,
      ec2Endpoint: endpoint,
      credentials: { accessKeyId: 'AKIDFAKEFAKEFAKEFAKE', secretAccessKey: 'fake' },
      maxAttempts: 1,
      network: { timeouts: { connectMs: 2000, answerMs } },
    };
    const plane = createControlPlane(options);
    onTestFinished(() => plane.close());
    const lookup = createMemberLookup(options);
    onTestFinished(() => lookup.close());

    /** One call, and whether what it gave is what its type promises. */
    const calls: readonly (() => Promise<boolean>)[] = [
      async () => {
        const { sessionId, tokenValue, streamUrl } = await plane.startSession({ target: 'i-1' });
        return [sessionId, tokenValue, streamUrl].every((value) => isText(value) && value !== '');
      },
      async () => {
        const { tokenValue, streamUrl } = await plane.resumeSession('someone-1');
        return isText(tokenValue) && isTextOrAbsent(streamUrl);
      },
      async () => isTextOrAbsent(await plane.terminateSession('someone-1')),
      async () => {
        const { sessionType } = await plane.readDocument('Document');
        return isTextOrAbsent(sessionType);
      },
      async () => {
        const { plaintext, ciphertext } = await plane.generateDataKey({
          keyId: 'key',
          encryptionContext: {},
        });
        return plaintext.length === 64 && ciphertext instanceof Uint8Array;
      },
      async () =>
        /^oi-[0-9a-f]{12}$/.test(await plane.startAccessRequest({ target: 'i-1', reason: 'because' })),
      async () => {
        const status = await plane.readAccess('oi-0123456789ab');
        if (status.kind !== 'approved') return isText(status.kind);
        const { credentials, expiresAt } = status.grant;
        const { accessKeyId, secretAccessKey, sessionToken } = credentials;
        return [accessKeyId, secretAccessKey, sessionToken].every(isText) && Number.isFinite(expiresAt);
      },
      async () => {
        const sessions = (await collect(plane.listActiveSessions())).flat();
        return sessions.every(({ sessionId, target }) => isText(sessionId) && isText(target));
      },
      async () => (await collect(nodesOf(plane.listNodes()))).every(({ id }) => isText(id)),
      async () => {
        const { members } = await lookup.find({ kind: 'tags', tags: [{ key: 'Role', value: 'web' }] });
        return members.every(({ target, name, state }) => [target, name, state].every(isText));
      },
    ];

    const counts = { given: 0, refused: 0 };
    await expectBoundedMemory(async () => {
      for (let number = 0; number < cases; number += 1) {
        dice = new Dice(fuzzSeed + number);
        const call = dice.oneOf(calls);
        const where = `case ${number} of seed ${fuzzSeed}`;
        try {
          expect(await withinLimit(call()), where).toBe(true);
          counts.given += 1;
        } catch (error) {
          if (!(error instanceof AppError)) throw new Error(`${where}: ${String(error)}`, { cause: error });
          plane.classifyResumeError(error);
          counts.refused += 1;
        }
      }
    });
    // Without these the test would have tried one side only.
    expect(counts.given).toBeGreaterThan(cases / 50);
    expect(counts.refused).toBeGreaterThan(cases / 5);
  },
  60_000 + cases * 100,
);

/** A control plane whose service answers every call with `answer`. */
async function planeAnswering(answer: string): Promise<ControlPlane> {
  const server = await startRawServer((socket) => {
    socket.write(answer);
  });
  onTestFinished(() => server.close());
  const plane = createControlPlane({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${server.port}`,
    credentials: { accessKeyId: 'AKIDFAKEFAKEFAKEFAKE', secretAccessKey: 'fake' },
    maxAttempts: 1,
    network: { timeouts: { connectMs: 2000, answerMs } },
  });
  onTestFinished(() => plane.close());
  return plane;
}

const headOf = (status: number, length: number): string =>
  `HTTP/1.1 ${status} x\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: ${length}\r\n\r\n`;

it('gives an answer up that stops in the middle of its body', async () => {
  const plane = await planeAnswering(`${headOf(200, 80)}{"Tok`);
  const error = await plane.resumeSession('someone-1').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  expect(plane.classifyResumeError(error)).toBe('retry');
});

it.each(['{"__type":{"a":1},"message":[]}', '{"__type":true}', '{"message":7}', 'null'])(
  'takes %s for the refusal of a service that cannot speak',
  async (body) => {
    const plane = await planeAnswering(headOf(403, body.length) + body);
    const error = await plane.startSession({ target: 'i-1' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
  },
);

it('does not take an answer of another shape for the end of a session', async () => {
  const body = '{"TokenValue":{"a":1}}';
  const plane = await planeAnswering(headOf(200, body.length) + body);
  const error = await plane.resumeSession('someone-1').catch((thrown: unknown) => thrown);
  expect(plane.classifyResumeError(error)).toBe('retry');
});

/** Rejects where a call hangs. */
async function withinLimit<T>(call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the call hangs')), hangMs);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
