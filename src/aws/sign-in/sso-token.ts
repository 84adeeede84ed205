import { CreateTokenCommand } from '@aws-sdk/client-sso-oidc';
import type { ClientSurroundings } from '../network/client-settings.ts';
import { openOidcClient, tokenOf } from './oidc-client.ts';
import type { SsoLogin } from './sign-in-door.ts';
import { readToken, type SsoToken, tokenPath, writeToken } from './sso-cache.ts';

/** Nobody is signed in, or nobody any more, and only a person can change that. */
export class SsoSignInNeeded extends Error {
  override readonly name = 'SsoSignInNeeded';
  readonly login: SsoLogin;
  readonly wasSignedIn: boolean;

  constructor(login: SsoLogin, wasSignedIn: boolean, cause?: unknown) {
    super('a sign-in is needed', cause === undefined ? undefined : { cause });
    this.login = login;
    this.wasSignedIn = wasSignedIn;
  }
}

/** A token is refreshed when it has less than this left, as the AWS CLI does. */
const refreshWindowMs = 15 * 60_000;
/** After a refresh that failed, a token that is still good is used so long before the next try. */
const pauseAfterFailureMs = 30_000;

const underWay = new Map<string, Promise<string>>();
const failedAt = new Map<string, number>();

/**
 * The access token of a login, refreshed in silence when it is about to run out. Callers at the same time share one refresh.
 * Rejects with {@link SsoSignInNeeded}, or with what kept the service from being asked.
 */
export function freshToken(login: SsoLogin, around: ClientSurroundings): Promise<string> {
  const key = tokenPath(login);
  const known = underWay.get(key);
  if (known !== undefined) return known;
  const asked = lookUp(login, around).finally(() => underWay.delete(key));
  underWay.set(key, asked);
  return asked;
}

async function lookUp(login: SsoLogin, around: ClientSurroundings): Promise<string> {
  const token = await readToken(login);
  if (token === undefined) throw new SsoSignInNeeded(login, false);
  const leftMs = token.expiresAt - Date.now();
  if (leftMs > refreshWindowMs) return token.accessToken;
  const isPausing = Date.now() - (failedAt.get(tokenPath(login)) ?? 0) < pauseAfterFailureMs;
  if (leftMs > 0 && isPausing) return token.accessToken;
  const { registration, refreshToken } = token;
  if (refreshToken === undefined || registration === undefined || registration.expiresAt <= Date.now()) {
    if (leftMs > 0) return token.accessToken;
    throw new SsoSignInNeeded(login, true);
  }
  try {
    const fresh = await refresh(login, { ...token, registration, refreshToken }, around);
    failedAt.delete(tokenPath(login));
    return fresh;
  } catch (error) {
    failedAt.set(tokenPath(login), Date.now());
    // The AWS CLI may have been quicker: a refresh token can be good for one use only.
    const meanwhile = await readToken(login);
    if (meanwhile !== undefined && meanwhile.expiresAt > Date.now()) return meanwhile.accessToken;
    if (isRefusal(error)) throw new SsoSignInNeeded(login, true, error);
    throw error;
  }
}

async function refresh(
  login: SsoLogin,
  token: SsoToken & Required<Pick<SsoToken, 'registration' | 'refreshToken'>>,
  around: ClientSurroundings,
): Promise<string> {
  const { client } = openOidcClient(login, around);
  try {
    const askedAt = Date.now();
    const answer = await client.send(
      new CreateTokenCommand({
        grantType: 'refresh_token',
        clientId: token.registration.clientId,
        clientSecret: token.registration.clientSecret,
        refreshToken: token.refreshToken,
      }),
    );
    const fresh = tokenOf(answer, askedAt, token.registration);
    await writeToken(login, fresh);
    return fresh.accessToken;
  } finally {
    client.destroy();
  }
}

/** What CreateToken answers when a login is over, as opposed to a service or a network that does not work. */
const refusals: ReadonlySet<string> = new Set([
  'InvalidGrantException',
  'ExpiredTokenException',
  'UnauthorizedClientException',
  'InvalidClientException',
  'AccessDeniedException',
]);

function isRefusal(error: unknown): boolean {
  return error instanceof Error && refusals.has(error.name);
}
