import { ApiError } from '../api-error.ts';
import { epochSeconds, type Operation } from '../context.ts';
import { listOfMembers, listOfText, requiredText } from '../members.ts';

/** Bounds of the service model: `AccessRequestId`, `Reason`, `Targets`. */
const requestIdPattern = /^(oi)-[0-9a-f]{12}$/;
const maxTargets = 5;

/**
 * StartAccessRequest of just-in-time node access. The service answers a request id; whether an approval is there is asked for with
 * GetAccessToken. The sentence for an account without it was reported by a user; the others are ours, under modelled names.
 */
export const startAccessRequest: Operation = (members, context, region, caller) => {
  const reason = requiredText(members, 'Reason', { min: 1, max: 256 });
  const targets = listOfMembers(members, 'Targets');
  if (targets.length === 0 || targets.length > maxTargets)
    throw new ApiError('ValidationException', `Between 1 and ${maxTargets} targets are needed.`);
  const ids = targets.flatMap((target) => {
    requiredText(target, 'Key', { min: 1, max: 163, pattern: /^InstanceIds$/ });
    return listOfText(target, 'Values');
  });
  const { approvals } = context;
  if (!approvals.isOn) {
    throw new ApiError(
      'ValidationException',
      'Just-In-Time Node Access service is not enabled in this account.',
    );
  }
  const [nodeId, ...others] = ids;
  const node = context.nodesIn(region).find(({ id }) => id === nodeId);
  if (node === undefined || others.length > 0)
    throw new ApiError('ResourceNotFoundException', 'One node of this account and Region is needed.');
  if (!approvals.isNeeded(node.id))
    throw new ApiError('ValidationException', `No approval policy applies to ${node.id}.`);
  return { AccessRequestId: approvals.ask(node.id, reason, caller.arn).id };
};

/** GetAccessToken: how far the request has come, and once it is approved keys for its node. */
export const getAccessToken: Operation = (members, context, _region, caller) => {
  const id = requiredText(members, 'AccessRequestId', { pattern: requestIdPattern });
  const request = context.approvals.find(id);
  if (request === undefined || request.askedBy !== caller.arn)
    throw new ApiError('ResourceNotFoundException', `Access request ${id} could not be found.`);
  if (request.status !== 'Approved') return { AccessRequestStatus: request.status };
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = context.approvals.issueKeys(request);
  return {
    AccessRequestStatus: request.status,
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      ExpirationTime: epochSeconds(expiresAt),
    },
  };
};
