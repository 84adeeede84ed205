import { GetRoleCredentialsCommand, SSOClient } from '@aws-sdk/client-sso';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import { answerText } from '../answer-members.ts';
import { guardEndpoint } from '../endpoint-guard.ts';
import { type ClientSurroundings, clientSettings } from '../network/client-settings.ts';
import type { SignInDoor } from '../sign-in/sign-in-door.ts';
import { freshToken, SsoSignInNeeded } from '../sign-in/sso-token.ts';
import type { ProfilePlan } from './credentials-plan.ts';
import { IdentityFault } from './identity-fault.ts';

type SsoPlan = Extract<ProfilePlan, { kind: 'sso' }>;

/**
 * Credentials of a role that IAM Identity Center gives out. Not through the SDK's provider for it, which turns every error
 * into a sentence.
 */
export async function ssoCredentials(
  plan: SsoPlan,
  door: SignInDoor,
  around: ClientSurroundings,
): Promise<AwsCredentialIdentity> {
  const { login, accountId, roleName } = plan;
  try {
    return await roleCredentials(plan, await freshToken(login, around), around);
  } catch (error) {
    if (!(error instanceof SsoSignInNeeded)) throw error;
    const { profileName } = around;
    door.ssoNeeded({ ...login, ...(profileName !== undefined && { profileName }) }, { accountId, roleName });
    throw new IdentityFault(
      'sign-in-needed',
      error.wasSignedIn
        ? `The sign-in to ${nameOf(plan)} has run out.`
        : `Nobody is signed in to ${nameOf(plan)}.`,
      `Sign in to ${nameOf(plan)}; the AWS CLI's sign-in counts as well.`,
      error,
    );
  }
}

async function roleCredentials(
  { login, accountId, roleName }: SsoPlan,
  accessToken: string,
  around: ClientSurroundings,
): Promise<AwsCredentialIdentity> {
  const client = new SSOClient({ ...clientSettings('sso', around), region: login.region });
  guardEndpoint(client);
  try {
    const { roleCredentials: found } = await client.send(
      new GetRoleCredentialsCommand({ accountId, roleName, accessToken }),
    );
    const accessKeyId = answerText(found?.accessKeyId);
    const secretAccessKey = answerText(found?.secretAccessKey);
    const sessionToken = answerText(found?.sessionToken);
    const expiration = found?.expiration;
    if (!accessKeyId || !secretAccessKey || !sessionToken || typeof expiration !== 'number') {
      throw new IdentityFault(
        'endpoint-unreachable',
        'The answer to GetRoleCredentials lacks the keys.',
        'Check that the endpoint is that of IAM Identity Center.',
      );
    }
    return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiration), accountId };
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    // Signed out elsewhere: the token does not say so.
    if (name === 'UnauthorizedException') throw new SsoSignInNeeded(login, true, error);
    if (name !== 'ForbiddenException') throw error;
    throw new IdentityFault(
      'access-denied',
      `Who is signed in may not use the role ${roleName} of the account ${accountId}.`,
      'Check account and role of the profile, or ask for them to be assigned.',
      error,
    );
  } finally {
    client.destroy();
  }
}

function nameOf({ login }: SsoPlan): string {
  return login.sessionName ?? login.startUrl;
}
