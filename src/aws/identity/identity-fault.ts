import type { AppErrorData } from '../../shared/errors.ts';

/** On the way to credentials, before or instead of a service's own error. The call that needs them ends with it. */
export class IdentityFault extends Error {
  override readonly name = 'IdentityFault';
  readonly verdict: Pick<AppErrorData, 'code' | 'message' | 'hint' | 'retryable'>;

  /** `message` and `hint` quote names, never values: those may be secrets. */
  constructor(
    code: AppErrorData['code'],
    message: string,
    hint: string,
    cause?: unknown,
    /** The same may go well another time. */
    retryable = false,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.verdict = { code, message, hint, retryable };
  }
}

/** The shared files hold something that cannot be meant. */
export function settingsFault(message: string, hint: string): IdentityFault {
  return new IdentityFault('settings-malformed', message, hint);
}
