import type { Operation } from '../context.ts';
import { requiredText } from '../members.ts';

/** A target that nobody knows is not connected either. */
export const getConnectionStatus: Operation = (members, context, region) => {
  const target = requiredText(members, 'Target', { min: 1, max: 400 });
  const isConnected = context.findTarget(region, target)?.online === true;
  return { Target: target, Status: isConnected ? 'connected' : 'notconnected' };
};
