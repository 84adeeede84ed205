import { AppError } from '../../../src/shared/errors.ts';
import type { ConsoleLogin, MfaNeed, SignInDoor, SsoLogin } from '../../../src/aws/sign-in/sign-in-door.ts';

/** Keeps what it is asked, and gives the codes that it has; without one it refuses. */
export class RecordingDoor implements SignInDoor {
  readonly logins: SsoLogin[] = [];
  readonly roles: { accountId?: string; roleName?: string }[] = [];
  readonly consoleLogins: ConsoleLogin[] = [];
  readonly needs: MfaNeed[] = [];
  readonly codes: string[];

  constructor(...codes: string[]) {
    this.codes = codes;
  }

  ssoNeeded(login: SsoLogin, as: { accountId?: string; roleName?: string }): void {
    this.logins.push(login);
    this.roles.push(as);
  }

  consoleNeeded(login: ConsoleLogin): void {
    this.consoleLogins.push(login);
  }

  async mfaCode(need: MfaNeed): Promise<string> {
    this.needs.push(need);
    const code = this.codes.shift();
    // A person takes a moment, in which others come and ask.
    await new Promise(setImmediate);
    if (code !== undefined) return code;
    throw new AppError({
      code: 'sign-in-needed',
      attempted: 'Give a code',
      message: 'No code.',
      hint: '',
      retryable: true,
    });
  }
}
