import { readFile } from 'node:fs/promises';
import type { Section, SettingsSections } from '../identity/credentials-plan.ts';
import { settingsFault } from '../identity/identity-fault.ts';
import { assertEndpointSecure } from '../endpoint-guard.ts';
import { readSections } from '../settings/read-sections.ts';
import type { NetworkSettings } from './network-settings.ts';
import { tunnelAgent } from './tunnel-agent.ts';

/** The services that are called, each with its part of AWS_ENDPOINT_URL_… and its name in a `services` section. */
const services = {
  ssm: 'SSM',
  kms: 'KMS',
  ec2: 'EC2',
  ecs: 'ECS',
  tagging: 'RESOURCE_GROUPS_TAGGING_API',
  sts: 'STS',
  sso: 'SSO',
  'sso-oidc': 'SSO_OIDC',
  signin: 'SIGNIN',
} as const;

export type ServiceName = keyof typeof services;

/** Long enough for a satellite link, short enough to notice a firewall that swallows packets. */
const defaultTimeouts = { connectMs: 6_000, answerMs: 20_000 };

export function timeoutsOf({ timeouts = defaultTimeouts }: NetworkSettings): typeof defaultTimeouts {
  return timeouts;
}

/** Where the settings of a client come from. */
export interface ClientSurroundings {
  network: NetworkSettings;
  /** Shared profile whose other settings hold too; the SDK's own choice (AWS_PROFILE, `default`) where absent. */
  profileName?: string;
  sections: SettingsSections;
  environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Settings of a client for one service. What the shared files and the environment say of retries, FIPS and the like is read
 * by the SDK; endpoints are not left to it, since it looks for those of AWS_PROFILE whatever profile a client is for.
 */
export function clientSettings(service: ServiceName, { network, ...around }: ClientSurroundings) {
  const timeouts = timeoutsOf(network);
  const { maxAttempts, retryMode, useFips, useDualstack } = network;
  const endpoint = endpointOf(service, network, around);
  // Sooner than the SDK gives the connection up, so that the error names the proxy.
  const agent = tunnelAgent(network, timeouts.connectMs * 0.9);
  return {
    requestHandler: {
      connectionTimeout: timeouts.connectMs,
      requestTimeout: timeouts.answerMs,
      // The other one ends with the answer's head; a connection may break without a word in the middle of its body.
      socketTimeout: timeouts.answerMs,
      throwOnRequestTimeout: true,
      ...(agent && { httpsAgent: agent }),
    },
    ignoreConfiguredEndpointUrls: true,
    ...(endpoint && { endpoint }),
    ...(maxAttempts !== undefined && { maxAttempts }),
    ...(retryMode !== undefined && { retryMode }),
    ...(useFips !== undefined && { useFipsEndpoint: useFips }),
    ...(useDualstack !== undefined && { useDualstackEndpoint: useDualstack }),
    ...(around.profileName !== undefined && { profile: around.profileName }),
  };
}

/**
 * An endpoint that is set somewhere, in the AWS CLI's order: ours, the environment, the profile. Parsed here: the SDK would read
 * a text without a scheme as something else. Checked here too, so that a bad endpoint does not cost a sign-in.
 */
function endpointOf(
  service: ServiceName,
  network: NetworkSettings,
  around: Omit<ClientSurroundings, 'network'>,
): string | undefined {
  const text = ownEndpoint(service, network) ?? configuredEndpoint(service, around);
  if (text === undefined) return undefined;
  const url = new URL(text);
  assertEndpointSecure(url);
  return url.href;
}

function ownEndpoint(service: ServiceName, { endpoints = {} }: NetworkSettings): string | undefined {
  return service === 'sso' || service === 'sso-oidc' || service === 'signin' ? undefined : endpoints[service];
}

function configuredEndpoint(
  service: ServiceName,
  { profileName, sections, environment }: Omit<ClientSurroundings, 'network'>,
): string | undefined {
  const profile = profileOf(sections, profileName ?? (environment['AWS_PROFILE'] || 'default'));
  const isIgnored =
    environment['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] ?? profile['ignore_configured_endpoint_urls'];
  if (isIgnored?.toLowerCase() === 'true') return undefined;
  const name = services[service];
  return (
    environment[`AWS_ENDPOINT_URL_${name}`] ||
    environment['AWS_ENDPOINT_URL'] ||
    servicesOf(profile, sections)[`${name.toLowerCase()}.endpoint_url`] ||
    profile['endpoint_url'] ||
    undefined
  );
}

function servicesOf(profile: Section, sections: SettingsSections): Section {
  const { services: name } = profile;
  if (name === undefined) return {};
  const section = Object.hasOwn(sections.services, name) ? sections.services[name] : undefined;
  if (section !== undefined) return section;
  throw settingsFault(
    `The services section ${name}, which a profile names, does not exist.`,
    `Add a section [services ${name}] to the config file, or correct the name.`,
  );
}

function profileOf({ profiles }: SettingsSections, name: string): Section {
  return (Object.hasOwn(profiles, name) ? profiles[name] : undefined) ?? {};
}

/**
 * Reads what a client depends on beside our own settings. What AWS_CA_BUNDLE, or `ca_bundle` of the profile, names is read
 * too: the AWS CLI trusts nothing else then; here it is trusted beside the rest.
 */
export async function lookAround(
  network: NetworkSettings = {},
  profileName?: string,
): Promise<ClientSurroundings> {
  const environment = process.env;
  const sections = await readSections();
  const named = profileName === undefined ? {} : { profileName };
  if (network.caCertificates !== undefined) return { network, sections, environment, ...named };
  const profile = profileOf(sections, profileName ?? (environment['AWS_PROFILE'] || 'default'));
  const path = environment['AWS_CA_BUNDLE'] || profile['ca_bundle'];
  const bundle = path ? { caCertificates: await readBundle(path) } : {};
  return { network: { ...network, ...bundle }, sections, environment, ...named };
}

async function readBundle(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw settingsFault(
      'The file of certificates that AWS_CA_BUNDLE or ca_bundle names cannot be read.',
      'Correct the path, or remove the setting.',
    );
  }
}
