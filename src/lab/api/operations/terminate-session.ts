import { ApiError } from '../api-error.ts';
import type { Operation } from '../context.ts';
import { requiredText } from '../members.ts';

/** Ending a session that has ended is no error. */
export const terminateSession: Operation = (members, context) => {
  const id = requiredText(members, 'SessionId', { min: 1, max: 96 });
  const record = context.findSession(id);
  if (!record) throw new ApiError('DoesNotExistException', `Session ${id} does not exist.`);
  context.endSession(record);
  return { SessionId: id };
};
