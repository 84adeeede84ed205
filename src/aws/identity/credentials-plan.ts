import type { SsoLogin } from '../sign-in/sign-in-door.ts';
import { IdentityFault, settingsFault } from './identity-fault.ts';

/** Names and values of one section. */
export type Section = Readonly<Record<string, string | undefined>>;

/** What the shared files hold, by name. */
export interface SettingsSections {
  /** Of both files together; the credentials file wins where both have a value. */
  profiles: Readonly<Record<string, Section>>;
  /** Of the credentials file alone. */
  credentials: Readonly<Record<string, Section>>;
  ssoSessions: Readonly<Record<string, Section>>;
  /** Endpoints of services; a nested setting's name is `ssm.endpoint_url`. */
  services: Readonly<Record<string, Section>>;
}

/** Where credentials come from, decided from the shared files before anybody is asked. */
export type CredentialsPlan = ProfilePlan | AmbientPlan;

/** What is found around the process, not in a profile. */
export type AmbientPlan = { kind: 'environment' } | { kind: 'container' } | { kind: 'instance' };

/** What a profile says by itself. */
export type ProfilePlan =
  | {
      kind: 'static';
      accessKeyId: string;
      secretAccessKey: string;
      sessionToken?: string;
      accountId?: string;
    }
  | { kind: 'sso'; login: SsoLogin; accountId: string; roleName: string }
  | RolePlan
  | { kind: 'web-identity'; tokenFile: string; roleArn: string; sessionName?: string }
  | { kind: 'process'; profileName: string }
  /** `aws login`: a session of the console. */
  | { kind: 'console-login'; profileName: string };

export interface RolePlan {
  kind: 'role';
  roleArn: string;
  sessionName?: string;
  externalId?: string;
  durationSeconds?: number;
  mfaSerial?: string;
  source: CredentialsPlan;
}

/** From the role that a session runs as to the keys that it all begins with. */
export function stepsOf(plan: CredentialsPlan | undefined): CredentialsPlan[] {
  if (plan === undefined) return [];
  return plan.kind === 'role' ? [plan, ...stepsOf(plan.source)] : [plan];
}

/** `credential_source` of a role. */
const namedSources: Readonly<Record<string, AmbientPlan>> = {
  Environment: { kind: 'environment' },
  EcsContainer: { kind: 'container' },
  Ec2InstanceMetadata: { kind: 'instance' },
};

/**
 * The plan of a named profile, in the AWS CLI's order: a role with a source, a web identity, IAM Identity Center, keys of the
 * credentials file, a console login, a process, keys of the config file. Undefined for a profile that gives none of these:
 * then nothing else is asked. Throws {@link IdentityFault}.
 */
export function planProfile(name: string, sections: SettingsSections): ProfilePlan | undefined {
  return planOf(name, sections, () => undefined);
}

/** @param preferred what goes before a profile that is no role */
function planOf<Other>(
  name: string,
  sections: SettingsSections,
  preferred: (profile: Section) => Other | undefined,
): ProfilePlan | Other | undefined {
  const profile = sectionOf(sections.profiles, name);
  if (profile === undefined) {
    throw new IdentityFault(
      'credentials-missing',
      `There is no profile ${name} in the shared AWS files.`,
      'Check the name, and whether AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE point at the files meant.',
    );
  }
  if (isRole(profile)) return planRole(name, profile, sections, [name]);
  return preferred(profile) ?? planOwn(name, profile, sections);
}

/**
 * What the AWS CLI uses when nothing is named: keys in the environment, the profile of AWS_PROFILE or `default`, a web identity
 * in the environment unless that profile is a role, at last the container or the machine. Undefined when there is nothing.
 */
export function planDefault(
  sections: SettingsSections,
  environment: Readonly<Record<string, string | undefined>>,
): CredentialsPlan | undefined {
  if (environment['AWS_ACCESS_KEY_ID']) return { kind: 'environment' };
  const name = environment['AWS_PROFILE'] || 'default';
  const isNamed = Boolean(environment['AWS_PROFILE']);
  const fromProfile =
    isNamed || sectionOf(sections.profiles, name) !== undefined
      ? planOf(name, sections, (profile) => environmentWebIdentity(environment, profile))
      : environmentWebIdentity(environment, {});
  return fromProfile ?? ambient(environment);
}

function environmentWebIdentity(
  environment: Readonly<Record<string, string | undefined>>,
  profile: Section,
): ProfilePlan | undefined {
  const tokenFile = environment['AWS_WEB_IDENTITY_TOKEN_FILE'];
  if (!tokenFile) return undefined;
  const roleArn = environment['AWS_ROLE_ARN'] || profile['role_arn'];
  if (roleArn === undefined) {
    throw settingsFault(
      'AWS_WEB_IDENTITY_TOKEN_FILE is set, but no role.',
      'Set AWS_ROLE_ARN too, or unset the variable.',
    );
  }
  const sessionName = environment['AWS_ROLE_SESSION_NAME'] || profile['role_session_name'];
  return { kind: 'web-identity', tokenFile, roleArn, ...optional('sessionName', sessionName) };
}

function ambient(environment: Readonly<Record<string, string | undefined>>): AmbientPlan | undefined {
  const hasContainer =
    environment['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] ||
    environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  if (hasContainer) return { kind: 'container' };
  return isMetadataDisabled(environment) ? undefined : { kind: 'instance' };
}

export function isMetadataDisabled(environment: Readonly<Record<string, string | undefined>>): boolean {
  return environment['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true';
}

/** What is not a role that needs another profile's credentials. */
function planOwn(name: string, profile: Section, sections: SettingsSections): ProfilePlan | undefined {
  return (
    planWebIdentity(name, profile) ??
    planSso(name, profile, sections) ??
    planKeys(name, sectionOf(sections.credentials, name) ?? {}) ??
    (profile['login_session'] === undefined ? undefined : { kind: 'console-login', profileName: name }) ??
    (profile['credential_process'] === undefined ? undefined : { kind: 'process', profileName: name }) ??
    planKeys(name, profile)
  );
}

/** A role with a web identity needs no source. */
function isRole(profile: Section): boolean {
  return profile['role_arn'] !== undefined && profile['web_identity_token_file'] === undefined;
}

function hasKeys(profile: Section): boolean {
  return profile['aws_access_key_id'] !== undefined || profile['aws_secret_access_key'] !== undefined;
}

function planRole(
  name: string,
  profile: Section,
  sections: SettingsSections,
  visited: readonly string[],
): RolePlan {
  const duration = profile['duration_seconds'];
  return {
    kind: 'role',
    roleArn: profile['role_arn'] ?? '',
    source: planSource(name, profile, sections, visited),
    ...optional('sessionName', profile['role_session_name']),
    ...optional('externalId', profile['external_id']),
    ...optional('mfaSerial', profile['mfa_serial']),
    // The AWS CLI takes the default for what is no number as well.
    ...(duration !== undefined && /^\d{1,6}$/.test(duration) && { durationSeconds: Number(duration) }),
  };
}

function planSource(
  name: string,
  profile: Section,
  sections: SettingsSections,
  visited: readonly string[],
): CredentialsPlan {
  const { source_profile: sourceName, credential_source: sourceKind } = profile;
  if (sourceName !== undefined && sourceKind !== undefined) {
    throw settingsFault(
      `The profile ${name} has both source_profile and credential_source.`,
      'Keep the one that is meant.',
    );
  }
  if (sourceKind !== undefined) {
    const plan = Object.hasOwn(namedSources, sourceKind) ? namedSources[sourceKind] : undefined;
    if (plan !== undefined) return plan;
    throw settingsFault(
      `The profile ${name} has a credential_source that does not exist.`,
      `It is one of ${Object.keys(namedSources).join(', ')}.`,
    );
  }
  if (sourceName === undefined) {
    throw settingsFault(
      `The profile ${name} has a role_arn, but nothing to take the role on with.`,
      'Add source_profile or credential_source.',
    );
  }
  const source = sectionOf(sections.profiles, sourceName);
  if (source === undefined) {
    throw settingsFault(
      `The profile ${name} names the source_profile ${sourceName}, which does not exist.`,
      `Add a profile ${sourceName}, or correct the name.`,
    );
  }
  // A profile may name itself, to take the role on with its own keys.
  const isOwnKeys = sourceName === name && hasKeys(source);
  if (visited.includes(sourceName) && !isOwnKeys) {
    throw settingsFault(
      `The profiles ${[...visited, sourceName].join(' → ')} name each other in a circle.`,
      'One of them needs credentials of its own.',
    );
  }
  if (isRole(source) && !hasKeys(source)) {
    return planRole(sourceName, source, sections, [...visited, sourceName]);
  }
  const plan = planOwn(sourceName, source, sections);
  if (plan !== undefined) return plan;
  throw settingsFault(
    `The profile ${sourceName}, the source_profile of ${name}, gives no credentials.`,
    'Add keys, a sign-in or a credential_process to it.',
  );
}

function planWebIdentity(name: string, profile: Section): ProfilePlan | undefined {
  const { web_identity_token_file: tokenFile, role_arn: roleArn } = profile;
  if (tokenFile === undefined) return undefined;
  if (roleArn === undefined) {
    throw settingsFault(
      `The profile ${name} has a web_identity_token_file, but no role_arn.`,
      'Add the role_arn.',
    );
  }
  return {
    kind: 'web-identity',
    tokenFile,
    roleArn,
    ...optional('sessionName', profile['role_session_name']),
  };
}

function planSso(name: string, profile: Section, sections: SettingsSections): ProfilePlan | undefined {
  const { sso_account_id: accountId, sso_role_name: roleName, sso_session: sessionName } = profile;
  if (accountId === undefined && roleName === undefined) return undefined;
  const session = sessionName === undefined ? {} : ssoSession(name, profile, sessionName, sections);
  const startUrl = session['sso_start_url'] ?? profile['sso_start_url'];
  const region = session['sso_region'] ?? profile['sso_region'];
  if (accountId === undefined || roleName === undefined || startUrl === undefined || region === undefined) {
    const missing = Object.entries({
      sso_account_id: accountId,
      sso_role_name: roleName,
      sso_start_url: startUrl,
      sso_region: region,
    }).flatMap(([key, value]) => (value === undefined ? [key] : []));
    throw settingsFault(
      `The profile ${name} signs in with IAM Identity Center, but lacks ${missing.join(' and ')}.`,
      'Add it, or set the profile up anew with: aws configure sso',
    );
  }
  return { kind: 'sso', login: ssoLogin(sessionName, startUrl, region, session), accountId, roleName };
}

function ssoSession(
  name: string,
  profile: Section,
  sessionName: string,
  { ssoSessions }: SettingsSections,
): Section {
  const session = sectionOf(ssoSessions, sessionName);
  if (session === undefined) {
    throw settingsFault(
      `The profile ${name} names the sso_session ${sessionName}, which does not exist.`,
      `Add a section [sso-session ${sessionName}] to the config file, or correct the name.`,
    );
  }
  for (const key of ['sso_start_url', 'sso_region']) {
    if (profile[key] !== undefined && session[key] !== undefined && profile[key] !== session[key]) {
      throw settingsFault(
        `The profile ${name} and its sso-session ${sessionName} have another ${key}.`,
        `Remove ${key} from the profile.`,
      );
    }
  }
  return session;
}

function ssoLogin(
  sessionName: string | undefined,
  startUrl: string,
  region: string,
  session: Section,
): SsoLogin {
  const scopes = (session['sso_registration_scopes'] ?? '')
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
  return {
    id: sessionName === undefined ? `sso-url:${startUrl}` : `sso-session:${sessionName}`,
    startUrl,
    region,
    ...optional('sessionName', sessionName),
    ...(scopes.length > 0 && { registrationScopes: scopes }),
  };
}

function planKeys(name: string, profile: Section): ProfilePlan | undefined {
  if (!hasKeys(profile)) return undefined;
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = profile;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const missing = accessKeyId === undefined ? 'aws_access_key_id' : 'aws_secret_access_key';
    throw settingsFault(`The profile ${name} lacks ${missing}.`, 'Both halves of a key go together.');
  }
  return {
    kind: 'static',
    accessKeyId,
    secretAccessKey,
    ...optional('sessionToken', profile['aws_session_token']),
    ...optional('accountId', profile['aws_account_id']),
  };
}

function sectionOf(sections: Readonly<Record<string, Section>>, name: string): Section | undefined {
  return Object.hasOwn(sections, name) ? sections[name] : undefined;
}

function optional<Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: string };
}
