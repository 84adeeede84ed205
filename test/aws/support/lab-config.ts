type Settings = Readonly<Record<string, string>>;

interface LabConfig {
  /** By name; all of them are in the lab's Region and use its services. */
  profiles: Readonly<Record<string, Settings>>;
  /** By name. */
  ssoSessions?: Readonly<Record<string, Settings>>;
  /** Services that are elsewhere, by the name that a `services` section has for them. */
  endpoints?: Settings;
}

/** All that is called, lest a test reach for AWS itself. */
export const labServices = [
  'ssm',
  'kms',
  'ec2',
  'ecs',
  'resource_groups_tagging_api',
  'sts',
  'sso',
  'sso_oidc',
  'signin',
];

/** The text of a shared config file in which everything is the lab's, by nothing but the SDK's own settings. */
export function labConfig(
  lab: { readonly region: string; readonly endpoint: string },
  { profiles, ssoSessions = {}, endpoints = {} }: LabConfig,
): string {
  const here = { region: lab.region, services: 'lab' };
  return [
    ...Object.entries(profiles).map(([name, settings]) =>
      section(`profile ${name}`, { ...settings, ...here }),
    ),
    ...Object.entries(ssoSessions).map(([name, settings]) =>
      section(`sso-session ${name}`, { sso_region: lab.region, ...settings }),
    ),
    section('services lab', {}),
    ...labServices.map((service) => `${service} =\n  endpoint_url = ${endpoints[service] ?? lab.endpoint}\n`),
  ].join('');
}

/** The settings of a profile that takes a role by a session of IAM Identity Center. */
export const roleOfSession = (session: string, accountId: string, roleName: string): Settings => ({
  sso_session: session,
  sso_account_id: accountId,
  sso_role_name: roleName,
});

export const ssoSession = (startUrl: string): Settings => ({
  sso_start_url: startUrl,
  sso_registration_scopes: 'sso:account:access',
});

const section = (head: string, settings: Settings): string =>
  [`[${head}]`, ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`), ''].join('\n');
