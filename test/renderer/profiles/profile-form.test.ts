import { describe, expect, test } from 'vitest';
import {
  copyOf,
  emptyForm,
  formForShared,
  formOf,
  type ProfileForm,
  readForm,
} from '../../../src/renderer/profiles/profile-form.ts';
import { profile } from '../support/values.ts';

const filled: ProfileForm = { ...emptyForm, name: 'Acme' };
const errorsOf = (change: Partial<ProfileForm>): object => {
  const read = readForm({ ...filled, ...change });
  return 'errors' in read ? Object.keys(read.errors) : read.profile;
};

describe('the profile form', () => {
  test('leaves out what is empty', () => {
    expect(readForm(filled)).toEqual({
      profile: { name: 'Acme', environment: 'development', credentials: { kind: 'default-chain' } },
    });
  });

  test('gives back the profile it was made of', () => {
    const full = profile({
      region: 'eu-west-1',
      endpoint: 'https://vpce-1.ssm.eu-west-1.vpce.amazonaws.com',
      credentials: { kind: 'shared-profile', profileName: 'acme' },
      target: 'i-1',
      documentName: 'Acme-Shell',
      reason: 'INC-1',
      parameters: { linuxcmd: ['a b', 'c'] },
      maxAttempts: 5,
      retryMode: 'adaptive',
    });
    const { id: _id, builtIn: _builtIn, ...input } = full;
    expect(readForm(formOf(full))).toEqual({ profile: input });
  });

  test.each([
    ['name', { name: '  ' }],
    ['name', { name: 'x'.repeat(81) }],
    ['region', { region: 'europe' }],
    ['endpoint', { endpoint: 'ftp://example.com' }],
    ['endpoint', { endpoint: 'http://example.com' }],
    ['documentName', { documentName: 'a b c' }],
    ['reason', { reason: 'x'.repeat(257) }],
    ['target', { target: 'x'.repeat(401) }],
    ['maxAttempts', { maxAttempts: '11' }],
    ['maxAttempts', { maxAttempts: 'many' }],
    ['sharedName', { credentials: 'shared-profile' as const }],
    ['parameters', { parameters: [{ id: '1', name: '', values: 'x' }] }],
    ['parameters', { parameters: [{ id: '1', name: 'a', values: '' }] }],
    [
      'parameters',
      {
        parameters: [
          { id: '1', name: 'a', values: 'x' },
          { id: '2', name: 'a', values: 'y' },
        ],
      },
    ],
  ])('says what is wrong with %s', (field, change) => {
    expect(errorsOf(change)).toEqual([field]);
  });

  test.each(['http://localhost:4566', 'http://127.0.0.1:8000/', 'http://[::1]:9'])(
    'takes %s, which stays on this machine',
    (endpoint) => {
      expect(errorsOf({ endpoint })).toMatchObject({ endpoint });
    },
  );

  test('keeps no Region and endpoint for the lab, which has its own', () => {
    expect(errorsOf({ credentials: 'lab', region: 'eu-west-1', endpoint: 'https://example.com' })).toEqual({
      name: 'Acme',
      environment: 'development',
      credentials: { kind: 'lab' },
    });
  });

  test('guesses the environment of a shared profile from its name', () => {
    const guesses = ['acme-prod', 'acme-stg', 'sandbox', 'acme'].map(
      (name) => formForShared(name, undefined).environment,
    );
    expect(guesses).toEqual(['production', 'staging', 'development', 'other']);
    expect(formForShared('acme', 'eu-west-1')).toMatchObject({
      name: 'acme',
      sharedName: 'acme',
      region: 'eu-west-1',
    });
  });

  test('names a copy so that the two can be told apart, within the limit', () => {
    expect(copyOf(profile({ name: 'Acme' })).name).toBe('Acme copy');
    expect(copyOf(profile({ name: 'x'.repeat(80) })).name.length).toBe(80);
  });
});
