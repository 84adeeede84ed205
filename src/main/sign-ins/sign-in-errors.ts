import { AppError, type AppErrorData } from '../../shared/errors.ts';

/** A code is needed and nobody has given one yet. Who waits for it goes on when one was given. */
export function codeNeeded(profileName: string): AppError {
  return new AppError({
    code: 'sign-in-needed',
    attempted: `Get credentials for ${profileName}`,
    message: 'The role asks for a code of your MFA device.',
    hint: 'Give the code where Nodewharf asks for it.',
    retryable: true,
  });
}

export const codeRefused: AppErrorData = {
  code: 'access-denied',
  attempted: 'Check the code of the MFA device',
  message: 'The service did not accept the code.',
  hint: 'A code is good once, for about 30 seconds. Wait for the next one, and check the clock of the device.',
  retryable: true,
};

export function signInGone(attempted: string): AppError {
  return new AppError({
    code: 'not-found',
    attempted,
    message: 'This sign-in is not needed any more.',
    hint: '',
    retryable: false,
  });
}

export function isSignInNeeded(error: unknown): boolean {
  return error instanceof AppError && error.data.code === 'sign-in-needed';
}
