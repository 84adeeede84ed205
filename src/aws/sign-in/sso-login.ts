import { lookAround } from '../network/client-settings.ts';
import type { NetworkSettings } from '../network/network-settings.ts';
import { ssoCacheName, stored } from './cache-files.ts';
import { beginDevice } from './device-flow.ts';
import { toLoginError } from './login-faults.ts';
import { openOidcClient } from './oidc-client.ts';
import { beginPkce } from './pkce-flow.ts';
import type { SsoLogin } from './sign-in-door.ts';
import { writeToken } from './sso-cache.ts';

export interface BegunSsoLogin {
  /** The page where the person signs in: https, or http on this machine. */
  url: string;
  /** Of the device flow: what the page has to show. */
  userCode?: string;
  /** Epoch milliseconds; the sign-in has to be done by then. */
  expiresAt: number;
  /** The token is in the cache. Rejects with `AppError`. */
  done: Promise<void>;
}

export interface SsoLoginOptions {
  /**
   * `device`: in any browser anywhere, with a code to compare. `pkce`: in a browser of this computer, which comes back to it by
   * itself.
   */
  flow: 'device' | 'pkce';
  /** Gives it up; nothing is left listening. */
  signal: AbortSignal;
  network?: NetworkSettings;
}

/**
 * Begins a login of IAM Identity Center: registers this program (cached as the AWS CLI does) and asks for the page to sign in
 * at. At the end the token stands in the cache that is shared with the AWS CLI. Opens no browser. Rejects with `AppError`.
 */
export async function beginSsoLogin(
  login: SsoLogin,
  { flow, signal, network }: SsoLoginOptions,
): Promise<BegunSsoLogin> {
  const { profileName } = login;
  const attempt = async <T>(operation: string, run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      throw toLoginError(error, login, operation);
    }
  };
  const oidc = await attempt('RegisterClient', async () =>
    openOidcClient(login, await lookAround(network, profileName)),
  );
  const session = { oidc, login, signal };
  try {
    const begun = await attempt('StartDeviceAuthorization', () =>
      flow === 'device' ? beginDevice(session) : beginPkce(session),
    );
    const done = attempt('CreateToken', async () =>
      stored(writeToken(login, await begun.token), ssoCacheName),
    );
    void done.catch(() => undefined).finally(() => oidc.client.destroy());
    const { url, userCode, expiresAt } = begun;
    return { url, expiresAt, done, ...(userCode !== undefined && { userCode }) };
  } catch (error) {
    oidc.client.destroy();
    throw error;
  }
}
