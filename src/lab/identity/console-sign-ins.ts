import { createHash, createPublicKey, type JsonWebKey, randomBytes, verify } from 'node:crypto';
import { ApiError } from '../api/api-error.ts';
import { labAccountId } from '../lab-account.ts';
import type { IssuedKeys } from './issued-keys.ts';
import { personName } from './lab-directory.ts';

/** As programs of a person's own computer are known. */
const clientId = 'arn:aws:signin:::devtools/same-device';
/** Who signs in to the lab's console. */
export const consoleCaller = `arn:aws:iam::${labAccountId}:user/${personName}`;

const codeMs = 600_000;
/** The service gives no longer ones. */
const longestKeyMs = 900_000;
/** A proof may be that old, or ahead. */
const proofMs = 300_000;

interface CodeGrant {
  redirectUri: string;
  codeChallenge: string;
  expiresAt: number;
}

export interface ConsoleTokenAnswer {
  accessToken: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  tokenType: 'aws_sigv4';
  /** Seconds. */
  expiresIn: number;
  refreshToken: string;
  idToken?: string;
}

/** What stands in a token request, and the proof of the key that the token is to be bound to. */
export interface ConsoleTokenRequest {
  members: Readonly<Record<string, string>>;
  proof: string;
  /** Where it was sent to. */
  url: string;
}

/** The sign-in with the console that `aws login` uses: authorization code, PKCE, and tokens bound to a key (RFC 9449). */
export class ConsoleSignIns {
  readonly #keys: IssuedKeys;
  readonly #now: () => number;
  readonly #keyMs: () => number;
  readonly #codes = new Map<string, CodeGrant>();
  /** Thumbprint of the key, by refresh token. */
  readonly #refreshTokens = new Map<string, string>();

  constructor(keys: IssuedKeys, now: () => number, keyMs: () => number) {
    this.#keys = keys;
    this.#now = now;
    this.#keyMs = keyMs;
  }

  /** What the page is asked with; throws when it is wrong. */
  checkAuthorize(query: URLSearchParams): Omit<CodeGrant, 'expiresAt'> {
    const redirectUri = query.get('redirect_uri') ?? '';
    const codeChallenge = query.get('code_challenge') ?? '';
    const isGood =
      query.get('response_type') === 'code' &&
      query.get('client_id') === clientId &&
      query.get('code_challenge_method') === 'SHA-256' &&
      query.get('scope') === 'openid' &&
      /^[\w-]{43}$/.test(codeChallenge) &&
      (query.get('state') ?? '') !== '' &&
      /^http:\/\/127\.0\.0\.1:\d{1,5}\/oauth\/callback$/.test(redirectUri);
    if (!isGood) throw new ApiError('ValidationException', 'The sign-in is not asked for correctly.');
    return { redirectUri, codeChallenge };
  }

  /** A code for the browser to take back. */
  allowCode(asked: Omit<CodeGrant, 'expiresAt'>): string {
    const code = randomBytes(32).toString('base64url');
    this.#codes.set(code, { ...asked, expiresAt: this.#now() + codeMs });
    return code;
  }

  createToken({ members, proof, url }: ConsoleTokenRequest): ConsoleTokenAnswer {
    const thumbprint = this.#provenKey(proof, url);
    if (members['clientId'] !== clientId)
      throw new ApiError('ValidationException', 'The client is not known.');
    switch (members['grantType']) {
      case 'authorization_code':
        this.#useCode(members);
        return { ...this.#newToken(thumbprint), idToken: idToken() };
      case 'refresh_token': {
        const known = this.#refreshTokens.get(members['refreshToken'] ?? '');
        if (known !== thumbprint) throw denied('TOKEN_EXPIRED');
        this.#refreshTokens.delete(members['refreshToken'] ?? '');
        return this.#newToken(thumbprint);
      }
      default:
        throw new ApiError('ValidationException', 'The grant type is not supported.');
    }
  }

  signOutAll(): void {
    this.#refreshTokens.clear();
  }

  #useCode({ code = '', redirectUri = '', codeVerifier = '' }: Readonly<Record<string, string>>): void {
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    const isGood =
      grant !== undefined &&
      grant.expiresAt > this.#now() &&
      grant.redirectUri === redirectUri &&
      createHash('sha256').update(codeVerifier).digest('base64url') === grant.codeChallenge;
    if (!isGood) throw denied('AUTHCODE_EXPIRED');
  }

  #newToken(thumbprint: string): ConsoleTokenAnswer {
    const lastsMs = Math.min(this.#keyMs(), longestKeyMs);
    const { accessKeyId, secretAccessKey, sessionToken } = this.#keys.issue(
      consoleCaller,
      this.#now() + lastsMs,
    );
    const refreshToken = `aor${randomBytes(80).toString('base64url')}`;
    this.#refreshTokens.set(refreshToken, thumbprint);
    return {
      accessToken: { accessKeyId, secretAccessKey, sessionToken },
      tokenType: 'aws_sigv4',
      expiresIn: Math.max(1, Math.floor(lastsMs / 1000)),
      refreshToken,
    };
  }

  /** The thumbprint of the key that the proof was made with; throws for a proof that is none. */
  #provenKey(proof: string, url: string): string {
    const [head = '', body = '', signature = ''] = proof.split('.');
    try {
      const { typ, alg, jwk } = parsed(head) as { typ: string; alg: string; jwk: JsonWebKey };
      const { htm, htu, iat, jti } = parsed(body) as { htm: string; htu: string; iat: number; jti: string };
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      const isGood =
        typ === 'dpop+jwt' &&
        alg === 'ES256' &&
        htm === 'POST' &&
        htu === url &&
        jti !== '' &&
        Math.abs(iat * 1000 - this.#now()) < proofMs &&
        verify(
          'sha256',
          Buffer.from(`${head}.${body}`),
          { key, dsaEncoding: 'ieee-p1363' },
          Buffer.from(signature, 'base64url'),
        );
      if (isGood) return createHash('sha256').update(`${jwk.x}.${jwk.y}`).digest('base64url');
    } catch {
      // Told below.
    }
    throw new ApiError('ValidationException', 'The proof of the key is not one.');
  }
}

const parsed = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());

/** Nobody checks its signature: it comes from the service itself. */
function idToken(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [part({ alg: 'none' }), part({ sub: consoleCaller }), 'lab'].join('.');
}

/** `why` is the service's own word for it. */
function denied(why: string): ApiError {
  return new ApiError('AccessDeniedException', why, 400);
}
