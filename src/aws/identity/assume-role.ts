import { createHash } from 'node:crypto';
import { fromTemporaryCredentials, fromTokenFile } from '@aws-sdk/credential-providers';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import { guardPlugin } from '../endpoint-guard.ts';
import { type ClientSurroundings, clientSettings } from '../network/client-settings.ts';
import type { SignInDoor } from '../sign-in/sign-in-door.ts';
import type { CredentialsPlan, ProfilePlan, RolePlan } from './credentials-plan.ts';
import { IdentityFault } from './identity-fault.ts';

/** Where STS is asked. */
export interface StsSurroundings extends ClientSurroundings {
  region: string;
}

/** Codes that were refused before a device is given up: each asks a person, so that nobody is locked out by it. */
const maxCodes = 5;

/** The role's session, with a code of the device if it needs one. */
export async function assumeRole(
  plan: RolePlan,
  source: AwsCredentialIdentity,
  door: SignInDoor,
  around: StsSurroundings,
): Promise<AwsCredentialIdentity> {
  const { mfaSerial: serial, roleArn } = plan;
  if (serial === undefined) return callSts(plan, source, undefined, around);
  for (let tried = 0; ; tried += 1) {
    const need = { id: `mfa:${sessionKey(plan)}`, serial, roleArn };
    const code = await door.mfaCode(tried === 0 ? need : { ...need, wasRefused: true });
    try {
      return await callSts(plan, source, code, around);
    } catch (error) {
      if (!isCodeRefused(error) || tried + 1 >= maxCodes) throw error;
    }
  }
}

async function callSts(
  plan: RolePlan,
  source: AwsCredentialIdentity,
  code: string | undefined,
  around: StsSurroundings,
): Promise<AwsCredentialIdentity> {
  const { roleArn, sessionName, externalId, durationSeconds, mfaSerial } = plan;
  const identity = await fromTemporaryCredentials({
    masterCredentials: source,
    params: {
      RoleArn: roleArn,
      RoleSessionName: sessionName ?? defaultSessionName(),
      ...(externalId !== undefined && { ExternalId: externalId }),
      ...(durationSeconds !== undefined && { DurationSeconds: durationSeconds }),
      ...(code !== undefined && mfaSerial !== undefined && { SerialNumber: mfaSerial, TokenCode: code }),
    },
    ...(code !== undefined && { mfaCodeProvider: () => Promise.resolve(code) }),
    clientConfig: { ...clientSettings('sts', around), region: around.region },
    clientPlugins: [guardPlugin],
  })();
  return withAccount(identity, roleArn);
}

/** The role of a web identity: the token in the file is all that is needed. */
export async function assumeWithWebIdentity(
  { tokenFile, roleArn, sessionName }: Extract<ProfilePlan, { kind: 'web-identity' }>,
  around: StsSurroundings,
): Promise<AwsCredentialIdentity> {
  try {
    const identity = await fromTokenFile({
      webIdentityTokenFile: tokenFile,
      roleArn,
      roleSessionName: sessionName ?? defaultSessionName(),
      clientConfig: { ...clientSettings('sts', around), region: around.region },
      clientPlugins: [guardPlugin],
    })();
    return withAccount(identity, roleArn);
  } catch (error) {
    const isFile = error instanceof Error && 'syscall' in error && 'path' in error;
    if (!isFile) throw error;
    throw new IdentityFault(
      'credentials-missing',
      'The file with the token of the web identity cannot be read.',
      'Check web_identity_token_file or AWS_WEB_IDENTITY_TOKEN_FILE, and the permissions of the file.',
      error,
    );
  }
}

/** The same for the same session of a role. Made of names and key ids, never of a secret. */
export function sessionKey(plan: CredentialsPlan): string {
  return createHash('sha256')
    .update(JSON.stringify(publicParts(plan)))
    .digest('hex');
}

function publicParts(plan: CredentialsPlan): object {
  if (plan.kind === 'static') return { kind: plan.kind, accessKeyId: plan.accessKeyId };
  return plan.kind === 'role' ? { ...plan, source: publicParts(plan.source) } : plan;
}

/** STS tells it in the same error as a missing permission, in words. */
function isCodeRefused(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === 'AccessDenied' &&
    /MultiFactorAuthentication failed/i.test(error.message)
  );
}

/** Shows up in the account's CloudTrail. */
function defaultSessionName(): string {
  return `nodewharf-${Date.now()}`;
}

function withAccount(identity: AwsCredentialIdentity, roleArn: string): AwsCredentialIdentity {
  const accountId = identity.accountId ?? /^arn:[^:]*:iam::(\d{12}):/.exec(roleArn)?.[1];
  return accountId === undefined ? identity : { ...identity, accountId };
}
