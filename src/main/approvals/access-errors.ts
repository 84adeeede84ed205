import { AppError } from '../../shared/errors.ts';

export function isApprovalNeeded(error: unknown): boolean {
  return error instanceof AppError && error.data.code === 'approval-needed';
}

/** Whether the service refused by a policy, whichever. */
export function isDenied(error: unknown): boolean {
  return error instanceof AppError && ['access-denied', 'approval-needed'].includes(error.data.code);
}

/** An approval that a session was started with has run out, and the session cannot be resumed without one. */
export function accessAnew(target: string): AppError {
  return new AppError({
    code: 'approval-needed',
    attempted: `Resume the session on ${target}`,
    message: 'The connection was lost after the approval had run out. To resume the session takes a new one.',
    hint: 'Ask for access again. The session is kept until the service ends it.',
    retryable: true,
  });
}
