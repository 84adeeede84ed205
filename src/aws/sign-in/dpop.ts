import { createPublicKey, type KeyObject, randomUUID, sign } from 'node:crypto';

/**
 * A proof that whoever sends a request holds the key that a token was given out for (RFC 9449): a JWT in the header `DPoP`.
 *
 *     {"typ":"dpop+jwt","alg":"ES256","jwk":{kty,crv,x,y}} . {"jti","htm","htu","iat"} . signature of 64 bytes
 *
 * @param key private, on the curve P-256
 * @param url of the request, without its query
 */
export function dpopProof(key: KeyObject, method: string, url: string, now: number): string {
  const { kty, crv, x, y } = createPublicKey(key).export({ format: 'jwk' });
  const head = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } };
  const body = { jti: randomUUID(), htm: method, htu: url, iat: Math.floor(now / 1000) };
  const text = `${part(head)}.${part(body)}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
