import { expect, test } from 'vitest';
import { finished, signInFor } from '../../../src/renderer/state/sign-ins.ts';
import { initialState } from '../../../src/renderer/state/app-state.ts';
import {
  accountWords,
  deviceName,
  identitiesOf,
  roleOf,
  signInVerb,
  timeLeft,
  leftWords,
  untilWords,
} from '../../../src/renderer/words/sign-ins.ts';
import type { SignIn } from '../../../src/shared/sign-in.ts';

const acme: SignIn = {
  kind: 'sso',
  id: 'acme',
  sessionName: 'acme',
  startUrl: 'https://acme.awsapps.com/start',
  region: 'eu-west-1',
  waiting: [
    { profileId: 'a', profileName: 'A', accountId: '111122223333', roleName: 'Ops' },
    { profileId: 'b', profileName: 'B', accountId: '111122223333', roleName: 'Ops' },
    { profileId: 'c', profileName: 'C', roleName: 'ReadOnly' },
    { profileId: 'd', profileName: 'D' },
  ],
  progress: { kind: 'needed' },
};
const code: SignIn = {
  kind: 'mfa',
  id: 'code',
  serial: 'arn:aws:iam::111122223333:mfa/ann',
  roleArn: 'arn:aws-cn:iam::444455556666:role/teams/Ops',
  waiting: [{ profileId: 'b', profileName: 'B' }],
  progress: { kind: 'starting' },
};

test('a sign-in is named by its session, else by the host of its start page; a code by its role', () => {
  const { sessionName: _none, ...legacy } = acme;
  expect([acme, legacy, code].map(signInVerb)).toEqual([
    'Sign in to acme',
    'Sign in to acme.awsapps.com',
    'Give the code for Ops',
  ]);
});

test('each identity that waits is named once', () => {
  expect([identitiesOf(acme), identitiesOf(code)]).toEqual([
    ['Ops in 1111 2222 3333', 'ReadOnly'],
    ['Ops in 4444 5555 6666'],
  ]);
});

test('what is no role and no device of the usual form is shown as it is', () => {
  expect(roleOf('something')).toEqual({ name: 'something', accountId: undefined });
  expect(['arn:aws:iam::1:u2f/user/key', 'GAHT12345678'].map(deviceName)).toEqual([
    'user/key',
    'GAHT12345678',
  ]);
  expect(accountWords('123')).toBe('123');
});

test.each([
  [581_000, '9:41'],
  [59_400, '0:59'],
  [-5, '0:00'],
])('%s ms are %s', (left, words) => {
  expect(timeLeft(1_000_000 + left, 1_000_000)).toBe(words);
});

test.each([
  [41.2 * 60_000, 'end in 42 min', '42 min left'],
  [65 * 60_000, 'end in 1 h 5 min', '1 h 5 min left'],
  [0, 'have ended', 'ended'],
])('credentials with %s ms left %s', (left, words, briefly) => {
  expect(untilWords(1000 + left, 1000)).toBe(words);
  expect(leftWords(1000 + left, 1000)).toBe(briefly);
});

test('a profile finds the sign-in that it waits for', () => {
  const state = { ...initialState(1280), signIns: [acme, code] };
  expect(['a', 'b', 'x'].map((id) => signInFor(state, id)?.id)).toEqual(['acme', 'acme', undefined]);
});

test('only what was being done and is needed no longer has come to a good end', () => {
  expect(finished([acme, code], [])).toEqual([code]);
  expect(finished([acme, code], [{ ...code, progress: { kind: 'needed' } }])).toEqual([]);
});
