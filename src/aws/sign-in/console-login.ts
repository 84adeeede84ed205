import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import {
  CreateOAuth2TokenCommand,
  SigninClient,
  SigninServiceException,
} from '@aws-sdk/nested-clients/signin';
import { answerText } from '../answer-members.ts';
import { assertEndpointSecure, guardEndpoint } from '../endpoint-guard.ts';
import type { AppError } from '../../shared/errors.ts';
import { toAppError } from '../errors.ts';
import { IdentityFault } from '../identity/identity-fault.ts';
import { clientSettings, lookAround } from '../network/client-settings.ts';
import type { NetworkSettings } from '../network/network-settings.ts';
import { stored } from './cache-files.ts';
import { type ConsoleToken, writeConsoleToken } from './console-cache.ts';
import { dpopProof } from './dpop.ts';
import { notInTime } from './login-faults.ts';
import { openLoopbackRedirect } from './loopback-redirect.ts';
import { codeFrom, redirectWaitMs } from './pkce-flow.ts';
import type { ConsoleLogin } from './sign-in-door.ts';

/** As AWS Sign-In knows programs of this computer, the AWS CLI among them; nothing has to be registered. */
const clientId = 'arn:aws:signin:::devtools/same-device';

export interface BegunConsoleLogin {
  url: string;
  /** Epoch milliseconds. */
  expiresAt: number;
  /** The sign-in is in the cache. Rejects with `AppError`. */
  done: Promise<void>;
}

export interface ConsoleLoginOptions {
  /** Gives it up; nothing is left listening. */
  signal: AbortSignal;
  network?: NetworkSettings;
}

/**
 * Begins a sign-in with the console: the authorization code flow with PKCE (RFC 7636), whose token is bound to a key of ours
 * (RFC 9449). The browser of this computer comes back to it by itself. At the end the sign-in stands in the cache that is shared
 * with the AWS CLI. Opens no browser. Rejects with `AppError`.
 */
export async function beginConsoleLogin(
  login: ConsoleLogin,
  { signal, network }: ConsoleLoginOptions,
): Promise<BegunConsoleLogin> {
  const attempt = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      throw toConsoleError(error, login);
    }
  };
  const { client, base } = await attempt(() => openClient(login, network));
  const state = randomBytes(24).toString('base64url');
  const codeVerifier = randomBytes(48).toString('base64url');
  const redirect = await openLoopbackRedirect(state);
  const url = new URL('/v1/authorize', base);
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirect.uri,
    state,
    // Its own name for what RFC 7636 calls S256.
    code_challenge_method: 'SHA-256',
    scope: 'openid',
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
  })) {
    url.searchParams.set(name, value);
  }

  const finish = async (): Promise<void> => {
    try {
      const code = await codeFrom(redirect, signal);
      const token = await exchange(
        client,
        login,
        {
          clientId,
          grantType: 'authorization_code',
          code,
          codeVerifier,
          redirectUri: redirect.uri,
        },
        signal,
      );
      await stored(writeConsoleToken(login.consoleSession, token), '~/.aws/login/cache');
      redirect.answer(true);
    } catch (error) {
      redirect.answer(false);
      throw error;
    } finally {
      redirect.close();
      client.destroy();
    }
  };
  const done = attempt(finish);
  // Whoever began it may be slower in looking at it.
  done.catch(() => undefined);
  return { url: url.href, expiresAt: Date.now() + redirectWaitMs, done };
}

async function openClient(
  { region, profileName }: ConsoleLogin,
  network: NetworkSettings | undefined,
): Promise<{ client: SigninClient; base: URL }> {
  const settings = clientSettings('signin', await lookAround(network, profileName));
  const client = new SigninClient({
    ...settings,
    region,
    credentials: { accessKeyId: '', secretAccessKey: '' },
  });
  guardEndpoint(client);
  const { url: base } = client.config.endpointProvider({
    Region: region,
    UseFIPS: await client.config.useFipsEndpoint(),
    UseDualStack: await client.config.useDualstackEndpoint(),
    Endpoint: settings.endpoint,
    IsControlPlane: false,
  });
  assertEndpointSecure(base);
  return { client, base };
}

type TokenInput = NonNullable<ConstructorParameters<typeof CreateOAuth2TokenCommand>[0]['tokenInput']>;

async function exchange(
  client: SigninClient,
  login: ConsoleLogin,
  tokenInput: TokenInput,
  signal: AbortSignal,
): Promise<ConsoleToken> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  proveKey(client, privateKey);
  const askedAt = Date.now();
  const { tokenOutput } = await client.send(new CreateOAuth2TokenCommand({ tokenInput }), {
    abortSignal: signal,
  });
  const accessKeyId = answerText(tokenOutput?.accessToken?.accessKeyId);
  const secretAccessKey = answerText(tokenOutput?.accessToken?.secretAccessKey);
  const sessionToken = answerText(tokenOutput?.accessToken?.sessionToken);
  const refreshToken = answerText(tokenOutput?.refreshToken);
  const idToken = answerText(tokenOutput?.idToken);
  const seconds: unknown = tokenOutput?.expiresIn;
  const subject = idToken && subjectOf(idToken);
  if (!accessKeyId || !secretAccessKey || !sessionToken || !refreshToken || !idToken || !subject) {
    throw incomplete();
  }
  if (typeof seconds !== 'number') throw incomplete();
  if (subject !== login.consoleSession) throw otherPerson(subject, login);
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    accountId: accountOf(subject) ?? '',
    expiresAt: askedAt + seconds * 1000,
    tokenType: answerText(tokenOutput?.tokenType) ?? 'aws_sigv4',
    clientId,
    refreshToken,
    idToken,
    dpopKey: privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    signInRegion: login.region,
  };
}

/** Puts the proof on the request as it leaves. */
function proveKey(client: SigninClient, key: KeyObject): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as {
        method: string;
        protocol: string;
        hostname: string;
        port?: number;
        path: string;
        headers: Record<string, string>;
      };
      const { method, protocol, hostname, port, path } = request;
      const url = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
      request.headers['DPoP'] = dpopProof(key, method, url, Date.now());
      return next(args);
    },
    { step: 'finalizeRequest', name: 'proveKey' },
  );
}

/** Who has signed in, by the token of the answer, which came from the service itself. */
function subjectOf(idToken: string): string | undefined {
  const [, payload = ''] = idToken.split('.');
  try {
    const told: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const { sub } = (told ?? {}) as { sub?: unknown };
    return answerText(sub);
  } catch {
    return undefined;
  }
}

export function accountOf(arn: string): string | undefined {
  return /^arn:[^:]*:(?:iam|sts)::(\d{12}):/.exec(arn)?.[1];
}

function otherPerson(subject: string, { consoleSession }: ConsoleLogin): IdentityFault {
  const who = /^arn:[\x21-\x7e]{1,400}$/.test(subject) ? subject : 'somebody else';
  return new IdentityFault(
    'sign-in-needed',
    `The browser is signed in as ${who}, and the profile is for ${consoleSession}.`,
    'Sign out of the console in the browser and sign in as the other one, or change the profile with the AWS CLI: aws login.',
  );
}

function incomplete(): IdentityFault {
  return new IdentityFault(
    'endpoint-unreachable',
    'The answer to CreateOAuth2Token lacks what a sign-in needs.',
    'Check that the endpoint is that of AWS Sign-In.',
  );
}

function toConsoleError(error: unknown, { consoleSession, region }: ConsoleLogin): AppError {
  return toAppError(consoleFault(error) ?? error, {
    attempted: `Sign in as ${consoleSession}`,
    operation: 'CreateOAuth2Token',
    region,
    isOwn: (thrown) => thrown instanceof SigninServiceException,
  });
}

function consoleFault(error: unknown): IdentityFault | undefined {
  if (!(error instanceof SigninServiceException) || error.name !== 'AccessDeniedException') return undefined;
  const why = 'error' in error ? error.error : undefined;
  if (why === 'INSUFFICIENT_PERMISSIONS') return mayNotSignIn(error);
  return notInTime(error);
}

/** Who is signed in to the console may not take keys from it. */
export function mayNotSignIn(cause: unknown): IdentityFault {
  return new IdentityFault(
    'access-denied',
    'Who is signed in to the console may not use it for programs (signin:CreateOAuth2Token).',
    'Ask for the managed policy SignInLocalDevelopmentAccess, or for signin:AuthorizeOAuth2Access and signin:CreateOAuth2Token.',
    cause,
  );
}
