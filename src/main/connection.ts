import type { AccessGrant, ControlPlane } from '../aws/control-plane.ts';
import type { DoctorCalls } from '../aws/doctor/doctor-calls.ts';
import type { MemberLookup } from '../aws/members/member-lookup.ts';
import { AppError } from '../shared/errors.ts';
import type { Profile } from '../shared/models.ts';
import type { AwsRoom } from './aws-room.ts';
import type { LabAccess } from './lab/lab-owner.ts';
import { networkOf, type NetworkSources } from './network/network-of-profile.ts';
import type { CredentialsStatuses } from './sign-ins/credentials-statuses.ts';
import type { SignIns } from './sign-ins/sign-ins.ts';
import { watchCredentials } from './sign-ins/watched-credentials.ts';

/** A way to call the service a profile stands for. Whoever asked for it closes its control plane. */
export interface Connection {
  region: string;
  controlPlane: ControlPlane;
  /** What is asked only to find out what is wrong. Whoever asked for it closes it. */
  doctor(): DoctorCalls;
  /** Who a query stands for. Whoever asked for it closes it. */
  memberLookup(): MemberLookup;
  /** Asks for the credentials anew, though those that are held may still be good. Rejects as a call would. */
  lookUpCredentials(): Promise<void>;
  /** The service has moved, or has been started anew: the control plane leads nowhere, and a new connection is due. */
  isStale(): boolean;
}

/** @param grant of an approval: sessions are signed with its keys, and all else with those of the profile */
export type Connect = (profile: Profile, grant?: AccessGrant) => Promise<Connection>;

type ConnectRoom = Pick<
  AwsRoom,
  | 'createControlPlane'
  | 'createDoctorCalls'
  | 'createMemberLookup'
  | 'credentialsFor'
  | 'toAppError'
  | 'readSharedSettings'
>;

export interface ConnectOptions {
  loadAws(): Promise<ConnectRoom>;
  openLab(): Promise<LabAccess>;
  environment: Record<string, string | undefined>;
  network: NetworkSources;
  signIns: Pick<SignIns, 'searchFor'>;
  statuses: Pick<CredentialsStatuses, 'found'>;
}

/**
 * The one place that turns a profile into a Region, an endpoint and credentials. The embedded lab is a kind of credentials
 * here, and AWS everywhere above.
 *
 * Looking for credentials asks nobody: where a person is needed, a call rejects with `sign-in-needed`, and the sign-in is listed.
 */
export function connectWith({
  loadAws,
  openLab,
  environment,
  network: sources,
  signIns,
  statuses,
}: ConnectOptions): Connect {
  return async (profile, grant) => {
    const { credentials: source } = profile;
    const signed = grant === undefined ? {} : { grant };
    const loading = loadAws();
    if (source.kind === 'lab') {
      const [aws, lab] = await Promise.all([loading, openLab()]);
      const { endpoint, region, accessKeyId, secretAccessKey } = lab;
      const options = {
        network: await networkOf(profile, region, sources),
        region,
        displayName: profile.name,
        endpoint,
        kmsEndpoint: endpoint,
        ec2Endpoint: endpoint,
        ecsEndpoint: endpoint,
        taggingEndpoint: endpoint,
        stsEndpoint: endpoint,
        gatewayEndpoint: endpoint,
        credentials: { accessKeyId, secretAccessKey },
      };
      return {
        region,
        controlPlane: aws.createControlPlane({ ...options, ...signed }),
        doctor: () => aws.createDoctorCalls(options),
        memberLookup: () => aws.createMemberLookup(options),
        lookUpCredentials: () => Promise.resolve(),
        isStale: () => lab.hasEnded(),
      };
    }
    const aws = await loading;
    const region = profile.region ?? (await regionOf(source, aws, environment));
    if (region === undefined) throw regionUnknown(profile);
    const network = await networkOf(profile, region, sources);
    const profileName = source.kind === 'shared-profile' ? { profileName: source.profileName } : {};
    const search = signIns.searchFor(profile);
    const credentials = watchCredentials(aws.credentialsFor(source, search, network), {
      search,
      explain: (error) =>
        aws.toAppError(error, {
          attempted: `Get credentials for ${profile.name}`,
          operation: 'AssumeRole',
          region,
          ...profileName,
          displayName: profile.name,
        }),
      onFound: (facts) => statuses.found({ profileId: profile.id, ...facts }),
    });
    const options = { network, region, ...profileName, displayName: profile.name, credentials };
    return {
      region,
      controlPlane: aws.createControlPlane({ ...options, ...signed }),
      doctor: () => aws.createDoctorCalls(options),
      memberLookup: () => aws.createMemberLookup(options),
      lookUpCredentials: async () => {
        await credentials();
      },
      isStale: () => false,
    };
  };
}

/** As the AWS CLI looks for it: the environment, then the profile that the credentials come from. */
async function regionOf(
  source: Exclude<Profile['credentials'], { kind: 'lab' }>,
  aws: ConnectRoom,
  environment: Record<string, string | undefined>,
): Promise<string | undefined> {
  const fromEnvironment = environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'];
  if (source.kind !== 'shared-profile' && fromEnvironment) return fromEnvironment;
  const name =
    source.kind === 'shared-profile' ? source.profileName : (environment['AWS_PROFILE'] ?? 'default');
  const { profiles } = await aws.readSharedSettings();
  return profiles.find((profile) => profile.name === name)?.region ?? (fromEnvironment || undefined);
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
