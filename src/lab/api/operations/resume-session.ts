import { checkNodeRights } from '../../approvals/node-rights.ts';
import { isLive } from '../../session-record.ts';
import { ApiError } from '../api-error.ts';
import type { Operation } from '../context.ts';
import { requiredText } from '../members.ts';

/** An ended session answers with an empty token, one that never was with DoesNotExistException. */
export const resumeSession: Operation = (members, context, region, caller) => {
  const id = requiredText(members, 'SessionId', { min: 1, max: 96 });
  const record = context.findSession(id);
  if (!record) throw new ApiError('DoesNotExistException', `Session ${id} does not exist.`);
  checkNodeRights({ caller, action: 'ssm:ResumeSession', nodeId: record.target, region }, context.approvals);
  const fault = context.resumeFault(record);
  if (fault instanceof ApiError) throw fault;
  const gone = fault === 'gone' || !isLive(record);
  return {
    SessionId: id,
    TokenValue: gone ? '' : context.issueToken(record),
    StreamUrl: context.streamUrl(record),
  };
};
