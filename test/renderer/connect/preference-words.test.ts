import { expect, test } from 'vitest';
import { preferenceFacts, serviceDefaults } from '../../../src/renderer/connect/preference-words.ts';
import type { SessionPreferences } from '../../../src/shared/session-preferences.ts';

const words = (
  preferences: SessionPreferences,
  type: Parameters<typeof preferenceFacts>[1] = 'Standard_Stream',
  platform: Parameters<typeof preferenceFacts>[2] = 'linux',
): string[] =>
  preferenceFacts(preferences, type, platform).map(({ name, value, note }) =>
    note === undefined ? `${name}: ${value}` : `${name}: ${value} (${note})`,
  );

const audited: SessionPreferences = {
  runAs: { kind: 'named', user: 'ops' },
  kmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/1234',
  shellProfile: { linux: 'cd /tmp\nexec bash', windows: 'cd C:\\' },
  s3: { bucket: 'logs', prefix: 'prod', mustBeEncrypted: true },
  cloudWatch: { logGroup: '/ssm', isStreaming: true, mustBeEncrypted: true },
  idleMinutes: 15,
  maxMinutes: 720,
};

test('a shell is told as whom it runs, what is kept of it, and how long it lasts', () => {
  expect(words(audited)).toEqual([
    'Runs as: ops (unless your IAM identity is tagged with another)',
    'Shell profile: cd /tmp (and 1 more line)',
    'Encryption: key/1234 (KMS key, on top of TLS)',
    'Logged to: /ssm (CloudWatch, while it runs)',
    'Logged to: s3://logs/prod (S3, at its end)',
    'Ends when idle: After 15 min',
    'Longest session: 12 h',
  ]);
});

test('on Windows the user of the document does not count, and its own profile does', () => {
  expect(words(audited, 'Standard_Stream', 'windows').slice(0, 2)).toEqual([
    'Runs as: ssm-user (or the agent’s own user, where it is not root)',
    'Shell profile: cd C:\\',
  ]);
});

test('with nothing set the service has defaults, and says which', () => {
  expect(words(serviceDefaults)).toEqual([
    'Runs as: ssm-user (or the agent’s own user, where it is not root)',
    'Shell profile: None',
    'Encryption: TLS',
    'Logged: Not by these preferences',
    'Ends when idle: After 20 min (the service’s default)',
    'Longest session: No limit',
  ]);
});

test('a tunnel has no user, no profile and no log, and is not encrypted by the key', () => {
  expect(words(audited, 'Port')).toEqual([
    'Encryption: TLS',
    'Logged: No, tunnels are not',
    'Ends when idle: After 15 min',
    'Longest session: 12 h',
  ]);
});
