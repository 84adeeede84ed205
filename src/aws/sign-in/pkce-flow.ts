import { createHash, randomBytes } from 'node:crypto';
import { CreateTokenCommand } from '@aws-sdk/client-sso-oidc';
import { isUnknownClient, notInTime, refused } from './login-faults.ts';
import { type BegunFlow, defaultScope, type LoginSession } from './login-session.ts';
import { type LoopbackRedirect, openLoopbackRedirect, type Redirect } from './loopback-redirect.ts';
import { tokenOf } from './oidc-client.ts';
import { register } from './registration.ts';
import { type CachedRegistration, forgetRegistration, type SsoToken } from './sso-cache.ts';

/** As long as the AWS CLI waits for the browser. */
export const redirectWaitMs = 10 * 60_000;

/** The authorization code flow with PKCE (RFC 7636): a browser of this computer, which comes back to it by itself. */
export async function beginPkce(session: LoginSession): Promise<BegunFlow> {
  const scopes = session.login.registrationScopes ?? [defaultScope];
  const registration = await register(session, {
    scopes,
    grantTypes: ['authorization_code', 'refresh_token'],
  });
  const state = randomBytes(24).toString('base64url');
  const codeVerifier = randomBytes(48).toString('base64url');
  const url = new URL('/authorize', await session.oidc.base());
  const redirect = await openLoopbackRedirect(state);
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: registration.clientId,
    redirect_uri: redirect.uri,
    state,
    code_challenge_method: 'S256',
    scopes: scopes.join(' '),
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
  })) {
    url.searchParams.set(name, value);
  }
  const token = finish(session, { registration, redirect, codeVerifier });
  // Whoever began it may be slower in looking at it.
  token.catch(() => undefined);
  return { url: url.href, expiresAt: Date.now() + redirectWaitMs, token };
}

interface Underway {
  registration: CachedRegistration;
  redirect: LoopbackRedirect;
  codeVerifier: string;
}

async function finish(
  { oidc, login, signal }: LoginSession,
  { registration, redirect, codeVerifier }: Underway,
): Promise<SsoToken> {
  try {
    const code = await codeFrom(redirect, signal);
    const askedAt = Date.now();
    const answer = await oidc.client.send(
      new CreateTokenCommand({
        grantType: 'authorization_code',
        clientId: registration.clientId,
        clientSecret: registration.clientSecret,
        redirectUri: redirect.uri,
        codeVerifier,
        code,
      }),
      { abortSignal: signal },
    );
    const token = tokenOf(answer, askedAt, registration);
    redirect.answer(true);
    return token;
  } catch (error) {
    redirect.answer(false);
    if (isUnknownClient(error)) await forgetRegistration(login);
    throw error;
  } finally {
    redirect.close();
  }
}

/** What the browser brings back; rejects where the person says no or takes too long. */
export async function codeFrom({ arrived }: LoopbackRedirect, signal: AbortSignal): Promise<string> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(redirectWaitMs)]);
  const back: Redirect | 'aborted' = await Promise.race([arrived, aborted(limit)]);
  if (back === 'aborted') {
    signal.throwIfAborted();
    throw notInTime();
  }
  if (back.kind === 'refused') throw refused();
  return back.code;
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    else signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}
