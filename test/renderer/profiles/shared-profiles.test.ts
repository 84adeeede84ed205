import { expect, test } from 'vitest';
import {
  fitsText,
  profileForShared,
  unusedProfiles,
} from '../../../src/renderer/profiles/shared-profiles.ts';
import { identityWords, kindWord, problemPlace } from '../../../src/renderer/words/shared-profiles.ts';
import type { SharedProfile } from '../../../src/shared/shared-settings.ts';
import { profile } from '../support/values.ts';

const shared = (name: string, change: Partial<SharedProfile> = {}): SharedProfile => ({
  name,
  kind: 'static',
  needsCode: false,
  runsProgram: false,
  ...change,
});

test('offered are the profiles that give credentials and that no saved one uses', () => {
  const saved = [
    profile({ credentials: { kind: 'shared-profile', profileName: 'used' } }),
    profile({ credentials: { kind: 'default-chain' } }),
  ];
  const all = [
    shared('used'),
    shared('free'),
    shared('settings', { kind: 'none' }),
    shared('bad', { kind: 'faulty' }),
  ];
  expect(unusedProfiles(all, saved).map(({ name }) => name)).toEqual(['free', 'bad']);
});

test('one that is added leaves everything to the AWS files', () => {
  expect(profileForShared(shared('acme-prod', { region: 'eu-west-1' }))).toEqual({
    name: 'acme-prod',
    environment: 'production',
    credentials: { kind: 'shared-profile', profileName: 'acme-prod' },
  });
});

test.each([
  [{}, ''],
  [
    { accountId: '111122223333', roleName: 'Ops', signsInTo: 'acme' },
    'Ops in 1111 2222 3333, sign-in to acme',
  ],
  [
    { kind: 'role', roleName: 'Audit', needsCode: true, runsProgram: true },
    'Audit, MFA code, runs a program',
  ],
  [{ kind: 'process', runsProgram: true }, ''],
  [{ roleName: 'a\u202eb' }, 'a b'],
] as const)('of %o is said: %s', (change, words) => {
  expect(identityWords(shared('x', change))).toBe(words);
});

test('a profile is found by any of its words', () => {
  const one = shared('acme-prod', { kind: 'sso', accountId: '111122223333', region: 'eu-west-1' });
  const finds = ['', 'ACME', '1111 eu-w', 'identity', 'acme us'].map((text) =>
    fitsText(one, kindWord(one.kind), text),
  );
  expect(finds).toEqual([true, true, true, true, false]);
});

test('a problem is placed by file and line', () => {
  const problem = { file: '/home/ann/.aws/config', message: '', hint: '' };
  expect([problem, { ...problem, line: 7 }].map(problemPlace)).toEqual([
    '/home/ann/.aws/config',
    '/home/ann/.aws/config, line 7',
  ]);
});
