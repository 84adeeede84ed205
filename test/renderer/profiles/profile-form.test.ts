import { describe, expect, test } from 'vitest';
import {
  copyOf,
  emptyForm,
  formForShared,
  formOf,
  type ProfileForm,
  readForm,
} from '../../../src/renderer/profiles/profile-form.ts';
import { emptyNetwork, type NetworkForm } from '../../../src/renderer/profiles/network-form.ts';
import { emptyQuery, type QueryForm } from '../../../src/renderer/profiles/query-form.ts';
import { profile } from '../support/values.ts';

const filled: ProfileForm = { ...emptyForm, name: 'Acme' };
const errorsOf = (change: Partial<ProfileForm>): object => {
  const read = readForm({ ...filled, ...change });
  return 'errors' in read ? Object.keys(read.errors) : read.profile;
};

const network = (change: Partial<NetworkForm>): Partial<ProfileForm> => ({
  network: { ...emptyNetwork, ...change },
});

describe('the profile form', () => {
  test('takes each further Region once, and not the first one again', () => {
    expect(errorsOf({ region: 'eu-west-1', moreRegions: 'us-east-1, eu-west-1 us-east-1' })).toMatchObject({
      moreRegions: ['us-east-1'],
    });
  });

  test.each([
    ['one that was typed', { proxyPassword: 'typed' }, 'typed'],
    ['none where the kept one stays', {}, undefined],
    ['an empty one where the kept one is to go', { forgetsPassword: true }, ''],
    ['none for another kind of proxy', { proxy: 'system', proxyPassword: 'typed' }, undefined],
  ] as const)('gives as the password of the proxy %s', (_name, change, expected) => {
    const form = network({ proxy: 'url', proxyUrl: 'http://proxy.example:3128', ...change });
    const read = readForm({ ...filled, ...form });
    expect('profile' in read ? read.proxyPassword : 'wrong').toBe(expected);
  });

  test.each([
    [
      'tags',
      {
        tags: [
          { id: '1', key: ' Role ', value: 'web' },
          { id: '2', key: '', value: '' },
        ],
      },
      {
        kind: 'tags',
        tags: [{ key: 'Role', value: 'web' }],
      },
    ],
    ['name', { pattern: 'web-*' }, { kind: 'name', pattern: 'web-*' }],
    ['auto-scaling-group', { group: 'shop' }, { kind: 'auto-scaling-group', group: 'shop' }],
    [
      'ecs-service',
      { cluster: 'shop', service: 'checkout' },
      {
        kind: 'ecs-service',
        cluster: 'shop',
        service: 'checkout',
      },
    ],
  ] as const)(
    'gives a query of %s instead of a node, and begins with it again',
    (kind, change, targetQuery) => {
      const form: ProfileForm = { ...filled, target: 'i-1', query: { ...emptyQuery, kind, ...change } };
      const read = readForm(form);
      const saved = 'profile' in read ? read.profile : undefined;
      expect(saved).toMatchObject({ targetQuery });
      expect(saved).not.toHaveProperty('target');
      expect(readForm(formOf(saved ?? profile({})))).toEqual(read);
    },
  );

  test('says which field of a query is wrong', () => {
    const query = (change: Partial<QueryForm>): Partial<ProfileForm> => ({
      query: { ...emptyQuery, ...change },
    });
    const twice = [
      { id: '1', key: 'Role', value: 'web' },
      { id: '2', key: 'Role', value: 'db' },
    ];
    expect([
      errorsOf(query({ kind: 'tags' })),
      errorsOf(query({ kind: 'tags', tags: twice })),
      errorsOf(query({ kind: 'tags', tags: [{ id: '1', key: 'Role', value: '' }] })),
      errorsOf(query({ kind: 'name' })),
      errorsOf(query({ kind: 'ecs-service', cluster: 'shop' })),
    ]).toEqual([['tags'], ['tags'], ['tags'], ['pattern'], ['service']]);
  });

  test('leaves out what is empty', () => {
    expect(readForm(filled)).toEqual({
      profile: { name: 'Acme', environment: 'development', credentials: { kind: 'default-chain' } },
    });
  });

  test('gives back the profile it was made of', () => {
    const full = profile({
      region: 'eu-west-1',
      moreRegions: ['eu-central-1', 'us-east-1'],
      withoutContainers: true,
      credentials: { kind: 'shared-profile', profileName: 'acme' },
      target: 'i-1',
      documentName: 'Acme-Shell',
      reason: 'INC-1',
      parameters: { linuxcmd: ['a b', 'c'] },
      network: {
        endpoints: {
          ssm: 'https://a.example',
          ssmmessages: 'https://b.example',
          kms: 'https://c.example',
          sts: 'https://d.example',
          ec2: 'https://e.example',
          ecs: 'https://f.example',
        },
        proxy: { kind: 'url', url: 'http://proxy.example:3128', username: 'ann' },
        caFile: '/etc/ca.pem',
        useFips: true,
        useDualstack: false,
        maxAttempts: 5,
        retryMode: 'adaptive',
        connectTimeoutS: 3,
        answerTimeoutS: 60,
      },
    });
    const { id: _id, builtIn: _builtIn, ...input } = full;
    expect(readForm(formOf(full))).toEqual({ profile: input });
  });

  test.each([
    ['name', { name: '  ' }],
    ['name', { name: 'x'.repeat(81) }],
    ['region', { region: 'europe' }],
    ['moreRegions', { moreRegions: 'eu-west-1 europe' }],
    ['endpointSsm', network({ endpointSsm: 'ftp://example.com' })],
    ['endpointKms', network({ endpointKms: 'http://example.com' })],
    ['proxyUrl', network({ proxy: 'url' })],
    ['proxyUrl', network({ proxy: 'url', proxyUrl: 'socks5://proxy.example' })],
    ['proxyUrl', network({ proxy: 'url', proxyUrl: 'http://ann:secret@proxy.example' })],
    ['caFile', network({ caFile: 'x'.repeat(4097) })],
    ['connectTimeout', network({ connectTimeout: '0' })],
    ['answerTimeout', network({ answerTimeout: '1.5' })],
    ['documentName', { documentName: 'a b c' }],
    ['reason', { reason: 'x'.repeat(257) }],
    ['target', { target: 'x'.repeat(401) }],
    ['maxAttempts', network({ maxAttempts: '11' })],
    ['maxAttempts', network({ maxAttempts: 'many' })],
    ['sharedName', { credentials: 'shared-profile' as const }],
    ['parameters', { parameters: [{ id: '1', name: '', text: 'x' }] }],
    ['parameters', { parameters: [{ id: '1', name: 'a', text: '' }] }],
    [
      'parameters',
      {
        parameters: [
          { id: '1', name: 'a', text: 'x' },
          { id: '2', name: 'a', text: 'y' },
        ],
      },
    ],
  ])('says what is wrong with %s', (field, change) => {
    expect(errorsOf(change)).toEqual([field]);
  });

  test.each(['http://localhost:4566', 'http://127.0.0.1:8000/', 'http://[::1]:9'])(
    'takes %s, which stays on this machine',
    (endpoint) => {
      expect(errorsOf(network({ endpointSsm: endpoint }))).toMatchObject({
        network: { endpoints: { ssm: endpoint } },
      });
    },
  );

  test('keeps no Region and no addresses for the lab, which has its own', () => {
    const addresses = network({ endpointSsm: 'https://example.com', proxy: 'none', maxAttempts: '2' });
    expect(errorsOf({ credentials: 'lab', region: 'eu-west-1', ...addresses })).toEqual({
      name: 'Acme',
      environment: 'development',
      credentials: { kind: 'lab' },
      network: { maxAttempts: 2 },
    });
  });

  test('guesses the environment of a shared profile from its name', () => {
    const guesses = ['acme-prod', 'acme-nonprod', 'acme-stg', 'sandbox', 'acme'].map(
      (name) => formForShared(name).environment,
    );
    expect(guesses).toEqual(['production', 'staging', 'staging', 'development', 'other']);
    expect(formForShared('acme')).toMatchObject({ name: 'acme', sharedName: 'acme', region: '' });
  });

  test('names a copy so that the two can be told apart, within the limit', () => {
    expect(copyOf(profile({ name: 'Acme' })).name).toBe('Acme copy');
    expect(copyOf(profile({ name: 'x'.repeat(80) })).name.length).toBe(80);
  });
});
