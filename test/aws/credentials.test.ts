import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createControlPlane } from '../../src/aws/control-plane.ts';
import { type AwsCredentialsSource, credentialsFor } from '../../src/aws/credentials.ts';
import { closedDoor } from '../../src/aws/sign-in/closed-door.ts';
import { listSharedProfiles } from '../../src/aws/shared-profiles.ts';
import { AppError } from '../../src/shared/errors.ts';
import { type FakeService, listen, startFakeService } from './fake-service.ts';

let folder: string;
let service: FakeService;
const savedEnvironment = { ...process.env };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aws-files-'));
  service = await startFakeService(() => ({ json: { SessionId: 's-1', TokenValue: 't' } }));
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
  process.env['AWS_CONFIG_FILE'] = join(folder, 'config');
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(folder, 'credentials');
});
afterEach(async () => {
  process.env = { ...savedEnvironment };
  await service.close();
  await rm(folder, { recursive: true });
});

const writeConfig = (text: string) => writeFile(join(folder, 'config'), text);
const writeCredentials = (text: string) => writeFile(join(folder, 'credentials'), text);

/** Access key id that a call with this source is signed with, or the code of its failure. */
async function signedBy(source: AwsCredentialsSource): Promise<string> {
  const plane = createControlPlane({
    region: 'eu-central-1',
    endpoint: service.endpoint,
    credentials: credentialsFor(source, closedDoor),
    maxAttempts: 1,
  });
  try {
    await plane.resumeSession('s-1');
    return /Credential=([^/]+)/.exec(service.calls.at(-1)?.headers.authorization ?? '')?.[1] ?? 'none';
  } catch (error) {
    if (error instanceof AppError) return error.data.code;
    throw error;
  } finally {
    plane.close();
  }
}

describe('the shared files', () => {
  it('give their profiles, default first, without sections that are none', async () => {
    await writeConfig(`
[profile zeta]
region = eu-west-1
[profile with-sso]
sso_session = corp
[sso-session corp]
sso_region = us-east-1
[services local]
ssm =
  endpoint_url = http://localhost:1
[default]
region = eu-central-1
`);
    await writeCredentials(
      '[alpha]\naws_access_key_id = AKIDALPHA\naws_secret_access_key = x\n[zeta]\naws_access_key_id = AKIDZETA\n',
    );
    expect(await listSharedProfiles()).toEqual([
      { name: 'default', region: 'eu-central-1' },
      { name: 'alpha' },
      { name: 'with-sso' },
      { name: 'zeta', region: 'eu-west-1' },
    ]);
  });

  it('are read anew each time', async () => {
    await writeCredentials('[one]\naws_access_key_id = AKID1\n');
    expect(await listSharedProfiles()).toEqual([{ name: 'one' }]);
    await writeCredentials('[two]\naws_access_key_id = AKID2\n');
    expect(await listSharedProfiles()).toEqual([{ name: 'two' }]);
  });

  it('give what the one holds when the other is malformed', async () => {
    await writeConfig('[profile __proto__]\nregion = x\n');
    await writeCredentials('[alpha]\naws_access_key_id = AKIDALPHA\n');
    expect(await listSharedProfiles()).toEqual([{ name: 'alpha' }]);
    await writeConfig('\u0000\u0001 garbage [[[ \n=\n[profile fine]\nregion = eu-west-1\n[unclosed\n');
    expect((await listSharedProfiles()).map(({ name }) => name)).toContain('fine');
  });

  it('give nothing when neither is there', async () => {
    expect(await listSharedProfiles()).toEqual([]);
  });
});

describe('credentials come', () => {
  beforeEach(() =>
    writeCredentials(
      '[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = x\n[empty]\nregion = eu-west-1\n',
    ),
  );

  it('from the environment', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIDENV';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'x';
    expect(await signedBy({ kind: 'environment' })).toBe('AKIDENV');
    expect(await signedBy({ kind: 'default-chain' })).toBe('AKIDENV');
  });

  it('from a named profile, whatever the environment says', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIDENV';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'x';
    expect(await signedBy({ kind: 'shared-profile', profileName: 'work' })).toBe('AKIDWORK');
  });

  it('from nowhere else when the named profile gives none', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIDENV';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'x';
    expect(await signedBy({ kind: 'shared-profile', profileName: 'empty' })).toBe('credentials-missing');
    expect(await signedBy({ kind: 'shared-profile', profileName: 'absent' })).toBe('credentials-missing');
    expect(service.calls).toEqual([]);
  });

  it('from the profile that AWS_PROFILE names, in the default chain', async () => {
    process.env['AWS_PROFILE'] = 'work';
    expect(await signedBy({ kind: 'default-chain' })).toBe('AKIDWORK');
  });

  it('from the files as they are now, once new ones are made', async () => {
    const source: AwsCredentialsSource = { kind: 'shared-profile', profileName: 'work' };
    expect(await signedBy(source)).toBe('AKIDWORK');
    await writeCredentials('[work]\naws_access_key_id = AKIDNEWER\naws_secret_access_key = x\n');
    expect(await signedBy(source)).toBe('AKIDNEWER');
  });

  it('from the sign-in of an SSO profile, which is asked for when there is none', async () => {
    await writeConfig(
      '[profile corp]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = x\n[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://example.com/start\n',
    );
    process.env['HOME'] = folder;
    expect(await signedBy({ kind: 'shared-profile', profileName: 'corp' })).toBe('sign-in-needed');
  });

  it('not from the instance metadata service when AWS_EC2_METADATA_DISABLED is true', async () => {
    let asked = 0;
    const metadata = createServer((_request, response) => {
      asked += 1;
      response.writeHead(404).end();
    });
    await listen(metadata);
    process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] =
      `http://127.0.0.1:${(metadata.address() as { port: number }).port}`;
    expect(await signedBy({ kind: 'default-chain' })).toBe('credentials-missing');
    expect(asked).toBe(0);
    delete process.env['AWS_EC2_METADATA_DISABLED'];
    expect(await signedBy({ kind: 'default-chain' })).toBe('credentials-missing');
    expect(asked).toBeGreaterThan(0);
    await new Promise((resolve) => metadata.close(resolve));
  });
});
