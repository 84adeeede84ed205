import type { ControlPlane, ControlPlaneOptions } from '../aws/control-plane.ts';

/** What the control plane's room offers to main. */
export interface AwsRoom {
  createControlPlane(options: ControlPlaneOptions): ControlPlane;
  createDoctorCalls: typeof import('../aws/doctor/doctor-calls.ts').createDoctorCalls;
  createMemberLookup: typeof import('../aws/members/member-lookup.ts').createMemberLookup;
  credentialsFor: typeof import('../aws/credentials.ts').credentialsFor;
  needsNobody: typeof import('../aws/quiet-credentials.ts').needsNobody;
  toAppError: typeof import('../aws/errors.ts').toAppError;
  readSharedSettings: typeof import('../aws/shared-settings.ts').readSharedSettings;
  watchSharedSettings: typeof import('../aws/shared-settings.ts').watchSharedSettings;
  beginSsoLogin: typeof import('../aws/sign-in/sso-login.ts').beginSsoLogin;
  beginConsoleLogin: typeof import('../aws/sign-in/console-login.ts').beginConsoleLogin;
  consoleKeysUntil: typeof import('../aws/sign-in/console-cache.ts').consoleKeysUntil;
  readToken: typeof import('../aws/sign-in/sso-cache.ts').readToken;
}

/** Loaded when it is first needed: the AWS SDK is too heavy for the start. */
export async function loadAwsRoom(): Promise<AwsRoom> {
  const [
    controlPlane,
    doctor,
    members,
    credentials,
    quietCredentials,
    errors,
    settings,
    login,
    cache,
    consoleLogin,
    consoleCache,
  ] = await Promise.all([
    import('../aws/control-plane.ts'),
    import('../aws/doctor/doctor-calls.ts'),
    import('../aws/members/member-lookup.ts'),
    import('../aws/credentials.ts'),
    import('../aws/quiet-credentials.ts'),
    import('../aws/errors.ts'),
    import('../aws/shared-settings.ts'),
    import('../aws/sign-in/sso-login.ts'),
    import('../aws/sign-in/sso-cache.ts'),
    import('../aws/sign-in/console-login.ts'),
    import('../aws/sign-in/console-cache.ts'),
  ]);
  return {
    createControlPlane: controlPlane.createControlPlane,
    createDoctorCalls: doctor.createDoctorCalls,
    createMemberLookup: members.createMemberLookup,
    credentialsFor: credentials.credentialsFor,
    needsNobody: quietCredentials.needsNobody,
    toAppError: errors.toAppError,
    readSharedSettings: settings.readSharedSettings,
    watchSharedSettings: settings.watchSharedSettings,
    beginSsoLogin: login.beginSsoLogin,
    readToken: cache.readToken,
    beginConsoleLogin: consoleLogin.beginConsoleLogin,
    consoleKeysUntil: consoleCache.consoleKeysUntil,
  };
}
