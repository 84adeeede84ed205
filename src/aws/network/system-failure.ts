/** A connection failed. `code` is the system's or the TLS library's, e.g. `ENOTFOUND`, `CERT_HAS_EXPIRED`. */
export interface SystemFailure {
  kind: 'name-not-found' | 'refused' | 'timed-out' | 'connection-broken' | 'certificate' | 'not-tls';
  code: string;
  /** The name that was looked up, or the address and port that were asked, where the system tells. */
  peer?: string;
}

const networkCodes: Readonly<
  Record<string, 'name-not-found' | 'refused' | 'timed-out' | 'connection-broken'>
> = {
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EHOSTDOWN: 'refused',
  ENETDOWN: 'refused',
  EADDRNOTAVAIL: 'refused',
  ETIMEDOUT: 'timed-out',
  ECONNRESET: 'connection-broken',
  ECONNABORTED: 'connection-broken',
  EPIPE: 'connection-broken',
};

/** Codes of OpenSSL's certificate check as Node names them; those with `ERR_TLS_CERT` are Node's own. */
const certificateCode =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE)/;

/** The first telling system code in the error, its causes, or the tries that an AggregateError gathers. */
export function readSystemFailure(error: unknown, depth = 0): SystemFailure | undefined {
  if (!(error instanceof Error) || depth > 8) return undefined;
  const code = codeOf(error);
  const kind = networkCodes[code];
  const peer = peerOf(error);
  const about = { code, ...(peer === undefined ? {} : { peer }) };
  if (kind) return { kind, ...about };
  if (certificateCode.test(code)) return { kind: 'certificate', ...about };
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return { kind: 'not-tls', ...about };
  const inner: unknown[] = error instanceof AggregateError ? [error.cause, ...error.errors] : [error.cause];
  for (const one of inner) {
    const found = readSystemFailure(one, depth + 1);
    if (found) return found;
  }
  return undefined;
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What a system error tells of the far side: a name or an address, never a path or a query. */
function peerOf(error: Error): string | undefined {
  const { hostname, host, address, port } = error as Error & Record<string, unknown>;
  const named = [hostname, host, address].find(
    (text): text is string => typeof text === 'string' && /^[A-Za-z0-9.:_-]{1,253}$/.test(text),
  );
  if (named === undefined) return undefined;
  const name = named.includes(':') ? `[${named}]` : named;
  return typeof port === 'number' ? `${name}:${port}` : name;
}
