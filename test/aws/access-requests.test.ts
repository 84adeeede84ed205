import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { toAccessStatus } from '../../src/aws/calls/access-requests.ts';
import { type AccessGrant, type ControlPlane, createControlPlane } from '../../src/aws/control-plane.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import type { AppError } from '../../src/shared/errors.ts';

let lab: Lab;
let node: string;
let other: string;
beforeAll(async () => {
  lab = await startLab({ pace: 'fast' });
  [node = '', other = ''] = lab.nodes.filter(({ online }) => online).map(({ id }) => id);
});
afterAll(() => lab.close());
beforeEach(() => post({ node }));

async function post(body: object): Promise<{ status: number; decided?: number }> {
  const answer = await fetch(`${lab.control}/approvals`, { method: 'POST', body: JSON.stringify(body) });
  return { status: answer.status, ...((await answer.json()) as object) };
}

function plane(grant?: AccessGrant): ControlPlane {
  const made = createControlPlane({
    region: lab.region,
    endpoint: lab.endpoint,
    kmsEndpoint: lab.endpoint,
    credentials: lab,
    maxAttempts: 1,
    ...(grant === undefined ? {} : { grant }),
  });
  onTestFinished(() => made.close());
  return made;
}

const refusal = (call: Promise<unknown>): Promise<AppError['data'] | undefined> =>
  call.then(
    () => undefined,
    (error: AppError) => error.data,
  );
const codeOf = async (call: Promise<unknown>) => (await refusal(call))?.code;

const ask = (reason = 'disk full') => plane().startAccessRequest({ target: node, reason });

/** Asks, has it approved, and fetches the keys. */
async function granted(keyMs = 60_000): Promise<AccessGrant> {
  const accessRequestId = await ask();
  await post({ accessRequestId, decision: 'approve', keyMs });
  const status = await plane().readAccess(accessRequestId);
  if (status.kind !== 'approved') throw new Error(`it is ${status.kind}`);
  return status.grant;
}

describe('a node that needs an approval', () => {
  it('refuses the caller’s own keys as IAM does, which is told as a need for an approval', async () => {
    expect(await refusal(plane().startSession({ target: node }))).toMatchObject({
      code: 'approval-needed',
      message: `The credentials do not allow ssm:StartSession on arn:aws:ec2:us-east-1:123456789012:instance/${node}.`,
      aws: { name: 'AccessDeniedException', operation: 'StartSession' },
    });
    expect(await codeOf(plane().startSession({ target: other }))).toBeUndefined();
  });

  it('is pending until somebody decides, and then gives keys that end with the approval', async () => {
    const accessRequestId = await ask();
    expect(accessRequestId).toMatch(/^oi-[0-9a-f]{12}$/);
    expect(await plane().readAccess(accessRequestId)).toEqual({ kind: 'pending' });
    const before = Date.now();
    expect(await post({ accessRequestId, decision: 'approve', keyMs: 90_000 })).toEqual({
      status: 200,
      decided: 1,
    });
    const status = await plane().readAccess(accessRequestId);
    if (status.kind !== 'approved') throw new Error(`it is ${status.kind}`);
    expect(status.grant.requestId).toBe(accessRequestId);
    expect(status.grant.expiresAt - before - 90_000).toBeLessThan(5000);
    expect(status.grant.credentials).toMatchObject({
      accessKeyId: expect.stringMatching(/^ASIA/) as string,
      sessionToken: expect.any(String) as string,
    });
  });

  it('lets a session be started, resumed, signed and ended with the keys of the approval', async () => {
    const approved = plane(await granted());
    const session = await approved.startSession({ target: node, reason: 'disk full' });
    // Documents are read with the caller's own keys, which those of the approval are not good for.
    expect([session.document?.name, session.warning]).toEqual(['SSM-SessionManagerRunShell', undefined]);
    expect((await approved.resumeSession(session.sessionId)).tokenValue).not.toBe('');
    expect(await approved.signUpgrade('wss://example/v1/data-channel/x')).toHaveProperty(
      'x-amz-security-token',
    );
    expect(await codeOf(plane().resumeSession(session.sessionId))).toBe('access-denied');
    await approved.terminateSession(session.sessionId);
  });

  it('has keys that are good for nothing else: no other node, no other call', async () => {
    const grant = await granted();
    expect(await refusal(plane(grant).startSession({ target: other }))).toMatchObject({
      code: 'access-denied',
      hint: expect.stringContaining('Access was approved, but not for this.') as string,
    });
    const alone = createControlPlane({
      region: lab.region,
      endpoint: lab.endpoint,
      credentials: grant.credentials,
      maxAttempts: 1,
    });
    onTestFinished(() => alone.close());
    expect(await codeOf(alone.findNode(node))).toBe('access-denied');
    expect(await codeOf(alone.readAccess(grant.requestId))).toBe('access-denied');
  });

  it('has keys for an encrypted session, and falls back to the caller’s own where the key is not theirs', async () => {
    const key = await plane(await granted()).generateDataKey({
      keyId: 'alias/lab-session',
      encryptionContext: { 'aws:ssm:SessionId': 's', 'aws:ssm:TargetId': node },
    });
    expect(key.plaintext).toHaveLength(64);
  });

  it('takes no keys after their end, and none of an approval that was taken back', async () => {
    const accessRequestId = await ask();
    await post({ accessRequestId, decision: 'approve' });
    const status = await plane().readAccess(accessRequestId);
    if (status.kind !== 'approved') throw new Error(`it is ${status.kind}`);
    await post({ accessRequestId, decision: 'revoke' });
    expect(await codeOf(plane(status.grant).startSession({ target: node }))).toBe('credentials-expired');
    expect(await plane().readAccess(accessRequestId)).toEqual({ kind: 'revoked' });
  });

  it.each([
    ['reject', 'rejected'],
    ['expire', 'expired'],
  ])('tells a request that somebody has decided about with %s', async (decision, kind) => {
    const accessRequestId = await ask();
    await post({ accessRequestId, decision });
    expect(await plane().readAccess(accessRequestId)).toEqual({ kind });
  });

  it('approves by itself where a policy says so', async () => {
    await post({ autoAfterMs: 0 });
    onTestFinished(async () => void (await post({ autoAfterMs: -1 })));
    expect(await plane().readAccess(await ask())).toMatchObject({ kind: 'approved' });
  });
});

describe('a request', () => {
  it('is refused where no approval is needed, without a reason, and in an account without just-in-time access', async () => {
    expect(await codeOf(plane().startAccessRequest({ target: other, reason: 'x' }))).toBe('bad-request');
    expect(await codeOf(ask(''))).toBe('bad-request');
    await post({ node, needed: false });
    expect(await refusal(ask())).toMatchObject({
      code: 'bad-request',
      message: 'Just-in-time node access is not switched on in this account and Region.',
    });
  });

  it('that does not exist is not found', async () => {
    expect(await codeOf(plane().readAccess('oi-000000000000'))).toBe('not-found');
    expect(await codeOf(plane().readAccess('nonsense'))).toBe('bad-request');
  });

  it.each([{ decision: 'approve' }, { accessRequestId: 'all', decision: 'maybe' }, { autoAfterMs: 'soon' }])(
    'is not decided about by %j',
    async (body) => {
      expect((await post(body)).status).toBe(400);
    },
  );
});

describe('an answer of GetAccessToken', () => {
  const keys = {
    AccessKeyId: 'ASIA1',
    SecretAccessKey: 's',
    SessionToken: 't',
    ExpirationTime: new Date(9000),
  };

  it.each([
    ['an unknown status', { AccessRequestStatus: 'Considered' }],
    ['no status', {}],
    ['an approval without keys', { AccessRequestStatus: 'Approved' }],
    [
      'an approval with half a key',
      { AccessRequestStatus: 'Approved', Credentials: { ...keys, SessionToken: 7 } },
    ],
    [
      'an approval without an end',
      { AccessRequestStatus: 'Approved', Credentials: { ...keys, ExpirationTime: new Date(Number.NaN) } },
    ],
  ])('with %s is not there yet', (_what, answer) => {
    expect(toAccessStatus(answer, 'oi-1')).toEqual({ kind: 'pending' });
  });

  it('with whole keys is an approval', () => {
    expect(toAccessStatus({ AccessRequestStatus: 'Approved', Credentials: keys }, 'oi-1')).toMatchObject({
      kind: 'approved',
      grant: { requestId: 'oi-1', expiresAt: 9000 },
    });
  });
});
