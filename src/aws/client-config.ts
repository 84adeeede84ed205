import type { ControlPlaneOptions } from './control-plane-options.ts';
import type { AwsCredentials } from './credentials.ts';
import { clientSettings, lookAround, type ServiceName } from './network/client-settings.ts';
import type { NetworkSettings } from './network/network-settings.ts';

/** What a client of one service is made with. */
export async function clientConfig(service: ServiceName, options: ControlPlaneOptions) {
  const { region, credentials, profileName } = options;
  const around = await lookAround(networkOf(options), profileName);
  return { ...clientSettings(service, around), region, credentials };
}

/** How AWS is reached: the profile's settings, with the options in front. */
export function networkOf({
  endpoint,
  kmsEndpoint,
  ec2Endpoint,
  ecsEndpoint,
  taggingEndpoint,
  stsEndpoint,
  gatewayEndpoint,
  maxAttempts,
  retryMode,
  network,
}: ControlPlaneOptions): NetworkSettings {
  return {
    ...network,
    endpoints: {
      ...network?.endpoints,
      ...(endpoint !== undefined && { ssm: endpoint }),
      ...(kmsEndpoint !== undefined && { kms: kmsEndpoint }),
      ...(ec2Endpoint !== undefined && { ec2: ec2Endpoint }),
      ...(ecsEndpoint !== undefined && { ecs: ecsEndpoint }),
      ...(taggingEndpoint !== undefined && { tagging: taggingEndpoint }),
      ...(stsEndpoint !== undefined && { sts: stsEndpoint }),
      ...(gatewayEndpoint !== undefined && { ssmmessages: gatewayEndpoint }),
    },
    ...(maxAttempts !== undefined && { maxAttempts }),
    ...(retryMode !== undefined && { retryMode }),
  };
}

/** The same credentials; the search for them ends with the signal. */
export function endingWith(signal: AbortSignal, credentials: AwsCredentials): AwsCredentials {
  return typeof credentials === 'function' ? (caller) => credentials({ ...caller, signal }) : credentials;
}
