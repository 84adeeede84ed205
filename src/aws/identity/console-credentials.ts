import { fromLoginCredentials } from '@aws-sdk/credential-providers';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import { isProviderError } from '../failure.ts';
import { clientSettings } from '../network/client-settings.ts';
import { mayNotSignIn } from '../sign-in/console-login.ts';
import type { SignInDoor } from '../sign-in/sign-in-door.ts';
import type { StsSurroundings } from './assume-role.ts';
import type { ProfilePlan } from './credentials-plan.ts';
import { IdentityFault } from './identity-fault.ts';

type ConsolePlan = Extract<ProfilePlan, { kind: 'console-login' }>;

/** The keys of a sign-in with the console; the SDK reads them from the AWS CLI's cache and keeps them fresh. */
export async function consoleCredentials(
  { profileName }: ConsolePlan,
  door: SignInDoor,
  around: StsSurroundings,
): Promise<AwsCredentialIdentity> {
  const { profiles } = around.sections;
  const consoleSession = profiles[profileName]?.['login_session'] ?? '';
  const region = profiles[profileName]?.['region'] ?? around.region;
  try {
    return await fromLoginCredentials({
      profile: profileName,
      ignoreCache: true,
      clientConfig: { ...clientSettings('signin', around), region },
    })();
  } catch (error) {
    if (!isProviderError(error)) throw error;
    const fault = unrefreshed(error);
    if (fault !== undefined) throw fault;
    door.consoleNeeded({ id: `console:${consoleSession}`, consoleSession, region, profileName });
    throw new IdentityFault(
      'sign-in-needed',
      `The console sign-in of the profile ${profileName} is missing or has run out.`,
      `Sign in with the browser, or with: aws login --profile ${profileName}`,
      error,
    );
  }
}

/** The provider tells why it has no keys in words only; these are not for another sign-in to cure. */
function unrefreshed(error: Error): IdentityFault | undefined {
  if (error.message.includes('insufficient permissions')) return mayNotSignIn(error);
  const isRefusal = /AccessDenied|Validation/.test(error.message);
  if (!error.message.startsWith('Failed to refresh token') || isRefusal) return undefined;
  return new IdentityFault(
    'endpoint-unreachable',
    'The console sign-in could not be kept fresh: AWS Sign-In did not answer.',
    'Check the network, a VPN or proxy, and try again; the sign-in itself may still be good.',
    error,
    true,
  );
}
