import { ListAccountRolesCommand, ListAccountsCommand, LogoutCommand, SSOClient } from '@aws-sdk/client-sso';
import {
  CreateTokenCommand,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ pace: 'fast' });
});
afterAll(() => lab.close());

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

const common = () => ({ region: lab.region, endpoint: lab.endpoint, maxAttempts: 1 });

function sts(credentials: Keys = lab): STSClient {
  const client = new STSClient({ ...common(), credentials });
  onTestFinished(() => client.destroy());
  return client;
}

const keysOf = ({ Credentials: given }: { Credentials?: Credentials | undefined }): Keys => ({
  accessKeyId: given?.AccessKeyId ?? '',
  secretAccessKey: given?.SecretAccessKey ?? '',
  sessionToken: given?.SessionToken ?? '',
});

const role = (name: string) => ({
  RoleArn: `arn:aws:iam::111122223333:role/${name}`,
  RoleSessionName: 'test',
});

const callerOf = async (keys?: Keys) => (await sts(keys).send(new GetCallerIdentityCommand({}))).Arn;

/** The name of the error that a call ends with. */
const nameOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error: Error) => error.name,
  );

async function control(path: string, body: object): Promise<void> {
  await fetch(`${lab.control}/${path}`, { method: 'POST', body: JSON.stringify(body) });
}

describe('STS', () => {
  test('knows whose keys it is asked with, also along a chain of roles', async () => {
    expect(await callerOf()).toBe('arn:aws:iam::123456789012:user/lab-user');
    const first = keysOf(await sts().send(new AssumeRoleCommand(role('hop'))));
    const second = keysOf(await sts(first).send(new AssumeRoleCommand(role('deploy'))));
    expect(await callerOf(second)).toBe('arn:aws:sts::111122223333:assumed-role/deploy/test');
  });

  test('does not know keys with another token, and keys that have run out', async () => {
    const keys = keysOf(await sts().send(new AssumeRoleCommand(role('deploy'))));
    expect(await nameOf(callerOf({ ...keys, sessionToken: 'another' }))).toBe('InvalidClientTokenId');
    expect(await nameOf(callerOf({ ...keys, secretAccessKey: 'another' }))).toBe('SignatureDoesNotMatch');
    await control('sign-ins', { revoke: true });
    expect(await nameOf(callerOf(keys))).toBe('ExpiredToken');
  });

  test('takes a code of a device once, and no wrong one', async () => {
    const assume = (SerialNumber?: string, TokenCode?: string) =>
      sts().send(new AssumeRoleCommand({ ...role('ops-mfa'), SerialNumber, TokenCode }));
    const serial = 'arn:aws:iam::123456789012:mfa/ann';
    expect(await nameOf(assume())).toBe('AccessDenied');
    expect(await nameOf(assume(serial, '123456'))).toBe('AccessDenied');
    expect(await nameOf(assume(serial, '123455'))).toBe('no error');
    expect(await nameOf(assume(serial, '123455'))).toBe('AccessDenied');
  });

  test('asks for the external id of a role that has one, and refuses a denied one', async () => {
    const external = (ExternalId?: string) =>
      sts().send(new AssumeRoleCommand({ ...role('external'), ExternalId }));
    expect(await nameOf(external())).toBe('AccessDenied');
    expect(await nameOf(external('lab-external-id'))).toBe('no error');
    expect(await nameOf(sts().send(new AssumeRoleCommand(role('denied'))))).toBe('AccessDenied');
  });

  test('gives a web identity its role without a signature', async () => {
    const assume = (WebIdentityToken: string) =>
      sts().send(new AssumeRoleWithWebIdentityCommand({ ...role('pod'), WebIdentityToken }));
    expect(await callerOf(keysOf(await assume('a.b.c')))).toBe(
      'arn:aws:sts::111122223333:assumed-role/pod/test',
    );
    expect(await nameOf(assume('abc'))).toBe('InvalidIdentityTokenException');
  });
});

describe('IAM Identity Center', () => {
  function oidc(): SSOOIDCClient {
    const client = new SSOOIDCClient(common());
    onTestFinished(() => client.destroy());
    return client;
  }

  async function signIn() {
    const client = oidc();
    const { clientId, clientSecret } = await client.send(
      new RegisterClientCommand({ clientName: 't', clientType: 'public', scopes: ['sso:account:access'] }),
    );
    const registered = { clientId, clientSecret };
    const { deviceCode, verificationUriComplete = '' } = await client.send(
      new StartDeviceAuthorizationCommand({ ...registered, startUrl: 'https://x.example/start' }),
    );
    const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
    const ask = () => client.send(new CreateTokenCommand({ ...registered, grantType, deviceCode }));
    const answer = (word: string) => {
      const page = new URL(verificationUriComplete);
      const form = new URLSearchParams({ user_code: page.searchParams.get('user_code') ?? '', answer: word });
      return fetch(new URL('/device', page), { method: 'POST', body: form });
    };
    return { client, registered, ask, answer };
  }

  test('makes a device wait for the person, slows it down, and gives its token once', async () => {
    const { ask, answer } = await signIn();
    expect(await nameOf(ask())).toBe('AuthorizationPendingException');
    expect(await nameOf(ask())).toBe('SlowDownException');
    await answer('allow');
    expect(await nameOf(ask())).toBe('no error');
    expect(await nameOf(ask())).toBe('InvalidGrantException');
    const denied = await signIn();
    await denied.answer('deny');
    expect(await nameOf(denied.ask())).toBe('AccessDeniedException');
  });

  test('tells accounts and roles to who is signed in, and to nobody else', async () => {
    const { ask, answer } = await signIn();
    await answer('allow');
    const { accessToken } = await ask();
    const portal = new SSOClient(common());
    onTestFinished(() => portal.destroy());
    const { accountList } = await portal.send(new ListAccountsCommand({ accessToken }));
    expect(accountList?.map(({ accountId }) => accountId)).toEqual([
      '123456789012',
      '111122223333',
      '444455556666',
    ]);
    const roles = () => portal.send(new ListAccountRolesCommand({ accessToken, accountId: '111122223333' }));
    expect((await roles()).roleList?.map(({ roleName }) => roleName)).toEqual(['ReadOnly', 'Ops']);
    await portal.send(new LogoutCommand({ accessToken }));
    expect(await nameOf(roles())).toBe('UnauthorizedException');
  });

  test('takes a refresh token once', async () => {
    const { client, registered, ask, answer } = await signIn();
    await answer('allow');
    const { refreshToken } = await ask();
    const refresh = () =>
      client.send(new CreateTokenCommand({ ...registered, grantType: 'refresh_token', refreshToken }));
    expect(await nameOf(refresh())).toBe('no error');
    expect(await nameOf(refresh())).toBe('InvalidGrantException');
  });
});
