import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentials } from './credentials.ts';

/** The message gateway signs under its own name (protocol notes, section 1.2). */
const service = 'ssmmessages';

/** A query with any of these was signed by whoever made the URL (protocol notes, section 1.2). */
const presignedNames: ReadonlySet<string> = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-signedheaders',
  'x-amz-signature',
  'x-amz-security-token',
]);

export interface UpgradeSigner {
  region: string;
  credentials: AwsCredentials;
  /** Time of signing; now unless a test says otherwise. */
  signingDate?: Date;
}

/**
 * Headers that sign the WebSocket upgrade: a GET without a body. The URL itself is only read; it goes out byte for byte as
 * the service gave it, since `cell-number` is base64 with its `+`, `/` and `=` left as they are (trap 19). No headers when
 * the URL is presigned.
 */
export async function signUpgrade(
  url: string,
  { region, credentials, signingDate }: UpgradeSigner,
): Promise<Record<string, string>> {
  const { path, query } = splitTarget(url);
  if (Object.keys(query).some((name) => presignedNames.has(name.toLowerCase()))) return {};
  const { host, hostname, protocol } = new URL(url);
  const request = new HttpRequest({ method: 'GET', protocol, hostname, path, query, headers: { host } });
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, applyChecksum: false });
  const signed = await signer.sign(request, signingDate ? { signingDate } : {});
  // The socket library writes `host` by itself, the same as signed here: without a port that is the scheme's own.
  return Object.fromEntries(Object.entries(signed.headers).filter(([name]) => name.toLowerCase() !== 'host'));
}

/**
 * Path as it stands, query as names and values. A raw `+` is read as a space: the later official plugins sign with Go's URL
 * parser, which reads it so, and are accepted.
 */
function splitTarget(url: string): { path: string; query: Record<string, string | string[]> } {
  const [, path = '', search = ''] = /^[a-z]+:\/\/[^/?#]*([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? [];
  const query: Record<string, string | string[]> = {};
  for (const pair of search.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? '' : decode(pair.slice(at + 1));
    const earlier = query[name];
    query[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return { path: path === '' ? '/' : path, query };
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
