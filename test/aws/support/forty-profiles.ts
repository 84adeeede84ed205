import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import type { Lab } from '../../../src/lab/start-lab.ts';
import type { AwsHome } from './aws-home.ts';
import { labServices } from './lab-config.ts';

/** A profile of the generated files, and who a call with it comes from; or the code of the error that it ends with. */
export interface ExpectedProfile {
  name: string;
  /** A session of a role has a name of its own at the end. */
  caller?: RegExp;
  code?: string;
}

const user = /:user\/lab-user$/;
const roleOf = (account: string, role: string) =>
  new RegExp(`^arn:aws:sts::${account}:assumed-role/${role}/`);

/**
 * Writes a config and a credentials file with forty profiles of every kind there is, all of which lead to the lab; beside them
 * the files that they point at.
 */
export async function writeFortyProfiles(
  home: Pick<AwsHome, 'path' | 'writeConfig' | 'writeCredentials'>,
  lab: Pick<Lab, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'>,
): Promise<ExpectedProfile[]> {
  const config: string[] = [];
  const credentials: string[] = [];
  const expected: ExpectedProfile[] = [];
  const section = (file: string[], title: string, values: Readonly<Record<string, string>>) =>
    file.push(`[${title}]`, ...Object.entries(values).map(([key, value]) => `${key} = ${value}`), '');
  const profile = (name: string, values: Readonly<Record<string, string>>, outcome: RegExp | string) => {
    section(config, `profile ${name}`, { region: lab.region, services: 'lab', ...values });
    expected.push(typeof outcome === 'string' ? { name, code: outcome } : { name, caller: outcome });
  };
  const keys = { aws_access_key_id: lab.accessKeyId, aws_secret_access_key: lab.secretAccessKey };
  const roleArn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
  const production = '111122223333';
  const staging = '444455556666';
  const mfaSerial = 'arn:aws:iam::123456789012:mfa/ann';

  // Keys, in either file, in both, with a session token.
  profile('keys-config', keys, user);
  profile('keys-credentials', {}, user);
  section(credentials, 'keys-credentials', keys);
  profile('keys-both', { aws_access_key_id: 'AKIDOLD', aws_secret_access_key: 'canary-old-secret' }, user);
  section(credentials, 'keys-both', keys);
  profile('keys-token', {}, user);
  section(credentials, 'keys-token', { ...keys, aws_session_token: 'canary-session-token' });
  profile('keys-quoted.name/of@team', keys, user);

  // IAM Identity Center, by session and in the legacy form.
  section(config, 'sso-session corp', {
    sso_region: lab.region,
    sso_start_url: 'https://corp.example/start',
    sso_registration_scopes: 'sso:account:access',
  });
  const sso = (account: string, role: string) => ({
    sso_session: 'corp',
    sso_account_id: account,
    sso_role_name: role,
  });
  const ssoRole = (account: string, role: string) => roleOf(account, `AWSReservedSSO_${role}_[0-9a-f]+`);
  profile('sso-ops', sso(production, 'Ops'), ssoRole(production, 'Ops'));
  profile('sso-readonly', sso(production, 'ReadOnly'), ssoRole(production, 'ReadOnly'));
  profile('sso-staging', sso(staging, 'Admin'), ssoRole(staging, 'Admin'));
  profile('sso-lab', sso('123456789012', 'Admin'), ssoRole('123456789012', 'Admin'));
  profile(
    'sso-repeats-session',
    { ...sso(production, 'Ops'), sso_region: lab.region },
    ssoRole(production, 'Ops'),
  );
  profile('sso-before-keys', { ...sso(production, 'Ops'), ...keys }, ssoRole(production, 'Ops'));
  profile('sso-forbidden', sso(production, 'Owner'), 'access-denied');
  profile(
    'sso-legacy',
    {
      sso_start_url: 'https://legacy.example/start',
      sso_region: lab.region,
      sso_account_id: staging,
      sso_role_name: 'Ops',
    },
    ssoRole(staging, 'Ops'),
  );
  profile(
    'sso-not-signed-in',
    {
      sso_start_url: 'https://nobody.example/start',
      sso_region: lab.region,
      sso_account_id: staging,
      sso_role_name: 'Ops',
    },
    'sign-in-needed',
  );

  // Roles, on top of everything else.
  const role = (name: string, source: Readonly<Record<string, string>>, account = production) => ({
    role_arn: roleArn(account, name),
    ...source,
  });
  profile('role', role('deploy', { source_profile: 'keys-config' }), roleOf(production, 'deploy'));
  profile(
    'role-of-credentials',
    role('deploy', { source_profile: 'keys-credentials' }),
    roleOf(production, 'deploy'),
  );
  profile(
    'role-own-keys',
    { ...role('own', { source_profile: 'role-own-keys' }), ...keys },
    roleOf(production, 'own'),
  );
  profile(
    'role-session-name',
    role('named', {
      source_profile: 'keys-config',
      role_session_name: 'ann@example.com',
      duration_seconds: '1800',
    }),
    new RegExp(`^arn:aws:sts::${production}:assumed-role/named/ann@example.com$`),
  );
  profile(
    'role-external',
    role('external-partner', { source_profile: 'keys-config', external_id: 'lab-external-id' }),
    roleOf(production, 'external-partner'),
  );
  profile(
    'role-external-missing',
    role('external-partner', { source_profile: 'keys-config' }),
    'access-denied',
  );
  profile('role-denied', role('denied', { source_profile: 'keys-config' }), 'access-denied');
  profile('chain-two', role('second', { source_profile: 'role' }, staging), roleOf(staging, 'second'));
  profile('chain-three', role('third', { source_profile: 'chain-two' }), roleOf(production, 'third'));
  profile('role-of-sso', role('from-sso', { source_profile: 'sso-ops' }), roleOf(production, 'from-sso'));
  profile(
    'role-of-process',
    role('from-process', { source_profile: 'process' }),
    roleOf(production, 'from-process'),
  );
  profile(
    'role-of-web',
    role('from-web', { source_profile: 'web-identity' }),
    roleOf(production, 'from-web'),
  );
  profile(
    'role-environment',
    role('from-env', { credential_source: 'Environment' }),
    roleOf(production, 'from-env'),
  );
  profile(
    'role-container',
    role('from-container', { credential_source: 'EcsContainer' }),
    roleOf(production, 'from-container'),
  );
  profile(
    'role-instance',
    role('from-instance', { credential_source: 'Ec2InstanceMetadata' }),
    roleOf(production, 'from-instance'),
  );
  profile(
    'role-mfa',
    role('ops-mfa', { source_profile: 'keys-config', mfa_serial: mfaSerial }),
    roleOf(production, 'ops-mfa'),
  );
  profile('role-of-mfa', role('after', { source_profile: 'role-mfa' }), roleOf(production, 'after'));

  // A program, a web identity, the console.
  const program = home.path('give-keys');
  await writeFile(
    program,
    `#!/bin/sh\necho canary-on-stderr >&2\necho '${JSON.stringify({
      Version: 1,
      AccessKeyId: lab.accessKeyId,
      SecretAccessKey: lab.secretAccessKey,
    })}'\n`,
    { mode: 0o755 },
  );
  profile('process', { credential_process: `"${program}" --token canary-argument` }, user);
  const broken = home.path('give-nothing');
  await writeFile(broken, '#!/bin/sh\necho canary-on-stderr >&2\nexit 3\n', { mode: 0o755 });
  profile(
    'process-fails',
    { credential_process: `${broken} --token canary-argument` },
    'credentials-missing',
  );
  profile('process-talks', { credential_process: 'echo canary-on-stdout' }, 'credentials-missing');
  const token = home.path('token');
  await writeFile(token, 'canary.web.identity');
  const web = { role_arn: roleArn(staging, 'pod'), web_identity_token_file: token };
  profile('web-identity', web, roleOf(staging, 'pod'));
  profile(
    'web-identity-missing',
    { ...web, web_identity_token_file: home.path('nowhere') },
    'credentials-missing',
  );
  const session = `arn:aws:iam::123456789012:user/ann`;
  profile('console', { login_session: session }, user);
  const cache = home.path('.aws', 'login', 'cache');
  await mkdir(cache, { recursive: true });
  const loginToken = {
    accessToken: {
      accessKeyId: lab.accessKeyId,
      secretAccessKey: lab.secretAccessKey,
      sessionToken: 'canary-console-token',
      accountId: '123456789012',
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    },
    tokenType: 'aws_sigv4',
    clientId: 'arn:aws:signin:::devtools/same-device',
    refreshToken: 'canary-refresh-token',
    dpopKey: 'canary-dpop-key',
  };
  const loginFile = (name: string) => `${cache}/${createHash('sha256').update(name).digest('hex')}.json`;
  await writeFile(loginFile(session), JSON.stringify(loginToken));
  profile('console-missing', { login_session: `${session}-other` }, 'sign-in-needed');

  // What is no way to credentials at all.
  profile('nothing', {}, 'credentials-missing');
  profile('half-a-key', { aws_access_key_id: 'canary-id' }, 'settings-malformed');

  section(config, 'services lab', {});
  for (const service of labServices) {
    config.push(`${service} =`, `  endpoint_url = ${lab.endpoint}`);
  }
  await home.writeConfig(config.join('\n'));
  await home.writeCredentials(credentials.join('\n'));
  return expected;
}
