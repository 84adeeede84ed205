import { AppError } from '../shared/errors.ts';

const whys = {
  rejected: {
    message: 'The request for access was rejected.',
    hint: 'Talk to whoever approves access to this node, or ask again with a reason that says more.',
  },
  revoked: {
    message: 'The approval was taken back.',
    hint: 'Talk to whoever approves access to this node, or ask again.',
  },
  expired: {
    message: 'The request for access ran out.',
    hint: 'Nobody decided about it in time, or the time that it was approved for is over. Ask again.',
  },
} as const;

/** An access request that will not come to anything, in words. */
export function accessRefused(target: string, why: keyof typeof whys): AppError {
  return new AppError({
    code: 'approval-refused',
    attempted: `Get access to ${target}`,
    ...whys[why],
    retryable: true,
  });
}
