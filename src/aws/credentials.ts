import type { AwsCredentialIdentity, RuntimeConfigAwsCredentialIdentityProvider } from '@aws-sdk/types';
import type { CredentialsSource } from '../shared/models.ts';
import { type CredentialsPlan, planDefault, planProfile } from './identity/credentials-plan.ts';
import { IdentityFault } from './identity/identity-fault.ts';
import { obtain } from './identity/obtain.ts';
import { RoleSessions } from './identity/role-sessions.ts';
import { type ClientSurroundings, lookAround } from './network/client-settings.ts';
import type { NetworkSettings } from './network/network-settings.ts';
import { placeOf } from './shared-settings.ts';
import type { SignInDoor } from './sign-in/sign-in-door.ts';

type Caller = Parameters<RuntimeConfigAwsCredentialIdentityProvider>[0];

/** Gives credentials, and may be asked again when they run out. The search is given up with `signal`. */
export type AwsCredentialsProvider = (
  caller?: Caller & { signal?: AbortSignal },
) => Promise<AwsCredentialIdentity>;

/** Keys, or where to ask for them. */
export type AwsCredentials = AwsCredentialIdentity | AwsCredentialsProvider;

/** The lab is no source here: it hands its keys over when it starts. */
export type AwsCredentialsSource = Exclude<CredentialsSource, { kind: 'lab' }>;

const roleSessions = new RoleSessions();

/**
 * Credentials of a source, looked up when first needed and, once they have run out, again; the shared files are read anew
 * each time. After a new sign-in, make new ones: keys without an end date are kept by the SDK's client for as long as it lives.
 *
 * A named profile is asked itself and nothing else: the session would run under another identity than the one chosen.
 *
 * What only a person can give is asked for at the `door`. Rejects with {@link IdentityFault} or with the error of a service.
 */
export function credentialsFor(
  source: AwsCredentialsSource,
  door: SignInDoor,
  network?: NetworkSettings,
): AwsCredentialsProvider {
  return async (caller) => {
    const profileName = source.kind === 'shared-profile' ? source.profileName : undefined;
    try {
      const base = await lookAround(network, profileName);
      const plan = planOf(source, base);
      const around = { ...base, region: (await regionFor(base, caller)) ?? lastRegion };
      const signal = caller?.signal;
      return await obtain(plan, { door, sessions: roleSessions, around, ...(signal && { signal }) });
    } catch (error) {
      throw profileName === undefined ? error : await placed(error, profileName);
    }
  };
}

/** The service does not take these keys any more: a session of a role that is kept for them is asked for anew. */
export function forgetCredentials({ accessKeyId }: AwsCredentialIdentity): void {
  roleSessions.forget(accessKeyId);
}

function planOf(
  source: AwsCredentialsSource,
  { sections, environment }: ClientSurroundings,
): CredentialsPlan {
  switch (source.kind) {
    case 'environment':
      return { kind: 'environment' };
    case 'default-chain':
      return planDefault(sections, environment) ?? nothing('No AWS credentials were found.');
    case 'shared-profile': {
      const { profileName } = source;
      return (
        planProfile(profileName, sections) ??
        nothing(`The profile ${profileName} has no credentials, nor says where they come from.`)
      );
    }
  }
}

function nothing(message: string): never {
  throw new IdentityFault('credentials-missing', message, 'Sign in, choose another profile, or set keys.');
}

/** Where STS is asked when nothing names a Region, as with the AWS CLI. */
const lastRegion = 'us-east-1';

async function regionFor(
  { profileName, sections, environment }: ClientSurroundings,
  caller: Caller,
): Promise<string | undefined> {
  const profile = sections.profiles[profileName ?? (environment['AWS_PROFILE'] || 'default')];
  const callers = caller?.callerClientConfig?.region;
  return (
    profile?.['region'] ??
    environment['AWS_REGION'] ??
    (typeof callers === 'function' ? await callers() : callers)
  );
}

/** Says in which line the profile begins. */
async function placed(error: unknown, profileName: string): Promise<unknown> {
  if (!(error instanceof IdentityFault) || error.verdict.code !== 'settings-malformed') return error;
  const place = await placeOf(profileName);
  if (place === undefined) return error;
  const { code, message, hint } = error.verdict;
  return new IdentityFault(code, `${message} (${place})`, hint, error.cause);
}
