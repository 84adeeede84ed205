import type { Operation } from '../context.ts';
import { requiredText } from '../members.ts';

/**
 * Ending a session that has ended, or that never was, is no error: the service model has none for it, and the real
 * service is reported to succeed whatever the id.
 */
export const terminateSession: Operation = (members, context) => {
  const id = requiredText(members, 'SessionId', { min: 1, max: 96 });
  const record = context.findSession(id);
  if (record) context.endSession(record);
  return { SessionId: id };
};
