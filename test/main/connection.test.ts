import { expect, test } from 'vitest';
import type { ControlPlaneOptions } from '../../src/aws/control-plane.ts';
import { type AwsRoom, connectWith } from '../../src/main/connection.ts';
import type { Profile, SharedProfile } from '../../src/shared/models.ts';
import { FakeControlPlane } from './support/fake-service.ts';

const base: Omit<Profile, 'credentials'> = { id: 'p', name: 'P', environment: 'other', builtIn: false };

function bench(environment: Record<string, string | undefined> = {}, shared: SharedProfile[] = []) {
  const made: ControlPlaneOptions[] = [];
  const sources: object[] = [];
  let labHasEnded = false;
  const aws: AwsRoom = {
    createControlPlane: (options) => {
      made.push(options);
      return new FakeControlPlane();
    },
    credentialsFor: (source) => {
      sources.push(source);
      return () => Promise.resolve({ accessKeyId: 'key', secretAccessKey: '' });
    },
    needsNobody: () => Promise.resolve(true),
    listSharedProfiles: () => Promise.resolve(shared),
  };
  const lab = {
    endpoint: 'http://127.0.0.1:1234',
    region: 'us-east-1',
    accessKeyId: 'lab-key',
    secretAccessKey: 'lab-secret',
    demoPort: 18_080,
    hasEnded: () => labHasEnded,
  };
  const connect = connectWith(
    () => Promise.resolve(aws),
    () => Promise.resolve(lab),
    environment,
  );
  return { connect, made, sources, endLab: () => (labHasEnded = true) };
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
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:1234',
      kmsEndpoint: 'http://127.0.0.1:1234',
      ec2Endpoint: 'http://127.0.0.1:1234',
      credentials: { accessKeyId: 'lab-key', secretAccessKey: 'lab-secret' },
      maxAttempts: 2,
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
      region: 'eu-west-1',
      endpoint: 'https://vpce.example',
      kmsEndpoint: 'https://kms.example',
      credentials: expect.any(Function),
      profileName: 'acme',
      maxAttempts: 5,
      retryMode: 'adaptive',
      network: { timeouts: { connectMs: 2_000, answerMs: 20_000 } },
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
