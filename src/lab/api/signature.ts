import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IssuedKey } from '../identity/issued-keys.ts';
import { callerArn } from '../session-record.ts';
import { ApiError, expiredToken } from './api-error.ts';

/**
 * Signature Version 4, the checking side. A request is signed over its method, path, query, chosen headers and
 * body; the key is derived from the secret, the day, the Region and the service. This is written from the public
 * description of the scheme, not on top of the SDK's signer, so that the two check each other.
 */
export interface SignedRequest {
  method: string;
  /** Path and query as they stood in the request line, undecoded. */
  target: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Uint8Array;
}

export interface SignatureScope {
  /** Any of these will do. */
  regions: readonly string[];
  service: string;
  /** Keys without an end. */
  accessKeyId: string;
  secretAccessKey: string;
  /** Temporary keys that were handed out since. */
  issued: { find(accessKeyId: string): IssuedKey | undefined };
}

/** A good signature: for which Region, and who made it. */
export interface Signed {
  region: string;
  callerArn: string;
  /** Of keys that an approval has given: the one node that they are for. */
  grantedNode: string | undefined;
}

/** The real service allows five minutes between its clock and the caller's. */
const maxClockSkewMs = 5 * 60_000;

interface Authorization {
  accessKeyId: string;
  day: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
}

/** Throws the {@link ApiError} that the service would answer. */
export function verifySignature(request: SignedRequest, scope: SignatureScope, now: number): Signed {
  const authorization = parseAuthorization(header(request, 'authorization'));
  const issued = scope.issued.find(authorization.accessKeyId);
  const isKnown = issued
    ? header(request, 'x-amz-security-token') === issued.sessionToken
    : authorization.accessKeyId === scope.accessKeyId;
  if (!isKnown) {
    throw new ApiError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  }
  const { secretAccessKey } = issued ?? scope;
  if (authorization.service !== scope.service) {
    throw mismatch(`Credential should be scoped to correct service: '${scope.service}'.`);
  }
  if (!scope.regions.includes(authorization.region)) {
    throw mismatch('Credential should be scoped to a valid region.');
  }
  const stamp = header(request, 'x-amz-date') ?? '';
  checkClock(stamp, authorization.day, now);
  if (!authorization.signedHeaders.includes('host')) {
    throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const good = queryReadings(request.target).some((query) =>
    sameText(sign(request, authorization, secretAccessKey, stamp, query), authorization.signature),
  );
  if (!good) {
    throw mismatch(
      'The request signature we calculated does not match the signature you provided. ' +
        'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
  if (issued && issued.expiresAt <= now) throw expiredToken();
  return {
    region: authorization.region,
    callerArn: issued?.arn ?? callerArn,
    grantedNode: issued?.nodeId,
  };
}

/** The service that a request was signed for, unchecked; empty when it does not say. */
export function signedService(request: Pick<SignedRequest, 'headers'>): string {
  const credential = /Credential=([^,\s]*)/.exec(String(request.headers['authorization'] ?? ''))?.[1] ?? '';
  return credential.split('/')[3] ?? '';
}

function parseAuthorization(text: string | undefined): Authorization {
  if (text === undefined || text === '') {
    throw new ApiError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const [algorithm, rest = ''] = splitOnce(text, ' ');
  const fields = new Map(
    rest.split(',').map((part): [string, string] => {
      const [name, value = ''] = splitOnce(part.trim(), '=');
      return [name, value];
    }),
  );
  const [accessKeyId, day, region, service, terminator] = (fields.get('Credential') ?? '').split('/');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (
    algorithm !== 'AWS4-HMAC-SHA256' ||
    !accessKeyId ||
    !day ||
    !region ||
    !service ||
    terminator !== 'aws4_request' ||
    !signedHeaders ||
    !signature
  ) {
    throw new ApiError(
      'IncompleteSignatureException',
      "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.",
    );
  }
  return { accessKeyId, day, region, service, signedHeaders: signedHeaders.split(';'), signature };
}

function checkClock(stamp: string, day: string, now: number): void {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp);
  if (!parts) {
    throw new ApiError(
      'IncompleteSignatureException',
      "Date must be in ISO-8601 'basic format'. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  const [, year, month, date, hour, minute, second] = parts.map(Number);
  const signedAt = Date.UTC(year ?? 0, (month ?? 1) - 1, date, hour, minute, second);
  if (!stamp.startsWith(day)) {
    throw mismatch(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.',
    );
  }
  if (signedAt < now - maxClockSkewMs) {
    throw mismatch(
      `Signature expired: ${stamp} is now earlier than ${basicDate(now - maxClockSkewMs)} (${basicDate(now)} - 5 min.)`,
    );
  }
  if (signedAt > now + maxClockSkewMs) {
    throw mismatch(
      `Signature not yet current: ${stamp} is still later than ${basicDate(now + maxClockSkewMs)} (${basicDate(now)} + 5 min.)`,
    );
  }
}

function sign(
  request: SignedRequest,
  authorization: Authorization,
  secretAccessKey: string,
  stamp: string,
  canonicalQuery: string,
): string {
  const [path = '/'] = splitOnce(request.target, '?');
  const canonicalHeaders = authorization.signedHeaders.map((name) => {
    const value = (header(request, name) ?? '').trim().replace(/ +/g, ' ');
    return `${name}:${value}\n`;
  });
  const canonicalRequest = [
    request.method,
    canonicalPath(path),
    canonicalQuery,
    canonicalHeaders.join(''),
    authorization.signedHeaders.join(';'),
    createHash('sha256').update(request.body).digest('hex'),
  ].join('\n');
  const credentialScope = `${authorization.day}/${authorization.region}/${authorization.service}/aws4_request`;
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    stamp,
    credentialScope,
    createHash('sha256').update(canonicalRequest).digest('hex'),
  ].join('\n');
  let key: Buffer = hmac(`AWS4${secretAccessKey}`, authorization.day);
  for (const part of [authorization.region, authorization.service, 'aws4_request']) key = hmac(key, part);
  return hmac(key, stringToSign).toString('hex');
}

/** Path segments are encoded once more than they were sent (every service but S3). */
function canonicalPath(path: string): string {
  return path.split('/').map(encode).join('/');
}

/**
 * A raw `+` in a query means a plus sign to some signers and a space to others (Go's URL parser). The stream URL
 * holds one, so both readings count as correct.
 */
function queryReadings(target: string): string[] {
  const [, query = ''] = splitOnce(target, '?');
  const readings = [query, query.replaceAll('+', '%20')].map((text) =>
    text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair): [string, string] => {
        const [name, value = ''] = splitOnce(pair, '=');
        return [encode(decode(name)), encode(decode(value))];
      })
      .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
      .map(([name, value]) => `${name}=${value}`)
      .join('&'),
  );
  return [...new Set(readings)];
}

function mismatch(message: string): ApiError {
  return new ApiError('InvalidSignatureException', message);
}

function header(request: SignedRequest, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(',') : value;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function basicDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
