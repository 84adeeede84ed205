import type { SSMClientConfig } from '@aws-sdk/client-ssm';
import { fromEnv, fromIni, fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { CredentialsSource } from '../shared/models.ts';

/** Keys, or a function that gives them and may be asked again when they run out. */
export type AwsCredentials = NonNullable<SSMClientConfig['credentials']>;

/** The lab is no source here: it hands its keys over when it starts. */
export type AwsCredentialsSource = Exclude<CredentialsSource, { kind: 'lab' }>;

/**
 * Credentials of a source, looked up when first needed and, once they have run out, again. After a new sign-in, make new
 * ones: keys without an end date are kept by the SDK's client for as long as it lives.
 *
 * A named profile is asked itself, not through the default chain: the chain would go on to a web identity or to the
 * machine's own role when the profile gives nothing, and the session would run under another identity than the one chosen.
 * The instance metadata service, last in the chain, is left out when AWS_EC2_METADATA_DISABLED is `true` (the SDK's own rule).
 */
export function credentialsFor(source: AwsCredentialsSource): AwsCredentials {
  switch (source.kind) {
    case 'default-chain':
      return fromNodeProviderChain({ ignoreCache: true });
    case 'environment':
      return fromEnv();
    case 'shared-profile':
      return fromIni({ profile: source.profileName, ignoreCache: true });
  }
}
