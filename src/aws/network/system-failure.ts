/** A connection failed. `code` is the system's or the TLS library's, e.g. `ENOTFOUND`, `CERT_HAS_EXPIRED`. */
export interface SystemFailure {
  kind: 'name-not-found' | 'refused' | 'timed-out' | 'connection-broken' | 'certificate' | 'not-tls';
  code: string;
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
  if (kind) return { kind, code };
  if (certificateCode.test(code)) return { kind: 'certificate', code };
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return { kind: 'not-tls', code };
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
