import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ControlPlaneOptions } from '../../src/aws/control-plane.ts';
import { toAppError } from '../../src/aws/errors.ts';
import type { SignInDoor } from '../../src/aws/sign-in/sign-in-door.ts';
import { connectWith } from '../../src/main/connection.ts';
import { proxyOfAnswer } from '../../src/main/network/system-proxy.ts';
import type { Profile } from '../../src/shared/models.ts';
import { idleSignIns } from './support/connecting.ts';
import { FakeMembers } from './support/fake-members.ts';
import { FakeDoctor } from './support/fake-doctor.ts';
import { FakeControlPlane } from './support/fake-service.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const base: Omit<Profile, 'credentials'> = { id: 'p', name: 'P', environment: 'other', builtIn: false };

/** What a search for credentials comes to. */
type Look = (door: SignInDoor) => Error | { expiration?: Date; accountId?: string };

function bench(
  environment: Record<string, string | undefined> = {},
  shared: { name: string; region?: string }[] = [],
  look: Look = () => ({}),
) {
  const made: ControlPlaneOptions[] = [];
  const sources: object[] = [];
  let labHasEnded = false;
  const aws: Awaited<ReturnType<Parameters<typeof connectWith>[0]['loadAws']>> = {
    createControlPlane: (options) => {
      made.push(options);
      return new FakeControlPlane();
    },
    createDoctorCalls: () => new FakeDoctor(),
    createMemberLookup: () => new FakeMembers(),
    credentialsFor: (source, door) => {
      sources.push(source);
      return () => {
        const outcome = look(door);
        if (outcome instanceof Error) return Promise.reject(outcome);
        return Promise.resolve({ accessKeyId: 'key', secretAccessKey: '', ...outcome });
      };
    },
    toAppError,
    readSharedSettings: () =>
      Promise.resolve({
        profiles: shared.map((profile) => ({ ...profile, kind: 'none', runsProcess: false })),
        problems: [],
      }),
  };
  const lab = {
    endpoint: 'http://127.0.0.1:1234',
    region: 'us-east-1',
    accessKeyId: 'lab-key',
    secretAccessKey: 'lab-secret',
    demoPort: 18_080,
    hasEnded: () => labHasEnded,
  };
  const known: object[] = [];
  const signIns = idleSignIns();
  const connect = connectWith({
    loadAws: () => Promise.resolve(aws),
    openLab: () => Promise.resolve(lab),
    environment,
    network: {
      resolveProxy: () => Promise.resolve('PROXY proxy.example:3128'),
      proxyPassword: (id) => `of ${id}`,
    },
    signIns,
    statuses: { found: (status) => known.push(status) },
  });
  return { connect, made, sources, known, signIns, endLab: () => (labHasEnded = true) };
}

test('the lab is an endpoint, a Region and keys like any other, and is stale once it has ended', async () => {
  const { connect, made, endLab } = bench();
  const connection = await connect({
    ...base,
    credentials: { kind: 'lab' },
    region: 'eu-west-1',
    network: { maxAttempts: 2 },
  });
  expect(made).toEqual([
    {
      displayName: base.name,
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:1234',
      kmsEndpoint: 'http://127.0.0.1:1234',
      ec2Endpoint: 'http://127.0.0.1:1234',
      ecsEndpoint: 'http://127.0.0.1:1234',
      taggingEndpoint: 'http://127.0.0.1:1234',
      stsEndpoint: 'http://127.0.0.1:1234',
      gatewayEndpoint: 'http://127.0.0.1:1234',
      credentials: { accessKeyId: 'lab-key', secretAccessKey: 'lab-secret' },
      network: { maxAttempts: 2 },
    },
  ]);
  expect([connection.region, connection.isStale()]).toEqual(['us-east-1', false]);
  endLab();
  expect(connection.isStale()).toBe(true);
});

test('a profile with all settings passes them on', async () => {
  const { connect, made, sources } = bench();
  const credentials = { kind: 'shared-profile', profileName: 'acme' } as const;
  await connect({
    ...base,
    credentials,
    region: 'eu-west-1',
    network: {
      endpoints: { ssm: 'https://vpce.example', kms: 'https://kms.example' },
      maxAttempts: 5,
      retryMode: 'adaptive',
      connectTimeoutS: 2,
    },
  });
  expect(made).toEqual([
    {
      displayName: base.name,
      region: 'eu-west-1',
      credentials: expect.any(Function),
      profileName: 'acme',
      network: {
        endpoints: { ssm: 'https://vpce.example', kms: 'https://kms.example' },
        maxAttempts: 5,
        retryMode: 'adaptive',
        timeouts: { connectMs: 2_000, answerMs: 20_000 },
      },
    },
  ]);
  expect(sources).toEqual([credentials]);
});

const acme = { kind: 'shared-profile', profileName: 'acme' } as const;
const chain = { kind: 'default-chain' } as const;

test.each([
  ['its own before all', acme, 'eu-west-1', { AWS_REGION: 'us-west-2' }, 'eu-west-1'],
  [
    'that of the shared profile before the environment',
    acme,
    undefined,
    { AWS_REGION: 'us-west-2' },
    'ap-south-1',
  ],
  ['the environment for the default chain', chain, undefined, { AWS_REGION: 'us-west-2' }, 'us-west-2'],
  ['the older variable', chain, undefined, { AWS_DEFAULT_REGION: 'us-west-1' }, 'us-west-1'],
  ['that of the default profile', chain, undefined, {}, 'ca-central-1'],
  ['that of the profile which AWS_PROFILE names', chain, undefined, { AWS_PROFILE: 'acme' }, 'ap-south-1'],
  [
    'the environment for a shared profile without one',
    { kind: 'shared-profile', profileName: 'bare' } as const,
    undefined,
    { AWS_REGION: 'us-west-2' },
    'us-west-2',
  ],
])('the Region is %s', async (_name, credentials, region, environment, expected) => {
  const { connect, made } = bench(environment, [
    { name: 'default', region: 'ca-central-1' },
    { name: 'acme', region: 'ap-south-1' },
    { name: 'bare' },
  ]);
  await connect({ ...base, credentials, ...(region === undefined ? {} : { region }) });
  expect(made.map((options) => options.region)).toEqual([expected]);
});

test('without a Region anywhere the error says what is missing', async () => {
  const { connect } = bench();
  await expect(connect({ ...base, credentials: chain })).rejects.toMatchObject({
    data: { code: 'region-unknown' },
  });
});

const acmeProfile: Profile = { ...base, credentials: acme, region: 'eu-west-1' };
const login = { id: 'sso', startUrl: 'https://acme.example/start', region: 'eu-west-1' };

/** The credentials that the first control plane was made with. */
async function lookedUp(made: ControlPlaneOptions[]): Promise<unknown> {
  const credentials = made[0]?.credentials;
  if (typeof credentials !== 'function') throw new Error('there is nothing to ask');
  return credentials();
}

test('credentials that were found are known by their end and their account, and by nothing else', async () => {
  const { connect, made, known } = bench({}, [], () => ({
    expiration: new Date(5000),
    accountId: '111122223333',
  }));
  await connect(acmeProfile);
  await lookedUp(made);
  expect(known).toEqual([{ profileId: 'p', expiresAt: 5000, accountId: '111122223333' }]);
});

test('credentials that need a sign-in list it with the profile that waits', async () => {
  const { connect, made, known, signIns } = bench({}, [], (door) => {
    door.ssoNeeded(login, { accountId: '111122223333', roleName: 'Ops' });
    return new Error('sign in');
  });
  await connect(acmeProfile);
  await expect(lookedUp(made)).rejects.toThrow('sign in');
  expect(known).toEqual([]);
  expect(signIns.list()).toMatchObject([
    { id: 'sso', waiting: [{ profileId: 'p', accountId: '111122223333', roleName: 'Ops' }] },
  ]);
});

const networkOfMade = async (network: Profile['network']): Promise<unknown> => {
  const { connect, made } = bench();
  await connect({ ...acmeProfile, ...(network === undefined ? {} : { network }) });
  return made[0]?.network;
};

test('a stand-in on this computer answers for the other services as well, unless they are elsewhere', async () => {
  const here = 'http://127.0.0.1:4566';
  expect(await networkOfMade({ endpoints: { ssm: here, sts: 'https://sts.example' } })).toEqual({
    endpoints: { ssm: here, kms: here, ec2: here, ecs: here, tagging: here, sts: 'https://sts.example' },
  });
});

test.each([
  ['that of the environment when nothing is said', undefined, undefined],
  ['that of the system', { kind: 'system' }, { kind: 'url', url: 'http://proxy.example:3128' }],
  ['none', { kind: 'none' }, { kind: 'none' }],
  [
    'the one that is named, with the password that is kept for it',
    { kind: 'url', url: 'http://own.example:8080', username: 'ann' },
    { kind: 'url', url: 'http://own.example:8080', username: 'ann', password: 'of p' },
  ],
] as const)('the proxy is %s', async (_name, proxy, expected) => {
  expect(await networkOfMade(proxy === undefined ? {} : { proxy })).toEqual(
    expected === undefined ? {} : { proxy: expected },
  );
});

test('certificates are read from their file, and what is none is refused with the reason', async () => {
  const folder = temporaryFolder();
  const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  writeFileSync(join(folder, 'ca.pem'), pem);
  writeFileSync(join(folder, 'key.txt'), 'hunter2');
  expect(await networkOfMade({ caFile: join(folder, 'ca.pem') })).toEqual({ caCertificates: pem });
  for (const name of ['key.txt', 'gone.pem']) {
    const refused = await networkOfMade({ caFile: join(folder, name) }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ data: { code: 'certificate' } });
    expect(JSON.stringify(refused)).not.toContain('hunter2');
  }
});

test.each([
  ['DIRECT', undefined],
  ['PROXY proxy.example:3128; DIRECT', 'http://proxy.example:3128'],
  ['HTTPS proxy.example:443', 'https://proxy.example:443'],
  ['SOCKS5 socks.example:1080; PROXY second.example:8080', 'http://second.example:8080'],
  ['SOCKS5 socks.example:1080', undefined],
  ['PROXY', undefined],
  ['', undefined],
])('of the answer %o of the system the proxy is %s', (answer, expected) => {
  expect(proxyOfAnswer(answer)).toBe(expected);
});
