import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createControlPlane } from '../../src/aws/control-plane.ts';
import { credentialsFor } from '../../src/aws/credentials.ts';
import { consoleKeysUntil } from '../../src/aws/sign-in/console-cache.ts';
import { beginConsoleLogin } from '../../src/aws/sign-in/console-login.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { AppError, type AppErrorData } from '../../src/shared/errors.ts';
import { type AwsHome, enterAwsHome } from './support/aws-home.ts';
import { answerAuthorizePage } from './support/lab-browser.ts';
import { labConfig } from './support/lab-config.ts';
import { RecordingDoor } from './support/recording-door.ts';

const session = 'arn:aws:iam::123456789012:user/ann';

let lab: Lab;
let home: AwsHome;
beforeAll(async () => {
  lab = await startLab({ pace: 'fast' });
});
afterAll(() => lab.close());
beforeEach(async () => {
  home = await enterAwsHome();
  // What the system takes for the home folder does not change a second time in a process.
  process.env['AWS_LOGIN_CACHE_DIRECTORY'] = home.path('login');
  await writeConfig(session, lab.endpoint);
});
afterEach(() => home.leave());

const writeConfig = (loginSession: string, signin: string): Promise<void> =>
  home.writeConfig(
    labConfig(lab, { profiles: { console: { login_session: loginSession } }, endpoints: { signin } }),
  );

const control = (path: string, body: object): Promise<Response> =>
  fetch(`${lab.control}/${path}`, { method: 'POST', body: JSON.stringify(body) });

/** The nodes that the profile sees, or the error that it ends with. */
async function nodesOrError(door = new RecordingDoor()): Promise<number | AppErrorData> {
  const plane = createControlPlane({
    region: lab.region,
    profileName: 'console',
    credentials: credentialsFor({ kind: 'shared-profile', profileName: 'console' }, door),
    maxAttempts: 1,
  });
  try {
    let count = 0;
    for await (const page of plane.listNodes()) count += page.nodes.length;
    return count;
  } catch (error) {
    if (error instanceof AppError) return error.data;
    throw error;
  } finally {
    plane.close();
  }
}

/** The login that the profile asks for. */
async function neededLogin() {
  const door = new RecordingDoor();
  expect(await nodesOrError(door)).toMatchObject({ code: 'sign-in-needed' });
  const [login] = door.consoleLogins;
  if (login === undefined) throw new Error('no login was asked for');
  return login;
}

async function signIn(answer: 'allow' | 'deny' = 'allow'): Promise<{ page: string; error?: AppErrorData }> {
  const { url, done } = await beginConsoleLogin(await neededLogin(), {
    signal: new AbortController().signal,
  });
  const ended = done.then(
    () => undefined,
    (error: unknown) => error,
  );
  const page = await answerAuthorizePage(url, answer);
  const error = await ended;
  return error instanceof AppError ? { page, error: error.data } : { page };
}

const cachePath = (of: string): string =>
  home.path('login', `${createHash('sha256').update(of).digest('hex')}.json`);

it('is asked for where there is none, by the name of whoever has to sign in', async () => {
  expect(await neededLogin()).toEqual({
    id: `console:${session}`,
    consoleSession: session,
    region: lab.region,
    profileName: 'console',
  });
  expect(await consoleKeysUntil(session)).toBeUndefined();
});

it('asks for the page as the AWS CLI does', async () => {
  const abort = new AbortController();
  const { url, done } = await beginConsoleLogin(await neededLogin(), { signal: abort.signal });
  const { origin, pathname, searchParams } = new URL(url);
  expect(`${origin}${pathname}`).toBe(`${lab.endpoint}/v1/authorize`);
  expect(Object.fromEntries(searchParams)).toEqual({
    response_type: 'code',
    client_id: 'arn:aws:signin:::devtools/same-device',
    redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/) as string,
    state: expect.any(String) as string,
    code_challenge_method: 'SHA-256',
    scope: 'openid',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
  });
  abort.abort();
  await expect(done).rejects.toMatchObject({ data: { code: 'connection-lost' } });
});

it('leads to the nodes, and leaves the file that the AWS CLI would', async () => {
  expect(await signIn()).toEqual({ page: 'You are signed in' });
  expect(await nodesOrError()).toBe(lab.nodes.length);
  const path = cachePath(session);
  const kept = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  expect(Object.keys(kept).toSorted()).toEqual([
    'accessToken',
    'clientId',
    'dpopKey',
    'idToken',
    'refreshToken',
    'signInRegion',
    'tokenType',
  ]);
  expect(kept['accessToken']).toMatchObject({
    accountId: '123456789012',
    expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
  });
  expect(kept['dpopKey']).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await consoleKeysUntil(session)).toBeGreaterThan(Date.now());
});

it('is kept fresh in silence, with the key that it was made with, until the service says no', async () => {
  await control('sign-ins', { keyMs: 60_000 });
  await signIn();
  const before = await readFile(cachePath(session), 'utf8');
  expect(await nodesOrError()).toBe(lab.nodes.length);
  expect(await readFile(cachePath(session), 'utf8')).not.toBe(before);
  await control('sign-ins', { revoke: true, keyMs: 3_600_000 });
  expect(await nodesOrError()).toMatchObject({ code: 'sign-in-needed' });
});

it('that cannot be refreshed for want of an answer asks nobody to sign in again', async () => {
  await control('sign-ins', { keyMs: 60_000 });
  await signIn();
  await control('sign-ins', { keyMs: 3_600_000 });
  const kept = JSON.parse(await readFile(cachePath(session), 'utf8')) as {
    accessToken: { expiresAt: string };
  };
  kept.accessToken.expiresAt = '2020-01-01T00:00:00Z';
  await writeFile(cachePath(session), JSON.stringify(kept));
  await writeConfig(session, 'http://127.0.0.1:9');
  process.env['AWS_MAX_ATTEMPTS'] = '1';
  const door = new RecordingDoor();
  expect(await nodesOrError(door)).toMatchObject({ code: 'endpoint-unreachable', retryable: true });
  expect(door.consoleLogins).toEqual([]);
});

it('that is refused in the browser, or made by somebody else, leaves nothing behind', async () => {
  const denied = await signIn('deny');
  expect(denied).toMatchObject({ page: 'You are not signed in', error: { code: 'sign-in-needed' } });
  await writeConfig(`${session}-other`, lab.endpoint);
  const other = await signIn();
  expect(other.page).toBe('You are not signed in');
  expect(other.error?.message).toBe(
    `The browser is signed in as ${session}, and the profile is for ${session}-other.`,
  );
  expect(await consoleKeysUntil(`${session}-other`)).toBeUndefined();
});
