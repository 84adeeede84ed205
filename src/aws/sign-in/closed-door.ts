import { AppError } from '../../shared/errors.ts';
import type { SignInDoor } from './sign-in-door.ts';

/** Where there is nobody to ask: calls end with `sign-in-needed`. */
export const closedDoor: SignInDoor = {
  ssoNeeded: () => undefined,
  consoleNeeded: () => undefined,
  mfaCode: ({ roleArn }) => Promise.reject(noCode(roleArn)),
};

export function noCode(roleArn: string): AppError {
  return new AppError({
    code: 'sign-in-needed',
    attempted: `Take on the role ${roleArn}`,
    message: 'The role asks for a code of an MFA device, and none was given.',
    hint: 'Start it where you can be asked for one, or take the role on beforehand.',
    retryable: false,
  });
}
