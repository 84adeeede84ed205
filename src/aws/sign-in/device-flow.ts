import {
  CreateTokenCommand,
  SSOOIDCServiceException,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import { setTimeout as delay } from 'node:timers/promises';
import { answerText } from '../answer-members.ts';
import { assertEndpointSecure } from '../endpoint-guard.ts';
import { IdentityFault } from '../identity/identity-fault.ts';
import { incomplete, isUnknownClient, notInTime } from './login-faults.ts';
import { type BegunFlow, defaultScope, type LoginSession, secondsOf } from './login-session.ts';
import { tokenOf } from './oidc-client.ts';
import { register } from './registration.ts';
import { type CachedRegistration, forgetRegistration, type SsoToken } from './sso-cache.ts';

/** RFC 8628, sections 3.2 and 3.5. */
const defaultIntervalS = 5;
const slowDownS = 5;
/** However long the service would have it: the person has answered, and waits. */
const longestIntervalS = 30;
/** What a person can compare; it goes to a screen as it is. */
const shownCode = /^[\x21-\x7e]{1,32}$/;
/** Where the service does not say how long the code is good. */
const defaultLifeS = 600;

/** The device flow: a code that the person compares, in any browser anywhere. */
export async function beginDevice(session: LoginSession): Promise<BegunFlow> {
  const { oidc, login, signal } = session;
  const start = ({ clientId, clientSecret }: CachedRegistration) =>
    oidc.client.send(
      new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl: login.startUrl }),
      { abortSignal: signal },
    );
  const scopes = login.registrationScopes ?? (login.sessionName === undefined ? [] : [defaultScope]);
  let registration = await register(session, { scopes, grantTypes: [] });
  const askedAt = Date.now();
  const answer = await start(registration).catch(async (error: unknown) => {
    if (!isUnknownClient(error)) throw error;
    await forgetRegistration(login);
    registration = await register(session, { scopes, grantTypes: [] });
    return start(registration);
  });
  const deviceCode = answerText(answer.deviceCode);
  const userCode = answerText(answer.userCode);
  const page = answerText(answer.verificationUriComplete) ?? answerText(answer.verificationUri);
  const isGood =
    userCode !== undefined && shownCode.test(userCode) && page !== undefined && URL.canParse(page);
  if (deviceCode === undefined || !isGood) {
    throw incomplete('StartDeviceAuthorization');
  }
  const url = new URL(page);
  assertEndpointSecure(url);
  const expiresAt = askedAt + secondsOf(answer.expiresIn, defaultLifeS) * 1000;
  const intervalS = Math.min(secondsOf(answer.interval, defaultIntervalS), longestIntervalS);
  const token = poll(session, registration, { deviceCode, intervalS, expiresAt });
  // Whoever began it may be slower in looking at it.
  token.catch(() => undefined);
  return { url: url.href, userCode, expiresAt, token };
}

/** Asks for the token until the person is done in the browser. A network that fails meanwhile does not end it. */
async function poll(
  { oidc, login, signal }: LoginSession,
  registration: CachedRegistration,
  { deviceCode, intervalS, expiresAt }: { deviceCode: string; intervalS: number; expiresAt: number },
): Promise<SsoToken> {
  let waitS = intervalS;
  for (;;) {
    await delay(waitS * 1000, undefined, { signal });
    const askedAt = Date.now();
    try {
      const answer = await oidc.client.send(
        new CreateTokenCommand({
          grantType: 'urn:ietf:params:oauth:grant-type:device_code',
          clientId: registration.clientId,
          clientSecret: registration.clientSecret,
          deviceCode,
        }),
        { abortSignal: signal },
      );
      return tokenOf(answer, askedAt, registration);
    } catch (error) {
      if (isUnknownClient(error)) await forgetRegistration(login);
      if (signal.aborted || isFinal(error)) throw error;
      if (error instanceof SSOOIDCServiceException && error.name === 'SlowDownException') waitS += slowDownS;
      if (Date.now() >= expiresAt) throw notInTime();
    }
  }
}

/** A refusal, or an answer that is none; not a service or a network that fails for a while. */
function isFinal(error: unknown): boolean {
  if (error instanceof IdentityFault) return true;
  if (!(error instanceof SSOOIDCServiceException) || error.$fault === 'server') return false;
  return error.name !== 'AuthorizationPendingException' && error.name !== 'SlowDownException';
}
