import { GetAccessTokenCommand, StartAccessRequestCommand } from '@aws-sdk/client-ssm';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import { AppError } from '../../shared/errors.ts';
import { answerText } from '../answer-members.ts';
import type { ControlPlaneOptions } from '../control-plane-options.ts';
import { createSsmCaller, type SsmCaller } from './ssm-caller.ts';

/*
 * Just-in-time node access: sessions that somebody has to approve.
 *
 * Documented (API reference, user guide and managed policies of AWS Systems Manager, 2026):
 * - It has no answer of its own at StartSession. An account that has moved to it takes ssm:StartSession out of its users' policies,
 *   so StartSession answers IAM's AccessDeniedException; who still holds that right connects without an approval.
 * - StartAccessRequest takes a Reason (1 to 256 characters), Targets (one node here, `Key=InstanceIds`) and Tags, and answers
 *   `oi-` and 12 hex digits. Errors: AccessDeniedException, ResourceNotFoundException, ServiceQuotaExceededException,
 *   ThrottlingException, ValidationException, InternalServerError. Deny-access policies go before auto-approval, and that before
 *   manual approval; a deny-access policy only keeps a request from being approved by itself. A node that no policy applies to, or
 *   more than one manual policy, cannot be asked for. Nodes of the same account and Region only, `mi-` nodes included.
 * - GetAccessToken answers Pending, Approved, Rejected, Revoked or Expired, and with Approved keys: AccessKeyId, SecretAccessKey,
 *   SessionToken, ExpirationTime. What is approved by itself holds for one hour; manual policies say how long theirs hold.
 * - AWS's policy for those keys (AWSSystemsManagerJustInTimeAccessTokenPolicy) allows ssm:StartSession on nodes with
 *   SSM-SessionManagerRunShell, ssm:ResumeSession, ssm:TerminateSession, ssmmessages:OpenDataChannel and kms:GenerateDataKey on
 *   tagged keys. It allows neither ssm:GetDocument nor the documents of tunnels and commands.
 * - A session outlives the approval that it was started with.
 *
 * Inferred: that asking GetAccessToken again while an approval holds gives new keys; that an approval's end is the keys' end or
 * later; how often the status may be asked for, of which no quota is published. There is no call that takes a request back.
 */

/** Keys that an approval has given. They stay in the process that asked for them, in memory alone. */
export interface AccessGrant {
  readonly requestId: string;
  readonly credentials: AwsCredentialIdentity;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** How far an access request has come. */
export type AccessStatus =
  | { readonly kind: 'pending' }
  | { readonly kind: 'approved'; readonly grant: AccessGrant }
  | { readonly kind: 'rejected' | 'revoked' | 'expired' };

/** Of the service model. */
const requestIdPattern = /^oi-[0-9a-f]{12}$/;

export interface AccessRequest {
  target: string;
  /** 1 to 256 characters. */
  reason: string;
}

export async function startAccessRequest(
  caller: SsmCaller,
  { target, reason }: AccessRequest,
): Promise<string> {
  const attempted = `Ask for access to ${target}`;
  const answer = await caller.send(
    caller.contextOf(attempted, 'StartAccessRequest'),
    new StartAccessRequestCommand({ Reason: reason, Targets: [{ Key: 'InstanceIds', Values: [target] }] }),
  );
  const requestId = answerText(answer.AccessRequestId);
  if (requestId === undefined || !requestIdPattern.test(requestId)) throw noRequestId(attempted);
  return requestId;
}

export async function readAccess(caller: SsmCaller, requestId: string): Promise<AccessStatus> {
  const answer = await caller.send(
    caller.contextOf('Look for the approval', 'GetAccessToken'),
    new GetAccessTokenCommand({ AccessRequestId: requestId }),
  );
  return toAccessStatus(answer, requestId);
}

/** Calls that are signed with the keys of an approval; what they are refused says so. */
export function grantedCaller(options: ControlPlaneOptions, { credentials }: AccessGrant): SsmCaller {
  const caller = createSsmCaller({ ...options, credentials });
  return {
    ...caller,
    contextOf: (...parts) => ({ ...caller.contextOf(...parts), isGranted: true }),
  };
}

interface AccessAnswer {
  AccessRequestStatus?: unknown;
  Credentials?:
    | { AccessKeyId?: unknown; SecretAccessKey?: unknown; SessionToken?: unknown; ExpirationTime?: unknown }
    | undefined;
}

/** A status that is not known here, and an approval without whole keys, are not there yet. */
export function toAccessStatus(
  { AccessRequestStatus: status, Credentials: keys }: AccessAnswer,
  requestId: string,
): AccessStatus {
  switch (status) {
    case 'Rejected':
      return { kind: 'rejected' };
    case 'Revoked':
      return { kind: 'revoked' };
    case 'Expired':
      return { kind: 'expired' };
    case 'Approved': {
      const accessKeyId = answerText(keys?.AccessKeyId);
      const secretAccessKey = answerText(keys?.SecretAccessKey);
      const sessionToken = answerText(keys?.SessionToken);
      const expiration = keys?.ExpirationTime;
      if (!accessKeyId || !secretAccessKey || !sessionToken || !(expiration instanceof Date))
        return { kind: 'pending' };
      const expiresAt = expiration.getTime();
      if (Number.isNaN(expiresAt)) return { kind: 'pending' };
      const credentials = { accessKeyId, secretAccessKey, sessionToken, expiration };
      return { kind: 'approved', grant: { requestId, credentials, expiresAt } };
    }
    default:
      return { kind: 'pending' };
  }
}

function noRequestId(attempted: string): AppError {
  return new AppError({
    code: 'endpoint-unreachable',
    attempted,
    message: 'The answer to StartAccessRequest lacks the id of the request.',
    hint: 'Check that the endpoint is that of Systems Manager.',
    retryable: false,
  });
}
