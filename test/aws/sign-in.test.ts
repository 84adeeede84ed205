import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { beginSsoLogin } from '../../src/aws/sign-in/sso-login.ts';
import { AppError } from '../../src/shared/errors.ts';
import { listen } from './fake-service.ts';
import { answerAuthorizePage, answerDevicePage } from './support/lab-browser.ts';
import { RecordingDoor } from './support/recording-door.ts';
import { never, SignInBench } from './support/sign-in-bench.ts';

const bench = new SignInBench();

describe('a sign-in', () => {
  it('is asked for by name, with the account and role that need it', async () => {
    const door = new RecordingDoor();
    const error = await bench.listAs('ops', door).catch((reason: unknown) => reason);
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
        region: bench.lab.region,
        registrationScopes: ['sso:account:access'],
        profileName: 'ops',
      },
    ]);
    expect(door.roles).toEqual([{ accountId: '111122223333', roleName: 'Ops' }]);
  });

  it('with a code leads to credentials that the service takes, for every profile of the session', async () => {
    const { url, userCode, expiresAt, done } = await beginSsoLogin(await bench.neededLogin('ops'), {
      flow: 'device',
      signal: never,
    });
    expect(url).toBe(`${bench.lab.endpoint}/device?user_code=${userCode}`);
    expect(userCode).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
    expect(expiresAt).toBeGreaterThan(Date.now());
    expect(await answerDevicePage(url, 'allow')).toBe('Request approved');
    await done;
    expect([await bench.nodesAs('ops'), await bench.nodesAs('readonly')]).toEqual([
      bench.lab.nodes.length,
      bench.lab.nodes.length,
    ]);
  });

  it('in the browser of this computer comes back by itself', async () => {
    const { url, userCode, done } = await beginSsoLogin(await bench.neededLogin('ops'), {
      flow: 'pkce',
      signal: never,
    });
    expect(userCode).toBeUndefined();
    expect(await answerAuthorizePage(url, 'allow')).toBe('You are signed in');
    await done;
    expect(await bench.nodesAs('ops')).toBe(bench.lab.nodes.length);
  });

  it('of the legacy form works too, and is kept under its start URL', async () => {
    await bench.signIn('legacy');
    expect(await bench.nodesAs('legacy')).toBe(bench.lab.nodes.length);
    expect(await bench.cached('https://legacy.example/start')).not.toHaveProperty('refreshToken');
  });

  it('is kept as the AWS CLI keeps it, for its owner alone', async () => {
    await bench.signIn('ops');
    const second = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
    expect(await bench.cached('corp')).toEqual({
      startUrl: 'https://corp.example/start',
      region: bench.lab.region,
      accessToken: expect.any(String),
      expiresAt: expect.stringMatching(second),
      clientId: expect.any(String),
      clientSecret: expect.any(String),
      registrationExpiresAt: expect.stringMatching(second),
      refreshToken: expect.any(String),
    });
    const folder = bench.home.path('.aws', 'sso', 'cache');
    const modes = await Promise.all(
      (await readdir(folder)).map(async (name) => (await stat(`${folder}/${name}`)).mode & 0o777),
    );
    expect(modes).toEqual([0o600, 0o600]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('registers this program once, under the name that the AWS CLI looks for', async () => {
    await bench.signIn('ops');
    const parts = `"region": "${bench.lab.region}", "scopes": ["sso:account:access"], "session_name": "corp", "startUrl": "https://corp.example/start", "tool": "botocore"`;
    const registration = await bench.cached(`{${parts}}`);
    expect(registration).toMatchObject({ scopes: ['sso:account:access'] });
    await bench.refuse('RegisterClient', 'InternalServerException');
    await bench.control('sign-ins', { revoke: true });
    await bench.signIn('ops');
    expect(await bench.nodesAs('ops')).toBe(bench.lab.nodes.length);
  });

  it('registers anew when the service has forgotten this program', async () => {
    await bench.signIn('ops');
    const names = await readdir(bench.home.path('.aws', 'sso', 'cache'));
    for (const name of names) {
      const path = bench.home.path('.aws', 'sso', 'cache', name);
      await writeFile(
        path,
        (await readFile(path, 'utf8')).replace(/"clientId":"[^"]*"/, '"clientId":"gone"'),
      );
    }
    await bench.control('sign-ins', { revoke: true });
    await bench.signIn('ops');
    expect(await bench.nodesAs('ops')).toBe(bench.lab.nodes.length);
  });

  it.each(['device', 'pkce'] as const)('that is refused on the page (%s) says so', async (flow) => {
    const { url, done } = await beginSsoLogin(await bench.neededLogin('ops'), { flow, signal: never });
    if (flow === 'device') await answerDevicePage(url, 'deny');
    else expect(await answerAuthorizePage(url, 'deny')).toBe('You are not signed in');
    await expect(done).rejects.toMatchObject({
      data: {
        code: 'sign-in-needed',
        message: 'The sign-in was refused in the browser.',
        attempted: 'Sign in to corp',
      },
    });
    expect(existsSync(bench.cacheFile('corp'))).toBe(false);
  });

  it('goes on when the network fails for a moment while it waits', async () => {
    const { url, done } = await beginSsoLogin(await bench.neededLogin('ops'), {
      flow: 'device',
      signal: never,
    });
    await bench.refuse('CreateToken', 'InternalServerException', 2);
    await answerDevicePage(url, 'allow');
    await done;
    expect(await bench.nodesAs('ops')).toBe(bench.lab.nodes.length);
  });

  it.each(['device', 'pkce'] as const)('that is given up (%s) leaves nothing behind', async (flow) => {
    const abort = new AbortController();
    const { url, done } = await beginSsoLogin(await bench.neededLogin('ops'), { flow, signal: abort.signal });
    abort.abort();
    await expect(done).rejects.toBeInstanceOf(AppError);
    if (flow === 'device') return;
    const redirect = new URL(url).searchParams.get('redirect_uri') ?? '';
    await expect(fetch(redirect)).rejects.toThrow('fetch failed');
  });

  it('takes no code from somebody who does not know its state', async () => {
    const abort = new AbortController();
    const { url, done } = await beginSsoLogin(await bench.neededLogin('ops'), {
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
    const login = { ...(await bench.neededLogin('ops')), startUrl: 'https://corp.example/elsewhere' };
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
    const login = await bench.neededLogin('ops');
    process.env['AWS_ENDPOINT_URL_SSO_OIDC'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(beginSsoLogin(login, { flow: 'device', signal: never })).rejects.toMatchObject({
      data: { code },
    });
    server.closeAllConnections();
    server.close();
  });

  it('does not lead to a role that is not assigned', async () => {
    await bench.signIn('ops');
    expect(await bench.nodesAs('forbidden')).toBe('access-denied');
  });

  it('that cannot be written says so', async () => {
    await writeFile(bench.home.path('.aws', 'sso'), 'a file where the folder should be');
    const login = await bench.neededLogin('ops');
    await expect(beginSsoLogin(login, { flow: 'device', signal: never })).rejects.toMatchObject({
      data: { code: 'storage-failed' },
    });
  });
});
