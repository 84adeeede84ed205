import { ApiError } from '../api/api-error.ts';
import { labAccountId } from '../lab-account.ts';
import type { Caller, LabApprovals } from './lab-approvals.ts';

/** What the keys of an approval are good for: AWS's own policy for them names these and no other call to Systems Manager. */
const grantedOperations: ReadonlySet<string> = new Set([
  'StartSession',
  'ResumeSession',
  'TerminateSession',
  'GenerateDataKey',
]);

/** Throws where keys of an approval are used for anything else. */
export function checkGrantedOperation(operation: string, service: string, caller: Caller): void {
  if (caller.grantedNode === undefined || grantedOperations.has(operation)) return;
  throw denied(caller, `${service}:${operation}`, '*');
}

/**
 * Throws where the caller may not have a session on that node. An account whose users come by approvals alone has taken
 * ssm:StartSession out of their policies, so the answer is that of IAM; there is none of the service's own.
 */
export function checkNodeRights(
  { caller, action, nodeId, region }: { caller: Caller; action: string; nodeId: string; region: string },
  approvals: LabApprovals,
): void {
  const isAllowed =
    caller.grantedNode === undefined ? !approvals.isNeeded(nodeId) : caller.grantedNode === nodeId;
  if (!isAllowed) throw denied(caller, action, nodeArn(region, nodeId));
}

function nodeArn(region: string, nodeId: string): string {
  return nodeId.startsWith('mi-')
    ? `arn:aws:ssm:${region}:${labAccountId}:managed-instance/${nodeId}`
    : `arn:aws:ec2:${region}:${labAccountId}:instance/${nodeId}`;
}

function denied({ arn }: Caller, action: string, resource: string): ApiError {
  return new ApiError(
    'AccessDeniedException',
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  );
}
