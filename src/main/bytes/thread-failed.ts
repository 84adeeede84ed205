import { AppError } from '../../shared/errors.ts';

/** The thread that carries the bytes has died, and its sessions' channels with it. */
export function threadFailed(): AppError {
  return new AppError({
    code: 'internal',
    attempted: 'Carry the bytes of the session',
    message: 'A part of Nodewharf has failed and was started again.',
    hint: 'Start the session again.',
    retryable: true,
  });
}
