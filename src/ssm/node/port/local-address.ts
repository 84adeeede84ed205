/** Where a tunnel listens. */
export type LocalAddress =
  /** `host` is 127.0.0.1 unless the user has chosen otherwise; `port` 0 takes a free one. */
  { kind: 'tcp'; host: string; port: number } | { kind: 'unix'; path: string };

/** For people: `127.0.0.1:8080`, `[::1]:8080` or the path. */
export function describeAddress(address: LocalAddress): string {
  if (address.kind === 'unix') return address.path;
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
