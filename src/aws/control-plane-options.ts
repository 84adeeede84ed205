import type { AccessGrant } from './calls/access-requests.ts';
import type { AwsCredentials } from './credentials.ts';
import type { NetworkSettings } from './network/network-settings.ts';

export interface ControlPlaneOptions {
  region: string;
  /** Instead of the Region's own. http: for loopback addresses only. */
  endpoint?: string;
  /** The same for KMS, which encrypted sessions need. */
  kmsEndpoint?: string;
  /** The same for EC2, which knows the names and tags of nodes. */
  ec2Endpoint?: string;
  /** The same for ECS, which has the containers, and for the tagging API, which has the tags of hybrid nodes. */
  ecsEndpoint?: string;
  taggingEndpoint?: string;
  /** The same for STS, which knows whose credentials they are, and for the message gateway. */
  stsEndpoint?: string;
  gatewayEndpoint?: string;
  credentials: AwsCredentials;
  /** Of an approval: sessions are started, resumed and ended with its keys, and all else is asked with `credentials`. */
  grant?: AccessGrant;
  /** Attempts per call, the first one included; left to the SDK (AWS_MAX_ATTEMPTS, config file, 3) when absent. */
  maxAttempts?: number;
  retryMode?: 'standard' | 'adaptive';
  /** Shared profile that the credentials come from: its other settings hold for the calls, and hints name it. */
  profileName?: string;
  /** What the user calls the profile; errors name it. */
  displayName?: string;
  /** What this profile has beside the options above, which go before it. */
  network?: NetworkSettings;
}
