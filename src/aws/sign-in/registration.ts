import { RegisterClientCommand } from '@aws-sdk/client-sso-oidc';
import { answerText } from '../answer-members.ts';
import { incomplete } from './login-faults.ts';
import { type LoginSession, secondsOf } from './login-session.ts';
import { redirectPath } from './loopback-redirect.ts';
import { ssoCacheName, stored } from './cache-files.ts';
import { type CachedRegistration, readRegistration, writeRegistration } from './sso-cache.ts';

/** A registration is not used so shortly before its end, as with the AWS CLI. */
const registrationMarginMs = 15 * 60_000;

/** This program's registration, from the cache if one fits there. A registration is good for one kind of flow. */
export async function register(
  { oidc, login, signal }: LoginSession,
  { scopes, grantTypes }: { scopes: string[]; grantTypes: string[] },
): Promise<CachedRegistration> {
  const cached = await readRegistration(login);
  const fits =
    cached !== undefined &&
    cached.expiresAt - Date.now() > registrationMarginMs &&
    cached.grantTypes.includes('authorization_code') === grantTypes.includes('authorization_code') &&
    scopes.every((scope) => cached.scopes.includes(scope));
  if (fits) return cached;
  const answer = await oidc.client.send(
    new RegisterClientCommand({
      clientName: `nodewharf-${login.sessionName ?? 'legacy'}`,
      clientType: 'public',
      ...(scopes.length > 0 && { scopes }),
      ...(grantTypes.length > 0 && {
        grantTypes,
        redirectUris: [`http://127.0.0.1${redirectPath}`],
        issuerUrl: login.startUrl,
      }),
    }),
    { abortSignal: signal },
  );
  const clientId = answerText(answer.clientId);
  const clientSecret = answerText(answer.clientSecret);
  if (clientId === undefined || clientSecret === undefined) throw incomplete('RegisterClient');
  const expiresAt = secondsOf(answer.clientSecretExpiresAt, Date.now() / 1000) * 1000;
  const registration = { clientId, clientSecret, expiresAt, scopes, grantTypes };
  await stored(writeRegistration(login, registration), ssoCacheName);
  return registration;
}
