import { readFile } from 'node:fs/promises';
import type { NetworkSettings, ProxySettings } from '../../aws/network/network-settings.ts';
import { AppError } from '../../shared/errors.ts';
import type { Profile } from '../../shared/models.ts';
import { proxyOfAnswer } from './system-proxy.ts';

/** What of a profile's network is not written in it. */
export interface NetworkSources {
  /** Chromium's answer for a URL, e.g. `DIRECT`. */
  resolveProxy(url: string): Promise<string>;
  /** The password that is kept for the proxy of this profile. */
  proxyPassword(profileId: string): string | undefined;
}

/** For the one of the two that a profile does not say; those of the control plane. */
const defaultTimeouts = { connectMs: 6_000, answerMs: 20_000 };

/**
 * How a profile reaches AWS in the given Region, with what is kept apart from it: the password of its proxy, the text of its
 * certificates, the system's proxy. The result holds a secret and stays in main.
 */
export async function networkOf(
  profile: Profile,
  region: string,
  sources: NetworkSources,
): Promise<NetworkSettings> {
  const { network = {} } = profile;
  const { endpoints, caFile, useFips, useDualstack, maxAttempts, retryMode } = network;
  const proxy = await proxyOf(profile, region, sources);
  const timeouts = timeoutsOf(network);
  return {
    ...(endpoints === undefined ? {} : { endpoints: withStandIn(endpoints) }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(caFile === undefined ? {} : { caCertificates: await readCertificates(caFile, profile) }),
    ...(useFips === undefined ? {} : { useFips }),
    ...(useDualstack === undefined ? {} : { useDualstack }),
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
    ...(retryMode === undefined ? {} : { retryMode }),
    ...(timeouts === undefined ? {} : { timeouts }),
  };
}

type Endpoints = NonNullable<NetworkSettings['endpoints']>;

/**
 * The others are other services at other places than Systems Manager. Only where that is plain http, which a stand-in for AWS
 * on this computer speaks and AWS does not, does it answer for them as well.
 */
function withStandIn(endpoints: NonNullable<NonNullable<Profile['network']>['endpoints']>): Endpoints {
  const { ssm, ssmmessages, kms, sts, ec2, ecs } = endpoints;
  const standIn = ssm !== undefined && new URL(ssm).protocol === 'http:' ? ssm : undefined;
  const places = {
    ssm,
    ssmmessages,
    kms: kms ?? standIn,
    sts: sts ?? standIn,
    ec2: ec2 ?? standIn,
    ecs: ecs ?? standIn,
    tagging: standIn,
  };
  return Object.fromEntries(Object.entries(places).filter(([, place]) => place !== undefined));
}

async function proxyOf(
  { id, network }: Profile,
  region: string,
  { resolveProxy, proxyPassword }: NetworkSources,
): Promise<ProxySettings | undefined> {
  const proxy = network?.proxy;
  switch (proxy?.kind) {
    case undefined:
      return undefined;
    case 'environment':
    case 'none':
      return { kind: proxy.kind };
    case 'url': {
      const password = proxyPassword(id);
      const { url, username } = proxy;
      return {
        kind: 'url',
        url,
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
      };
    }
    case 'system': {
      const url = proxyOfAnswer(await resolveProxy(`https://ssm.${region}.amazonaws.com/`));
      return url === undefined ? { kind: 'none' } : { kind: 'url', url };
    }
  }
}

function timeoutsOf({
  connectTimeoutS,
  answerTimeoutS,
}: NonNullable<Profile['network']>): NetworkSettings['timeouts'] {
  if (connectTimeoutS === undefined && answerTimeoutS === undefined) return undefined;
  return {
    connectMs: connectTimeoutS === undefined ? defaultTimeouts.connectMs : connectTimeoutS * 1000,
    answerMs: answerTimeoutS === undefined ? defaultTimeouts.answerMs : answerTimeoutS * 1000,
  };
}

/** Past this a file is not a list of certificates. */
const largestCaFile = 4 * 1024 * 1024;

async function readCertificates(path: string, { name }: Profile): Promise<string> {
  const refuse = (message: string): AppError =>
    new AppError({
      code: 'certificate',
      attempted: `Connect with the profile ${name}`,
      message,
      hint: 'Choose another file of certificates in the profile, under Advanced.',
      retryable: false,
    });
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error';
    throw refuse(`The file of certificates cannot be read: the file system answered ${code}.`);
  }
  if (text.length > largestCaFile || !text.includes('-----BEGIN CERTIFICATE-----')) {
    throw refuse('The file of certificates holds no certificate in PEM.');
  }
  return text;
}
