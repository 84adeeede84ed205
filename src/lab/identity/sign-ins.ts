import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { ApiError } from '../api/api-error.ts';

/** Life spans in milliseconds, and how often a waiting device may ask, in seconds. */
export interface SignInSpans {
  tokenMs: number;
  grantMs: number;
  keyMs: number;
  intervalS: number;
}

export const defaultSpans: SignInSpans = {
  tokenMs: 8 * 3_600_000,
  grantMs: 600_000,
  keyMs: 3_600_000,
  intervalS: 1,
};

const registrationMs = 90 * 86_400_000;

interface Registration {
  clientId: string;
  clientSecret: string;
  expiresAt: number;
  scopes: readonly string[];
  grantTypes: readonly string[];
  redirectUris: readonly string[];
}

/** A sign-in that waits for the person's word. */
interface Grant {
  clientId: string;
  expiresAt: number;
  state: 'waiting' | 'allowed' | 'denied' | 'used';
}

interface DeviceGrant extends Grant {
  userCode: string;
  lastAskedAt: number;
}

interface CodeGrant extends Grant {
  redirectUri: string;
  codeChallenge: string;
}

export interface TokenAnswer {
  accessToken: string;
  tokenType: 'Bearer';
  /** Seconds. */
  expiresIn: number;
  refreshToken?: string;
}

/** The scope without which there is no refresh token. */
const accessScope = 'sso:account:access';

/** Without letters and digits that look alike. */
const codeLetters = 'BCDFGHJKLMNPQRSTVWXZ';

/** What the lab's IAM Identity Center remembers of clients and sign-ins. Throws the {@link ApiError} that it would answer. */
export class SignIns {
  readonly spans: SignInSpans;
  readonly #now: () => number;
  readonly #clients = new Map<string, Registration>();
  readonly #devices = new Map<string, DeviceGrant>();
  readonly #codes = new Map<string, CodeGrant>();
  readonly #tokens = new Map<string, number>();
  readonly #refreshTokens = new Map<string, { clientId: string }>();

  constructor(spans: SignInSpans, now: () => number) {
    this.spans = { ...spans };
    this.#now = now;
  }

  register(asked: Pick<Registration, 'scopes' | 'grantTypes' | 'redirectUris'>): Registration {
    const registration: Registration = {
      ...asked,
      clientId: randomBytes(16).toString('base64url'),
      clientSecret: randomBytes(120).toString('base64url'),
      expiresAt: this.#now() + registrationMs,
    };
    this.#clients.set(registration.clientId, registration);
    return registration;
  }

  startDevice(clientId: string, clientSecret: string): { deviceCode: string; grant: DeviceGrant } {
    this.#client(clientId, clientSecret);
    const letters = Array.from(randomBytes(8), (byte) => codeLetters[byte % codeLetters.length]).join('');
    const grant: DeviceGrant = {
      clientId,
      userCode: `${letters.slice(0, 4)}-${letters.slice(4)}`,
      expiresAt: this.#now() + this.spans.grantMs,
      lastAskedAt: 0,
      state: 'waiting',
    };
    const deviceCode = randomBytes(48).toString('base64url');
    this.#devices.set(deviceCode, grant);
    return { deviceCode, grant };
  }

  /** The person's word on the page of a code. */
  answerDevice(userCode: string, isAllowed: boolean): void {
    const grant = this.#waitingDevice(userCode);
    if (grant) grant.state = isAllowed ? 'allowed' : 'denied';
  }

  isDeviceWaiting(userCode: string): boolean {
    return this.#waitingDevice(userCode) !== undefined;
  }

  /** What the page of the authorization code flow is asked with; throws when it is wrong. */
  checkAuthorize(query: URLSearchParams): { clientId: string; redirectUri: string; codeChallenge: string } {
    const clientId = query.get('client_id') ?? '';
    const redirectUri = query.get('redirect_uri') ?? '';
    const codeChallenge = query.get('code_challenge') ?? '';
    const client = this.#clients.get(clientId);
    if (!client) throw new ApiError('InvalidClientException', 'The client is not known.', 401);
    const isGood =
      query.get('response_type') === 'code' &&
      query.get('code_challenge_method') === 'S256' &&
      /^[\w-]{43}$/.test(codeChallenge) &&
      (query.get('state') ?? '') !== '' &&
      client.grantTypes.includes('authorization_code') &&
      client.redirectUris.includes(withoutPort(redirectUri));
    if (!isGood) throw new ApiError('InvalidRequestException', 'The sign-in is not asked for correctly.');
    return { clientId, redirectUri, codeChallenge };
  }

  /** A code for the browser to take back. */
  allowCode(asked: { clientId: string; redirectUri: string; codeChallenge: string }): string {
    const code = randomBytes(32).toString('base64url');
    this.#codes.set(code, { ...asked, expiresAt: this.#now() + this.spans.grantMs, state: 'allowed' });
    return code;
  }

  createToken(members: Readonly<Record<string, string>>): TokenAnswer {
    const { clientId = '', clientSecret = '', grantType } = members;
    const client = this.#client(clientId, clientSecret);
    switch (grantType) {
      case 'urn:ietf:params:oauth:grant-type:device_code':
        this.#useDevice(clientId, members['deviceCode'] ?? '');
        break;
      case 'authorization_code':
        this.#useCode(clientId, members);
        break;
      case 'refresh_token':
        this.#useRefreshToken(clientId, members['refreshToken'] ?? '');
        break;
      default:
        throw new ApiError('UnsupportedGrantTypeException', 'The grant type is not supported.');
    }
    return this.#newToken(client);
  }

  /** Throws for a token that is not good, or not any more. */
  checkToken(accessToken: string): void {
    if ((this.#tokens.get(accessToken) ?? 0) <= this.#now()) {
      throw new ApiError('UnauthorizedException', 'Session token not found or invalid', 401);
    }
  }

  signOut(accessToken: string): void {
    this.#tokens.delete(accessToken);
  }

  signOutAll(): void {
    this.#tokens.clear();
    this.#refreshTokens.clear();
  }

  #client(clientId: string, clientSecret: string): Registration {
    const client = this.#clients.get(clientId);
    if (!client || client.clientSecret !== clientSecret) {
      throw new ApiError('InvalidClientException', 'The client is not known.', 401);
    }
    if (client.expiresAt <= this.#now()) {
      throw new ApiError('UnauthorizedClientException', 'The registration of the client has run out.');
    }
    return client;
  }

  #waitingDevice(userCode: string): DeviceGrant | undefined {
    return [...this.#devices.values()].find(
      (grant) => grant.userCode === userCode && grant.state === 'waiting' && grant.expiresAt > this.#now(),
    );
  }

  #useDevice(clientId: string, deviceCode: string): void {
    const grant = this.#devices.get(deviceCode);
    if (!grant || grant.clientId !== clientId || grant.state === 'used') throw invalidGrant();
    const sinceMs = this.#now() - grant.lastAskedAt;
    grant.lastAskedAt = this.#now();
    if (grant.state === 'denied') throw new ApiError('AccessDeniedException', 'The person said no.');
    if (grant.expiresAt <= this.#now()) {
      throw new ApiError('ExpiredTokenException', 'The code has run out.');
    }
    if (grant.state === 'waiting') {
      // Half a turn is left for timers and the way here.
      if (sinceMs < this.spans.intervalS * 500) {
        throw new ApiError('SlowDownException', 'The client asks too often.');
      }
      throw new ApiError('AuthorizationPendingException', 'The person has not answered yet.');
    }
    grant.state = 'used';
  }

  #useCode(
    clientId: string,
    { code = '', redirectUri = '', codeVerifier = '' }: Readonly<Record<string, string>>,
  ): void {
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    const isGood =
      grant !== undefined &&
      grant.clientId === clientId &&
      grant.expiresAt > this.#now() &&
      grant.redirectUri === redirectUri &&
      createHash('sha256').update(codeVerifier).digest('base64url') === grant.codeChallenge;
    if (!isGood) throw invalidGrant();
  }

  /** Good once: a new one comes with the token. */
  #useRefreshToken(clientId: string, refreshToken: string): void {
    const known = this.#refreshTokens.get(refreshToken);
    this.#refreshTokens.delete(refreshToken);
    if (known?.clientId !== clientId) throw invalidGrant();
  }

  #newToken({ clientId, scopes }: Registration): TokenAnswer {
    const accessToken = `aoa${randomUUID()}${randomBytes(60).toString('base64url')}`;
    this.#tokens.set(accessToken, this.#now() + this.spans.tokenMs);
    const answer: TokenAnswer = {
      accessToken,
      tokenType: 'Bearer',
      expiresIn: Math.max(1, Math.floor(this.spans.tokenMs / 1000)),
    };
    if (!scopes.includes(accessScope)) return answer;
    const refreshToken = `aor${randomBytes(80).toString('base64url')}`;
    this.#refreshTokens.set(refreshToken, { clientId });
    return { ...answer, refreshToken };
  }
}

function invalidGrant(): ApiError {
  return new ApiError('InvalidGrantException', 'The grant is not good, or not any more.');
}

/** The port of a redirect to this machine is free to choose (RFC 8252, section 7.3). */
function withoutPort(uri: string): string {
  return uri.replace(/^(http:\/\/127\.0\.0\.1):\d{1,5}\//, '$1/');
}
