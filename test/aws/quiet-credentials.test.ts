import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { needsNobody } from '../../src/aws/quiet-credentials.ts';

const names = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'] as const;
const before = names.map((name) => process.env[name]);
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nodewharf-aws-'));
  process.env['AWS_CONFIG_FILE'] = join(folder, 'config');
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(folder, 'credentials');
  writeFileSync(
    join(folder, 'config'),
    `[default]
region = eu-west-1
[profile vault]
credential_process = ask-me
[profile admin]
role_arn = arn:aws:iam::1:role/admin
source_profile = keys
mfa_serial = arn:aws:iam::1:mfa/me
[profile behind]
role_arn = arn:aws:iam::1:role/x
source_profile = vault
[profile round]
source_profile = trip
[profile trip]
source_profile = round
[profile sso]
sso_session = acme
`,
  );
  writeFileSync(join(folder, 'credentials'), '[keys]\naws_access_key_id = a\naws_secret_access_key = b\n');
});
afterEach(() => {
  for (const [at, name] of names.entries()) {
    const value = before[at];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['keys', true],
  ['sso', true],
  ['default', true],
  ['nowhere', true],
  ['round', true],
  ['vault', false],
  ['admin', false],
  ['behind', false],
])('the profile %s can be asked without anybody noticing: %s', async (profileName, expected) => {
  expect(await needsNobody({ kind: 'shared-profile', profileName }, {})).toBe(expected);
});

test('the default chain is judged by the profile that it comes to', async () => {
  const judge = (environment: Record<string, string>) => needsNobody({ kind: 'default-chain' }, environment);
  expect(
    await Promise.all(
      [{}, { AWS_PROFILE: 'vault' }, { AWS_PROFILE: 'vault', AWS_ACCESS_KEY_ID: 'a' }].map(judge),
    ),
  ).toEqual([true, false, true]);
  expect(await needsNobody({ kind: 'environment' }, {})).toBe(true);
});
