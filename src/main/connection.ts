import type { ControlPlane, ControlPlaneOptions } from '../aws/control-plane.ts';
import { closedDoor } from '../aws/sign-in/closed-door.ts';
import { AppError } from '../shared/errors.ts';
import type { Profile, SharedProfile } from '../shared/models.ts';
import type { LabAccess } from './lab/lab-owner.ts';

/** A way to call the service a profile stands for. Whoever asked for it closes its control plane. */
export interface Connection {
  region: string;
  controlPlane: ControlPlane;
  /** The service has moved, or has been started anew: the control plane leads nowhere, and a new connection is due. */
  isStale(): boolean;
}

/** Those of the control plane, for the one of the two that a profile does not say. */
const defaultTimeouts = { connectMs: 6_000, answerMs: 20_000 };

export type Connect = (profile: Profile) => Promise<Connection>;

/** What the control plane's room offers, loaded at the first connection: the AWS SDK is too heavy for the start. */
export interface AwsRoom {
  createControlPlane(options: ControlPlaneOptions): ControlPlane;
  credentialsFor: typeof import('../aws/credentials.ts').credentialsFor;
  needsNobody: typeof import('../aws/quiet-credentials.ts').needsNobody;
  listSharedProfiles(): Promise<SharedProfile[]>;
}

export async function loadAwsRoom(): Promise<AwsRoom> {
  const [{ createControlPlane }, { credentialsFor }, { needsNobody }, { listSharedProfiles }] =
    await Promise.all([
      import('../aws/control-plane.ts'),
      import('../aws/credentials.ts'),
      import('../aws/quiet-credentials.ts'),
      import('../aws/shared-profiles.ts'),
    ]);
  return { createControlPlane, credentialsFor, needsNobody, listSharedProfiles };
}

/**
 * The one place that turns a profile into a Region, an endpoint and credentials. The embedded lab is a kind of credentials
 * here, and AWS everywhere above.
 */
export function connectWith(
  loadAws: () => Promise<AwsRoom>,
  openLab: () => Promise<LabAccess>,
  environment: Record<string, string | undefined>,
): Connect {
  return async (profile) => {
    const { credentials: source } = profile;
    const loading = loadAws();
    if (source.kind === 'lab') {
      const [aws, lab] = await Promise.all([loading, openLab()]);
      const { endpoint, region, accessKeyId, secretAccessKey } = lab;
      const controlPlane = aws.createControlPlane({
        ...callLimits(profile),
        region,
        endpoint,
        kmsEndpoint: endpoint,
        ec2Endpoint: endpoint,
        credentials: { accessKeyId, secretAccessKey },
      });
      return { region, controlPlane, isStale: () => lab.hasEnded() };
    }
    const aws = await loading;
    const region = profile.region ?? (await regionOf(source, aws, environment));
    if (region === undefined) throw regionUnknown(profile);
    const controlPlane = aws.createControlPlane({
      ...callLimits(profile),
      region,
      ...endpointsOf(profile),
      ...(source.kind === 'shared-profile' ? { profileName: source.profileName } : {}),
      credentials: aws.credentialsFor(source, closedDoor),
    });
    return { region, controlPlane, isStale: () => false };
  };
}

/**
 * KMS and EC2 are other services at other places than the endpoint of a profile. Only where that is plain http, which a
 * stand-in for AWS on this computer speaks and AWS does not, does it answer for them as well.
 */
function endpointsOf({
  network,
}: Profile): Pick<ControlPlaneOptions, 'endpoint' | 'kmsEndpoint' | 'ec2Endpoint'> {
  const { ssm: endpoint, kms, ec2 } = network?.endpoints ?? {};
  const standIn = endpoint !== undefined && new URL(endpoint).protocol === 'http:' ? endpoint : undefined;
  const kmsEndpoint = kms ?? standIn;
  const ec2Endpoint = ec2 ?? standIn;
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(kmsEndpoint === undefined ? {} : { kmsEndpoint }),
    ...(ec2Endpoint === undefined ? {} : { ec2Endpoint }),
  };
}

function callLimits({
  network,
}: Profile): Pick<ControlPlaneOptions, 'maxAttempts' | 'retryMode' | 'network'> {
  const { maxAttempts, retryMode, connectTimeoutS, answerTimeoutS } = network ?? {};
  const isTimed = connectTimeoutS !== undefined || answerTimeoutS !== undefined;
  const timeouts = {
    connectMs: connectTimeoutS === undefined ? defaultTimeouts.connectMs : connectTimeoutS * 1000,
    answerMs: answerTimeoutS === undefined ? defaultTimeouts.answerMs : answerTimeoutS * 1000,
  };
  return {
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
    ...(retryMode === undefined ? {} : { retryMode }),
    ...(isTimed ? { network: { timeouts } } : {}),
  };
}

/** As the AWS CLI looks for it: the environment, then the profile that the credentials come from. */
async function regionOf(
  source: Exclude<Profile['credentials'], { kind: 'lab' }>,
  aws: AwsRoom,
  environment: Record<string, string | undefined>,
): Promise<string | undefined> {
  const fromEnvironment = environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'];
  if (source.kind !== 'shared-profile' && fromEnvironment) return fromEnvironment;
  const name =
    source.kind === 'shared-profile' ? source.profileName : (environment['AWS_PROFILE'] ?? 'default');
  const shared = await aws.listSharedProfiles();
  return shared.find((profile) => profile.name === name)?.region ?? (fromEnvironment || undefined);
}

function regionUnknown(profile: Profile): AppError {
  return new AppError({
    code: 'region-unknown',
    attempted: `Connect with the profile ${profile.name}`,
    message: 'Neither this profile nor the AWS settings on this computer name a Region.',
    hint: 'Set a Region in this profile.',
    retryable: false,
  });
}
