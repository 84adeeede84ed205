import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createControlPlane } from '../../src/aws/control-plane.ts';
import { credentialsFor } from '../../src/aws/credentials.ts';
import type { SsoLogin } from '../../src/aws/sign-in/sign-in-door.ts';
import { beginSsoLogin } from '../../src/aws/sign-in/sso-login.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { AppError } from '../../src/shared/errors.ts';
import { listen } from './fake-service.ts';
import { awsCli, cliCallerOf } from './support/aws-cli.ts';
import { type AwsHome, enterAwsHome } from './support/aws-home.ts';
import { answerAuthorizePage, answerDevicePage } from './support/lab-browser.ts';
import { RecordingDoor } from './support/recording-door.ts';

let lab: Lab;
let home: AwsHome;
beforeAll(async () => {
  lab = await startLab({ pace: 'fast', signInSpans: { intervalS: 0.02 } });
});
afterAll(() => lab.close());

beforeEach(async () => {
  home = await enterAwsHome();
  await control('sign-ins', { tokenMs: 8 * 3_600_000, keyMs: 3_600_000, revoke: true });
  await control('faults/clear', {});
  await home.writeConfig(`
[profile ops]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Ops
region = ${lab.region}
services = lab
[profile readonly]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = ReadOnly
region = ${lab.region}
services = lab
[profile forbidden]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Owner
region = ${lab.region}
services = lab
[sso-session corp]
sso_region = ${lab.region}
sso_start_url = https://corp.example/start
sso_registration_scopes = sso:account:access
[profile legacy]
sso_start_url = https://legacy.example/start
sso_region = ${lab.region}
sso_account_id = 444455556666
sso_role_name = Admin
region = ${lab.region}
services = lab
[services lab]
ssm =
  endpoint_url = ${lab.endpoint}
sts =
  endpoint_url = ${lab.endpoint}
sso =
  endpoint_url = ${lab.endpoint}
sso_oidc =
  endpoint_url = ${lab.endpoint}
`);
});
afterEach(() => home.leave());

async function control(path: string, body: object): Promise<void> {
  const answer = await fetch(`${lab.control}/${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
}

const refuse = (operation: string, code: string, count?: number) =>
  control('refuse', { operation, code, ...(count !== undefined && { count }) });

/** A call with the credentials of a profile: how many nodes it lists, or the code of its failure. */
async function nodesAs(profileName: string, door = new RecordingDoor()): Promise<number | string> {
  try {
    return await listAs(profileName, door);
  } catch (error) {
    if (error instanceof AppError) return error.data.code;
    throw error;
  }
}

async function listAs(profileName: string, door: RecordingDoor): Promise<number> {
  const plane = createControlPlane({
    region: lab.region,
    profileName,
    credentials: credentialsFor({ kind: 'shared-profile', profileName }, door),
    maxAttempts: 1,
  });
  try {
    let count = 0;
    for await (const page of plane.listNodes()) count += page.nodes.length;
    return count;
  } finally {
    plane.close();
  }
}

/** The login that a profile asks for. */
async function neededLogin(profileName: string): Promise<SsoLogin> {
  const door = new RecordingDoor();
  expect(await nodesAs(profileName, door)).toBe('sign-in-needed');
  const [login] = door.logins;
  if (login === undefined) throw new Error('no login was asked for');
  return login;
}

const never = new AbortController().signal;

async function signIn(profileName: string, flow: 'device' | 'pkce' = 'device'): Promise<void> {
  const { url, done } = await beginSsoLogin(await neededLogin(profileName), { flow, signal: never });
  await (flow === 'device' ? answerDevicePage(url, 'allow') : answerAuthorizePage(url, 'allow'));
  await done;
}

const cacheFile = (id: string) =>
  home.path('.aws', 'sso', 'cache', `${createHash('sha1').update(id).digest('hex')}.json`);

async function cached(id: string): Promise<Record<string, string>> {
  return JSON.parse(await readFile(cacheFile(id), 'utf8')) as Record<string, string>;
}

describe('a sign-in', () => {
  it('is asked for by name, with the account and role that need it', async () => {
    const door = new RecordingDoor();
    const error = await listAs('ops', door).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).data).toEqual({
      code: 'sign-in-needed',
      attempted: 'List the managed nodes',
      message: 'Nobody is signed in to corp.',
      hint: "Sign in to corp; the AWS CLI's sign-in counts as well.",
      retryable: false,
      where: { region: 'us-east-1' },
    });
    expect(door.logins).toEqual([
      {
        id: 'sso-session:corp',
        sessionName: 'corp',
        startUrl: 'https://corp.example/start',
        region: lab.region,
        registrationScopes: ['sso:account:access'],
        profileName: 'ops',
      },
    ]);
    expect(door.roles).toEqual([{ accountId: '111122223333', roleName: 'Ops' }]);
  });

  it('with a code leads to credentials that the service takes, for every profile of the session', async () => {
    const { url, userCode, expiresAt, done } = await beginSsoLogin(await neededLogin('ops'), {
      flow: 'device',
      signal: never,
    });
    expect(url).toBe(`${lab.endpoint}/device?user_code=${userCode}`);
    expect(userCode).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
    expect(expiresAt).toBeGreaterThan(Date.now());
    expect(await answerDevicePage(url, 'allow')).toBe('Request approved');
    await done;
    expect([await nodesAs('ops'), await nodesAs('readonly')]).toEqual([lab.nodes.length, lab.nodes.length]);
  });

  it('in the browser of this computer comes back by itself', async () => {
    const { url, userCode, done } = await beginSsoLogin(await neededLogin('ops'), {
      flow: 'pkce',
      signal: never,
    });
    expect(userCode).toBeUndefined();
    expect(await answerAuthorizePage(url, 'allow')).toBe('You are signed in');
    await done;
    expect(await nodesAs('ops')).toBe(lab.nodes.length);
  });

  it('of the legacy form works too, and is kept under its start URL', async () => {
    await signIn('legacy');
    expect(await nodesAs('legacy')).toBe(lab.nodes.length);
    expect(await cached('https://legacy.example/start')).not.toHaveProperty('refreshToken');
  });

  it('is kept as the AWS CLI keeps it, for its owner alone', async () => {
    await signIn('ops');
    const second = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
    expect(await cached('corp')).toEqual({
      startUrl: 'https://corp.example/start',
      region: lab.region,
      accessToken: expect.any(String),
      expiresAt: expect.stringMatching(second),
      clientId: expect.any(String),
      clientSecret: expect.any(String),
      registrationExpiresAt: expect.stringMatching(second),
      refreshToken: expect.any(String),
    });
    const folder = home.path('.aws', 'sso', 'cache');
    const modes = await Promise.all(
      (await readdir(folder)).map(async (name) => (await stat(`${folder}/${name}`)).mode & 0o777),
    );
    expect(modes).toEqual([0o600, 0o600]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('registers this program once, under the name that the AWS CLI looks for', async () => {
    await signIn('ops');
    const parts = `"region": "${lab.region}", "scopes": ["sso:account:access"], "session_name": "corp", "startUrl": "https://corp.example/start", "tool": "botocore"`;
    const registration = await cached(`{${parts}}`);
    expect(registration).toMatchObject({ scopes: ['sso:account:access'] });
    await refuse('RegisterClient', 'InternalServerException');
    await control('sign-ins', { revoke: true });
    await signIn('ops');
    expect(await nodesAs('ops')).toBe(lab.nodes.length);
  });

  it('registers anew when the service has forgotten this program', async () => {
    await signIn('ops');
    const names = await readdir(home.path('.aws', 'sso', 'cache'));
    for (const name of names) {
      const path = home.path('.aws', 'sso', 'cache', name);
      await writeFile(
        path,
        (await readFile(path, 'utf8')).replace(/"clientId":"[^"]*"/, '"clientId":"gone"'),
      );
    }
    await control('sign-ins', { revoke: true });
    await signIn('ops');
    expect(await nodesAs('ops')).toBe(lab.nodes.length);
  });

  it.each(['device', 'pkce'] as const)('that is refused on the page (%s) says so', async (flow) => {
    const { url, done } = await beginSsoLogin(await neededLogin('ops'), { flow, signal: never });
    if (flow === 'device') await answerDevicePage(url, 'deny');
    else expect(await answerAuthorizePage(url, 'deny')).toBe('You are not signed in');
    await expect(done).rejects.toMatchObject({
      data: {
        code: 'sign-in-needed',
        message: 'The sign-in was refused in the browser.',
        attempted: 'Sign in to corp',
      },
    });
    expect(existsSync(cacheFile('corp'))).toBe(false);
  });

  it('goes on when the network fails for a moment while it waits', async () => {
    const { url, done } = await beginSsoLogin(await neededLogin('ops'), { flow: 'device', signal: never });
    await refuse('CreateToken', 'InternalServerException', 2);
    await answerDevicePage(url, 'allow');
    await done;
    expect(await nodesAs('ops')).toBe(lab.nodes.length);
  });

  it.each(['device', 'pkce'] as const)('that is given up (%s) leaves nothing behind', async (flow) => {
    const abort = new AbortController();
    const { url, done } = await beginSsoLogin(await neededLogin('ops'), { flow, signal: abort.signal });
    abort.abort();
    await expect(done).rejects.toBeInstanceOf(AppError);
    if (flow === 'device') return;
    const redirect = new URL(url).searchParams.get('redirect_uri') ?? '';
    await expect(fetch(redirect)).rejects.toThrow('fetch failed');
  });

  it('takes no code from somebody who does not know its state', async () => {
    const abort = new AbortController();
    const { url, done } = await beginSsoLogin(await neededLogin('ops'), {
      flow: 'pkce',
      signal: abort.signal,
    });
    const redirect = new URL(url).searchParams.get('redirect_uri') ?? '';
    const state = new URL(url).searchParams.get('state') ?? '';
    const forged = [
      await fetch(`${redirect}?code=x&state=guess`),
      await fetch(`${redirect}?code=x`),
      await fetch(`${redirect}?code=x&state=${state}`, { method: 'POST' }),
      await fetch(redirect.replace('callback', 'other') + `?code=x&state=${state}`),
    ];
    expect(forged.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(await answerAuthorizePage(url, 'allow')).toBe('You are signed in');
    await done;
    abort.abort();
  });

  it('with a start URL that is none says what to check', async () => {
    const login = { ...(await neededLogin('ops')), startUrl: 'https://corp.example/elsewhere' };
    await expect(beginSsoLogin(login, { flow: 'device', signal: never })).rejects.toMatchObject({
      data: { code: 'bad-request', hint: expect.stringContaining('sso_start_url') },
    });
  });

  it.each([
    ['a code that would write to the terminal', { userCode: '\u001b[2J' }, 'endpoint-unreachable'],
    ['a page that is none', { verificationUriComplete: 'javascript:alert(1)' }, 'endpoint-insecure'],
    [
      'a page in plain text elsewhere',
      { verificationUriComplete: 'http://evil.example/' },
      'endpoint-insecure',
    ],
  ])('is not begun with %s', async (_name, hostile, code) => {
    const answer = { clientId: 'c', clientSecret: 's', clientSecretExpiresAt: 4_000_000_000 };
    const device = {
      deviceCode: 'd',
      userCode: 'ABCD',
      verificationUri: 'https://x.example/',
      expiresIn: 60,
    };
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...answer, ...device, ...hostile }));
    });
    await listen(server);
    const login = await neededLogin('ops');
    process.env['AWS_ENDPOINT_URL_SSO_OIDC'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(beginSsoLogin(login, { flow: 'device', signal: never })).rejects.toMatchObject({
      data: { code },
    });
    server.closeAllConnections();
    server.close();
  });

  it('does not lead to a role that is not assigned', async () => {
    await signIn('ops');
    expect(await nodesAs('forbidden')).toBe('access-denied');
  });

  it('that cannot be written says so', async () => {
    await writeFile(home.path('.aws', 'sso'), 'a file where the folder should be');
    const login = await neededLogin('ops');
    await expect(beginSsoLogin(login, { flow: 'device', signal: never })).rejects.toMatchObject({
      data: { code: 'storage-failed' },
    });
  });
});

describe('a token that runs out', () => {
  it('is refreshed in silence, once for all who wait', async () => {
    await control('sign-ins', { tokenMs: 60_000 });
    await signIn('ops');
    const before = await cached('corp');
    const all = await Promise.all(['ops', 'readonly', 'ops', 'readonly'].map((name) => nodesAs(name)));
    expect(all).toEqual(all.map(() => lab.nodes.length));
    const after = await cached('corp');
    expect(after['accessToken']).not.toBe(before['accessToken']);
    expect(after['refreshToken']).not.toBe(before['refreshToken']);
    expect((await stat(cacheFile('corp'))).mode & 0o777).toBe(0o600);
  });

  it('is used to its end when it cannot be refreshed, and then asked for', async () => {
    await control('sign-ins', { tokenMs: 60_000 });
    await signIn('ops');
    await refuse('CreateToken', 'InvalidGrantException');
    expect(await nodesAs('ops')).toBe(lab.nodes.length);
    const token = await cached('corp');
    await writeFile(cacheFile('corp'), JSON.stringify({ ...token, expiresAt: '2020-01-01T00:00:00Z' }));
    const door = new RecordingDoor();
    expect(await nodesAs('ops', door)).toBe('sign-in-needed');
    expect(door.logins).toHaveLength(1);
  });

  it('is not asked for when only the network is down', async () => {
    await signIn('ops');
    const token = await cached('corp');
    await writeFile(cacheFile('corp'), JSON.stringify({ ...token, expiresAt: '2020-01-01T00:00:00Z' }));
    await refuse('CreateToken', 'InternalServerException');
    const door = new RecordingDoor();
    expect(await nodesAs('ops', door)).toBe('service-unavailable');
    expect(door.logins).toEqual([]);
  });

  it('that the AWS CLI has refreshed meanwhile is taken from the cache', async () => {
    await signIn('ops');
    const good = await cached('corp');
    const usedUp = { ...good, refreshToken: 'used-up', expiresAt: '2020-01-01T00:00:00Z' };
    await writeFile(cacheFile('corp'), JSON.stringify(usedUp));
    const oidc = createServer((_request, response) => {
      void writeFile(cacheFile('corp'), JSON.stringify(good)).then(() => {
        response.writeHead(400, { 'x-amzn-errortype': 'InvalidGrantException' }).end('{}');
      });
    });
    await listen(oidc);
    process.env['AWS_ENDPOINT_URL_SSO_OIDC'] = `http://127.0.0.1:${(oidc.address() as AddressInfo).port}`;
    expect(await nodesAs('ops')).toBe(lab.nodes.length);
    oidc.close();
  });

  it('whose sign-in was ended elsewhere is asked for', async () => {
    await signIn('ops');
    await control('sign-ins', { revoke: true });
    const door = new RecordingDoor();
    expect(await nodesAs('ops', door)).toBe('sign-in-needed');
    expect(door.logins).toHaveLength(1);
  });
});

describe.skipIf(awsCli === undefined)('the AWS CLI', () => {
  it('uses a sign-in that was made here, and refreshes it', async () => {
    await control('sign-ins', { tokenMs: 60_000 });
    await signIn('ops');
    const before = await cached('corp');
    expect(await cliCallerOf('ops')).toMatch(/^arn:aws:sts::111122223333:assumed-role\/AWSReservedSSO_Ops_/);
    const after = await cached('corp');
    expect(after['accessToken']).not.toBe(before['accessToken']);
    expect(await nodesAs('readonly')).toBe(lab.nodes.length);
  }, 30_000);

  it('uses one of the legacy form that was made here', async () => {
    await signIn('legacy');
    expect(await cliCallerOf('legacy')).toMatch(
      /^arn:aws:sts::444455556666:assumed-role\/AWSReservedSSO_Admin_/,
    );
  }, 30_000);
});

describe('a sign-in of the AWS CLI', () => {
  it('is used here, in either form of its time', async () => {
    await signIn('ops');
    const { accessToken } = await cached('corp');
    for (const expiresAt of ['2099-01-01T00:00:00Z', '2099-01-01T00:00:00UTC']) {
      await mkdir(home.path('.aws', 'sso', 'cache'), { recursive: true });
      await writeFile(
        cacheFile('corp'),
        JSON.stringify({
          startUrl: 'https://corp.example/start',
          region: lab.region,
          accessToken,
          expiresAt,
        }),
      );
      expect(await nodesAs('ops')).toBe(lab.nodes.length);
    }
  });

  it('for another directory of the same name is not', async () => {
    await signIn('ops');
    const token = await cached('corp');
    await writeFile(cacheFile('corp'), JSON.stringify({ ...token, startUrl: 'https://old.example/start' }));
    expect(await nodesAs('ops')).toBe('sign-in-needed');
  });

  it('that is half written counts as none', async () => {
    await signIn('ops');
    await writeFile(cacheFile('corp'), '{"accessToken": "abc');
    expect(await nodesAs('ops')).toBe('sign-in-needed');
  });
});
