import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  readSharedSettings,
  type SharedSettings,
  type SettingsWatch,
  watchSharedSettings,
} from '../../src/aws/shared-settings.ts';

let folder: string;
const savedEnvironment = { ...process.env };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aws-settings-'));
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  process.env['HOME'] = folder;
  await mkdir(join(folder, '.aws'));
});
afterEach(async () => {
  process.env = { ...savedEnvironment };
  await rm(folder, { recursive: true });
});

const configPath = () => join(folder, '.aws', 'config');
const credentialsPath = () => join(folder, '.aws', 'credentials');
const writeConfig = (text: string) => writeFile(configPath(), text);
const writeCredentials = (text: string) => writeFile(credentialsPath(), text);

/** `file:line message` of each problem. */
async function problems(): Promise<string[]> {
  const settings = await readSharedSettings();
  return settings.problems.map(
    ({ file, line, message }) => `${file.split('/').at(-1)}:${line ?? ''} ${message}`,
  );
}

describe('profiles', () => {
  it('tell how they come by credentials, and nothing secret', async () => {
    await writeConfig(`
[default]
region = eu-central-1
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Ops
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.awsapps.com/start
sso_registration_scopes = sso:account:access, other:scope
[profile role]
role_arn = arn:aws:iam::444455556666:role/deploy
source_profile = mfa
region = eu-west-1
[profile mfa]
role_arn = arn:aws:iam::111122223333:role/hop
source_profile = sso
mfa_serial = arn:aws:iam::111122223333:mfa/ann
[profile process]
credential_process = /usr/bin/true --token canary-argument
`);
    await writeCredentials('[keys]\naws_access_key_id = canary-id\naws_secret_access_key = canary-secret\n');
    const { profiles, problems: found } = await readSharedSettings();
    const login = {
      id: 'sso-session:corp',
      sessionName: 'corp',
      startUrl: 'https://corp.awsapps.com/start',
      region: 'us-east-1',
      registrationScopes: ['sso:account:access', 'other:scope'],
    };
    const sso = { login, accountId: '111122223333', roleName: 'Ops' };
    const mfaSerial = 'arn:aws:iam::111122223333:mfa/ann';
    expect(profiles).toEqual([
      { name: 'default', kind: 'none', region: 'eu-central-1', runsProcess: false },
      { name: 'keys', kind: 'static', runsProcess: false },
      {
        name: 'mfa',
        kind: 'role',
        roleArn: 'arn:aws:iam::111122223333:role/hop',
        accountId: '111122223333',
        sso,
        mfaSerial,
        runsProcess: false,
      },
      { name: 'process', kind: 'process', runsProcess: true },
      {
        name: 'role',
        kind: 'role',
        region: 'eu-west-1',
        roleArn: 'arn:aws:iam::444455556666:role/deploy',
        accountId: '444455556666',
        sso,
        mfaSerial,
        runsProcess: false,
      },
      { name: 'sso', kind: 'sso', accountId: '111122223333', sso, runsProcess: false },
    ]);
    expect(found).toEqual([]);
    expect(JSON.stringify(profiles)).not.toContain('canary');
  });
});

describe('a malformed file', () => {
  it('gives its lines and leaves the rest usable', async () => {
    await writeConfig(
      [
        'region = eu-west-1',
        '[profile good]',
        'region = eu-west-1',
        'canary-pasted-secret',
        '[profile open',
        '[lonely]',
        'region = x',
        '[profile good]',
        'output = json',
        'output = text',
        '[profile two words]',
        '[]',
      ].join('\r\n'),
    );
    await writeCredentials('\uFEFF[profile keys]\naws_access_key_id = x\n[keys]\n');
    expect(await problems()).toEqual([
      'config:1 The setting stands outside of any section.',
      'config:4 The line is neither a section nor a setting with an equals sign.',
      'config:5 The name of the section has no closing bracket.',
      'config:6 The section is ignored in this file: a profile is written [profile lonely].',
      'config:8 The section [profile good] is there twice. Here both count; the AWS CLI refuses the file for it.',
      'config:10 The setting output is there twice. The last one counts.',
      'config:11 The section is ignored: a name has letters, digits and any of _ - @ + . % : / and no spaces.',
      'config:12 The section has no name.',
      'credentials:1 Sections of the credentials file are plain names: write [keys].',
    ]);
    const { profiles } = await readSharedSettings();
    expect(profiles).toContainEqual({ name: 'good', kind: 'none', region: 'eu-west-1', runsProcess: false });
  });

  it.each([
    ['half a key', '[profile p]\naws_access_key_id = AKID\n', 'The profile p lacks aws_secret_access_key.'],
    [
      'a role without a source',
      '[profile p]\nrole_arn = arn:aws:iam::1:role/x\n',
      'The profile p has a role_arn, but nothing to take the role on with.',
    ],
    [
      'a source that is not there',
      '[profile p]\nrole_arn = a\nsource_profile = gone\n',
      'The profile p names the source_profile gone, which does not exist.',
    ],
    [
      'both sources',
      '[profile p]\nrole_arn = a\nsource_profile = p\ncredential_source = Environment\n',
      'The profile p has both source_profile and credential_source.',
    ],
    [
      'a source that nobody knows',
      '[profile p]\nrole_arn = a\ncredential_source = Elsewhere\n',
      'The profile p has a credential_source that does not exist.',
    ],
    [
      'an sso-session that is not there',
      '[profile p]\nsso_session = gone\nsso_account_id = 1\nsso_role_name = r\n',
      'The profile p names the sso_session gone, which does not exist.',
    ],
    [
      'half a sign-in',
      '[profile p]\nsso_account_id = 1\nsso_start_url = https://x\n',
      'The profile p signs in with IAM Identity Center, but lacks sso_role_name and sso_region.',
    ],
    [
      'a web identity without a role',
      '[profile p]\nweb_identity_token_file = /t\n',
      'The profile p has a web_identity_token_file, but no role_arn.',
    ],
  ])('names the profile with %s, and where it begins', async (_name, text, message) => {
    await writeConfig(`# first line\n${text}`);
    expect(await problems()).toEqual([`config:2 ${message}`]);
    const { profiles } = await readSharedSettings();
    expect(profiles).toMatchObject([{ name: 'p', kind: 'faulty' }]);
  });

  it('names profiles that lead in a circle', async () => {
    await writeConfig(
      '[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a\n',
    );
    expect(await problems()).toEqual([
      'config:1 The profiles a → b → a name each other in a circle.',
      'config:4 The profiles b → a → b name each other in a circle.',
    ]);
  });

  it('that the environment names and is not there is told; without that it may be missing', async () => {
    expect(await problems()).toEqual([]);
    process.env['AWS_CONFIG_FILE'] = join(folder, 'nowhere');
    expect(await problems()).toEqual(['nowhere: The file that AWS_CONFIG_FILE names is not there.']);
  });

  it('that is a folder is told', async () => {
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = folder;
    expect(await problems()).toHaveLength(1);
    expect((await problems())[0]).toContain('The file cannot be read (EISDIR).');
  });
});

describe('the watch', () => {
  let watch: SettingsWatch | undefined;
  afterEach(() => watch?.close());

  /** The settings of the next change. */
  function next(): Promise<SharedSettings> {
    return new Promise((resolve) => {
      watch?.close();
      watch = watchSharedSettings(resolve, { intervalMs: 20 });
    });
  }
  const names = ({ profiles }: SharedSettings) => profiles.map(({ name }) => name);

  it('tells when a file appears, is replaced, and vanishes', async () => {
    const appeared = next();
    await watch?.ready;
    await writeConfig('[profile one]\nregion = eu-west-1\n');
    expect(names(await appeared)).toEqual(['one']);

    const replaced = next();
    await watch?.ready;
    await writeFile(`${configPath()}.new`, '[profile two]\nregion = eu-west-1\n');
    await rename(`${configPath()}.new`, configPath());
    expect(names(await replaced)).toEqual(['two']);

    const vanished = next();
    await watch?.ready;
    await rm(configPath());
    expect(names(await vanished)).toEqual([]);
  });

  it('says nothing of a change that changes nothing', async () => {
    await writeConfig('[profile one]\nregion = eu-west-1\n');
    const changed = next();
    await watch?.ready;
    await writeConfig('# a comment\n[profile one]\nregion = eu-west-1\n');
    await writeCredentials('[two]\naws_access_key_id = x\naws_secret_access_key = y\n');
    expect(names(await changed)).toEqual(['one', 'two']);
  });
});
