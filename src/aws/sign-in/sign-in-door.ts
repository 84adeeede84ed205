/** A login of IAM Identity Center that profiles share: an sso-session, or in the legacy form a start URL. */
export interface SsoLogin {
  /** The same for the same sso-session or, in the legacy form, the same start URL. */
  id: string;
  /** Absent in the legacy form. */
  sessionName?: string;
  startUrl: string;
  region: string;
  /** `sso_registration_scopes` of the sso-session. */
  registrationScopes?: string[];
  /** Shared profile that it is needed for: its other settings hold for the login too. */
  profileName?: string;
}

/** A sign-in with the console, as `aws login` makes it. */
export interface ConsoleLogin {
  /** The same for the same session. */
  id: string;
  /** `login_session` of the profiles that share it: the ARN of whoever signs in. */
  consoleSession: string;
  region: string;
  /** Shared profile that it is needed for: its other settings hold for the login too. */
  profileName?: string;
}

/** A code of an MFA device is needed to take on a role. */
export interface MfaNeed {
  /** The same for the same role session. */
  id: string;
  /** Serial number or ARN of the device. */
  serial: string;
  roleArn: string;
  /** The code before this one was not accepted. */
  wasRefused?: boolean;
}

/** How credentials ask for what only a person can give. */
export interface SignInDoor {
  /** A person sits at the terminal of this process: a program that gives credentials may ask there. */
  readonly hasTerminal?: boolean;
  /**
   * The login is missing, or has run out and cannot be refreshed in silence. Said each time a call fails for it, with the
   * `sign-in-needed` that the call then ends with; the door gathers who waits.
   */
  ssoNeeded(login: SsoLogin, as: { accountId?: string; roleName?: string }): void;
  /** The same for a sign-in with the console. */
  consoleNeeded(login: ConsoleLogin): void;
  /**
   * A code of the device; rejects with `sign-in-needed` when the person gives none. Asked once for a role session however many
   * calls wait for it, and again with `wasRefused` after a code that was not accepted.
   */
  mfaCode(need: MfaNeed): Promise<string>;
}
