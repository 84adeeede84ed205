import {
  fromContainerMetadata,
  fromEnv,
  fromHttp,
  fromInstanceMetadata,
  fromLoginCredentials,
  fromProcess,
  propertyProviderChain,
} from '@aws-sdk/credential-providers';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import { isProviderError } from '../failure.ts';
import type { SignInDoor } from '../sign-in/sign-in-door.ts';
import { assumeRole, assumeWithWebIdentity, sessionKey, type StsSurroundings } from './assume-role.ts';
import { type CredentialsPlan, isMetadataDisabled } from './credentials-plan.ts';
import { IdentityFault } from './identity-fault.ts';
import type { RoleSessions } from './role-sessions.ts';
import { ssoCredentials } from './sso-credentials.ts';

export interface Obtaining {
  door: SignInDoor;
  sessions: RoleSessions;
  around: StsSurroundings;
}

/** Carries a plan out, from the keys at its bottom up. Each kind of step is a provider of the SDK. */
export async function obtain(plan: CredentialsPlan, obtaining: Obtaining): Promise<AwsCredentialIdentity> {
  const { door, sessions, around } = obtaining;
  switch (plan.kind) {
    case 'static': {
      const { kind: _, ...keys } = plan;
      return keys;
    }
    case 'sso':
      return ssoCredentials(plan, door, around);
    case 'role': {
      const open = async () => assumeRole(plan, await obtain(plan.source, obtaining), door, around);
      return plan.mfaSerial === undefined ? open() : sessions.get(sessionKey(plan), open);
    }
    case 'web-identity':
      return assumeWithWebIdentity(plan, around);
    case 'process':
      return told(fromProcess({ profile: plan.profileName, ignoreCache: true }), (message) =>
        processFault(plan.profileName, message),
      );
    case 'console-login':
      return told(fromLoginCredentials({ profile: plan.profileName, ignoreCache: true }), () => ({
        code: 'credentials-expired',
        message: `The console sign-in of the profile ${plan.profileName} is missing or has run out.`,
        hint: `Sign in again with: aws login --profile ${plan.profileName}`,
      }));
    case 'environment':
      return told(fromEnv(), () => ({
        code: 'credentials-missing',
        message: 'The environment has no complete pair of keys.',
        hint: 'Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY where Nodewharf is started.',
      }));
    case 'container':
      return told(propertyProviderChain(fromHttp(), fromContainerMetadata()), () => ({
        code: 'credentials-missing',
        message: 'The container gives no credentials.',
        hint: 'Check that its task or pod has a role, and the AWS_CONTAINER_… variables.',
      }));
    case 'instance':
      return instanceCredentials(around.environment);
  }
}

async function instanceCredentials(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<AwsCredentialIdentity> {
  const missing = (message: string, hint: string) =>
    ({ code: 'credentials-missing', message, hint }) as const;
  if (isMetadataDisabled(environment)) {
    const { code, message, hint } = missing(
      'The metadata service of this machine may not be asked: AWS_EC2_METADATA_DISABLED is true.',
      'Unset the variable, or choose other credentials.',
    );
    throw new IdentityFault(code, message, hint);
  }
  return told(fromInstanceMetadata(), () =>
    missing(
      'No AWS credentials were found, also not with the metadata service of this machine.',
      'Sign in, choose a profile, or set keys in the environment.',
    ),
  );
}

type Verdict = Pick<IdentityFault['verdict'], 'code' | 'message' | 'hint'>;

/** What a provider says of its failure can hold what it has read, so only our own words go on. */
async function told(
  provider: () => Promise<AwsCredentialIdentity>,
  verdictOn: (message: string) => Verdict,
): Promise<AwsCredentialIdentity> {
  try {
    return await provider();
  } catch (error) {
    if (!isProviderError(error)) throw error;
    const { code, message, hint } = verdictOn(error.message);
    throw new IdentityFault(code, message, hint, error);
  }
}

/** The SDK's wordings, each at the end of its message. What comes before may be the program's own output. */
function processFault(profileName: string, message: string): Verdict {
  const program = `The credential_process of the profile ${profileName}`;
  const hint = 'Run it in a terminal to see what it says.';
  if (message.endsWith('returned expired credentials.')) {
    return { code: 'credentials-expired', message: `${program} gave credentials that have run out.`, hint };
  }
  return /(invalid JSON|Version 1|invalid credentials)\.$/.test(message)
    ? { code: 'credentials-missing', message: `${program} printed something that is no credentials.`, hint }
    : { code: 'credentials-missing', message: `${program} failed.`, hint };
}
