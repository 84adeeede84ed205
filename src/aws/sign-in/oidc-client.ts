import { type CreateTokenResponse, SSOOIDCClient } from '@aws-sdk/client-sso-oidc';
import { answerText } from '../answer-members.ts';
import { assertEndpointSecure, guardEndpoint } from '../endpoint-guard.ts';
import { type ClientSurroundings, clientSettings } from '../network/client-settings.ts';
import { incomplete } from './login-faults.ts';
import type { SsoLogin } from './sign-in-door.ts';
import type { SsoRegistration, SsoToken } from './sso-cache.ts';

export interface OidcClient {
  client: SSOOIDCClient;
  /** Where its calls go. The page of the sign-in is there too, which is no operation of the SDK. */
  base(): Promise<URL>;
}

/** The part of IAM Identity Center that gives out tokens. Its calls are not signed. */
export function openOidcClient({ region }: SsoLogin, around: ClientSurroundings): OidcClient {
  const settings = clientSettings('sso-oidc', around);
  const client = new SSOOIDCClient({ ...settings, region });
  guardEndpoint(client);
  return {
    client,
    async base() {
      const { config } = client;
      const { url } = config.endpointProvider({
        Region: region,
        UseFIPS: await config.useFipsEndpoint(),
        UseDualStack: await config.useDualstackEndpoint(),
        Endpoint: settings.endpoint,
      });
      assertEndpointSecure(url);
      return url;
    },
  };
}

/** An answer of CreateToken. Throws `IdentityFault` when it holds no token. */
export function tokenOf(
  answer: CreateTokenResponse,
  askedAt: number,
  registration: SsoRegistration,
): SsoToken {
  const accessToken = answerText(answer.accessToken);
  const refreshToken = answerText(answer.refreshToken);
  const seconds: unknown = answer.expiresIn;
  if (accessToken === undefined || typeof seconds !== 'number') {
    throw incomplete('CreateToken');
  }
  return {
    accessToken,
    expiresAt: askedAt + seconds * 1000,
    registration,
    ...(refreshToken !== undefined && { refreshToken }),
  };
}
