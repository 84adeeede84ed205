import * as dns from 'node:dns';
import * as net from 'node:net';
import { SsmError } from '../ssm-error.ts';

/**
 * Throws {@link SsmError} unless `url` can be used for a data channel exactly as it is.
 *
 * - The token goes through this connection, so it is `wss:`, or `ws:` to this very machine.
 * - Path and query go to the gateway byte for byte: `cell-number` is raw base64, and a URL class may rewrite what it
 *   parses (trap 19). A URL that would be changed is refused rather than sent in another form.
 */
export function checkStreamUrl(url: string): void {
  const parts = /^(wss?):\/\/([^/?#\\@\s]+)(\/[^#\s]*)$/.exec(url);
  if (parts === null || !URL.canParse(url)) {
    throw new SsmError('bad-stream-url', 'The stream URL is not the address of a WebSocket.');
  }
  const [, scheme, , pathAndQuery] = parts;
  const parsed = new URL(url);
  if (parsed.pathname + parsed.search !== pathAndQuery) {
    throw new SsmError('bad-stream-url', 'The stream URL cannot be sent without changing it.');
  }
  if (scheme === 'ws' && !isLoopbackHost(parsed.hostname)) {
    throw new SsmError('insecure-endpoint', 'The stream URL is not encrypted and leads to another machine.');
  }
}

/** Whether the URL carries its own signature, so that the upgrade must not be signed again (section 1.2). */
export function isPresigned(url: string): boolean {
  return [...new URL(url).searchParams.keys()].some((name) => presigningMembers.has(name));
}

const presigningMembers: ReadonlySet<string> = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
  'X-Amz-Security-Token',
]);

function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || isLoopbackAddress(hostname.replace(/^\[|\]$/g, ''));
}

function isLoopbackAddress(address: string): boolean {
  return (net.isIPv4(address) && address.startsWith('127.')) || address === '::1';
}

/** Resolves a name for an unencrypted connection; a name that leads to another machine does not resolve. */
export const loopbackLookup: net.LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      callback(error, []);
      return;
    }
    const [first] = addresses;
    if (first === undefined || !addresses.every(({ address }) => isLoopbackAddress(address))) {
      callback(new Error('The name leads to another machine.'), []);
    } else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
