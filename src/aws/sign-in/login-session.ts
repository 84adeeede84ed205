import type { OidcClient } from './oidc-client.ts';
import type { SsoLogin } from './sign-in-door.ts';
import type { SsoToken } from './sso-cache.ts';

/** A login under way. */
export interface LoginSession {
  oidc: OidcClient;
  login: SsoLogin;
  signal: AbortSignal;
}

/** The page to sign in at, and what comes of it. */
export interface BegunFlow {
  url: string;
  userCode?: string;
  /** Epoch milliseconds. */
  expiresAt: number;
  token: Promise<SsoToken>;
}

/** Without it there is no token that can be refreshed. */
export const defaultScope = 'sso:account:access';

/** A time span of an answer. */
export function secondsOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value > 0 ? value : otherwise;
}
