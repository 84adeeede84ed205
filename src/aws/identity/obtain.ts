import {
  fromContainerMetadata,
  fromEnv,
  fromHttp,
  fromInstanceMetadata,
  propertyProviderChain,
} from '@aws-sdk/credential-providers';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import { isProviderError } from '../failure.ts';
import { timeoutsOf } from '../network/client-settings.ts';
import type { SignInDoor } from '../sign-in/sign-in-door.ts';
import { assumeRole, assumeWithWebIdentity, sessionKey, type StsSurroundings } from './assume-role.ts';
import { processCredentials, processLimitMs } from './credential-process.ts';
import { consoleCredentials } from './console-credentials.ts';
import { type CredentialsPlan, isMetadataDisabled } from './credentials-plan.ts';
import { IdentityFault } from './identity-fault.ts';
import { inTime } from './in-time.ts';
import type { RoleSessions } from './role-sessions.ts';
import { ssoCredentials } from './sso-credentials.ts';

export interface Obtaining {
  door: SignInDoor;
  sessions: RoleSessions;
  around: StsSurroundings;
  /** Nobody waits for the credentials any more. */
  signal?: AbortSignal;
}

/**
 * Carries a plan out, from the keys at its bottom up. Each kind of step is a provider of the SDK, or stands in for one that
 * cannot do what is needed here. None waits longer than the settings say, or than `signal`.
 */
export async function obtain(plan: CredentialsPlan, obtaining: Obtaining): Promise<AwsCredentialIdentity> {
  const { door, sessions, around, signal } = obtaining;
  signal?.throwIfAborted();
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
      return fromProgram(plan.profileName, obtaining);
    case 'console-login': {
      const limitMs = timeoutsOf(around.network).answerMs;
      const patience = { limitMs, ...(signal && { signal }) };
      return inTime(
        () => consoleCredentials(plan, door, around),
        patience,
        () => tooLate(limitMs),
      );
    }
    case 'environment':
      return told(fromEnv(), obtaining, () => ({
        code: 'credentials-missing',
        message: 'The environment has no complete pair of keys.',
        hint: 'Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY where Nodewharf is started.',
      }));
    case 'container':
      return told(propertyProviderChain(fromHttp(), fromContainerMetadata()), obtaining, () => ({
        code: 'credentials-missing',
        message: 'The container gives no credentials.',
        hint: 'Check that its task or pod has a role, and the AWS_CONTAINER_… variables.',
      }));
    case 'instance':
      return instanceCredentials(obtaining);
  }
}

function fromProgram(
  profileName: string,
  { door, around, signal }: Obtaining,
): Promise<AwsCredentialIdentity> {
  const profile = around.sections.profiles[profileName];
  const accountId = profile?.['aws_account_id'];
  return processCredentials(
    {
      profileName,
      command: profile?.['credential_process'] ?? '',
      ...(accountId !== undefined && { accountId }),
    },
    {
      limitMs: Math.max(processLimitMs, timeoutsOf(around.network).answerMs),
      hasTerminal: door.hasTerminal === true,
      now: Date.now,
      ...(signal && { signal }),
    },
  );
}

async function instanceCredentials(obtaining: Obtaining): Promise<AwsCredentialIdentity> {
  const missing = (message: string, hint: string) =>
    ({ code: 'credentials-missing', message, hint }) as const;
  if (isMetadataDisabled(obtaining.around.environment)) {
    const { code, message, hint } = missing(
      'The metadata service of this machine may not be asked: AWS_EC2_METADATA_DISABLED is true.',
      'Unset the variable, or choose other credentials.',
    );
    throw new IdentityFault(code, message, hint);
  }
  return told(fromInstanceMetadata(), obtaining, () =>
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
  { around, signal }: Obtaining,
  verdictOn: () => Verdict,
): Promise<AwsCredentialIdentity> {
  const limitMs = timeoutsOf(around.network).answerMs;
  try {
    return await inTime(provider, { limitMs, ...(signal && { signal }) }, () => tooLate(limitMs));
  } catch (error) {
    if (!isProviderError(error)) throw error;
    const { code, message, hint } = verdictOn();
    throw new IdentityFault(code, message, hint, error);
  }
}

function tooLate(limitMs: number): IdentityFault {
  return new IdentityFault(
    'credentials-missing',
    `What gives the credentials did not answer within ${limitMs / 1000} s.`,
    'Try again. If it stays so, check what lies between: VPN, proxy, firewall; the time for an answer is in the network settings of the profile.',
    undefined,
    true,
  );
}
