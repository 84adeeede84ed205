import { queryText } from '../words/queries.ts';
import { remoteText } from '../words/remote-text.ts';
import type { Tunnel, TunnelDestination, TunnelStatus } from '../../shared/tunnels.ts';

export const hostAndPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** Where a tunnel leads in parts, for a place where only the host may be cut short. */
export const destinationParts = (
  destination: TunnelDestination,
): { readonly host: string; readonly port: string; readonly by: string } =>
  destination.kind === 'node-port'
    ? { host: '', port: `port ${destination.port}`, by: ' of ' }
    : {
        host: destination.host.includes(':') ? `[${destination.host}]` : destination.host,
        port: `:${destination.port}`,
        by: ' through ',
      };

/** `port 8080`, `db.internal:5432`: where a tunnel leads, as its node sees it. */
export const destinationWords = (destination: TunnelDestination): string =>
  destination.kind === 'node-port'
    ? `port ${destination.port}`
    : hostAndPort(destination.host, destination.port);

/** The other way round, for what history has kept. Undefined for anything else. */
export function readDestination(words: string): TunnelDestination | undefined {
  const nodePort = /^port (\d{1,5})$/.exec(words)?.[1];
  if (nodePort !== undefined) return { kind: 'node-port', port: Number(nodePort) };
  const remote = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9_.-]+)):(\d{1,5})$/.exec(words);
  const host = remote?.[1] ?? remote?.[2];
  return host === undefined ? undefined : { kind: 'remote-host', host, port: Number(remote?.[3]) };
}

/** The address in use while something listens, else the one that was asked for, whose port may be any. */
export function localWords({ local }: Pick<Tunnel, 'local'>, { listening }: TunnelStatus): string {
  if (listening !== undefined) return hostAndPort(listening.host, listening.port);
  return local.port === 0 ? `${local.host}, any free port` : hostAndPort(local.host, local.port);
}

/** Ports at which a browser is likely to be answered; a guess, and only used to offer a button. */
const webPorts: Readonly<Record<number, 'http' | 'https'>> = {
  80: 'http',
  443: 'https',
  3000: 'http',
  3001: 'http',
  4200: 'http',
  5000: 'http',
  5173: 'http',
  5601: 'http',
  8000: 'http',
  8001: 'http',
  8008: 'http',
  8080: 'http',
  8081: 'http',
  8088: 'http',
  8443: 'https',
  8888: 'http',
  9000: 'http',
  9090: 'http',
  9093: 'http',
  9200: 'http',
  9443: 'https',
  15672: 'http',
};

/**
 * What a browser would be sent to, for a tunnel that listens and leads to a port that looks like a web server's. `alsoWeb`
 * is a port that is known to be one.
 */
export function webAddress(
  { destination }: Pick<Tunnel, 'destination'>,
  { listening }: TunnelStatus,
  alsoWeb?: number,
): string | undefined {
  if (listening === undefined) return undefined;
  const scheme = webPorts[destination.port] ?? (destination.port === alsoWeb ? 'http' : undefined);
  if (scheme === undefined) return undefined;
  // Every address of this computer is reached at its loopback one.
  const host = ['0.0.0.0', '::'].includes(listening.host) ? 'localhost' : listening.host;
  return `${scheme}://${hostAndPort(host, listening.port)}/`;
}

/** The node that a tunnel goes through; while a query has none, the query. */
export function nodeWords(
  { target = '', targetQuery, nodeName = '' }: Tunnel,
  { state, session }: TunnelStatus,
): string {
  if (targetQuery === undefined) return remoteText(nodeName, 120) || target;
  const query = queryText(targetQuery);
  const isUp = state.kind === 'live' || state.kind === 'reconnecting' || state.kind === 'connecting';
  if (!isUp || session === undefined || session.target === '') return `any of ${query}`;
  return `${remoteText(session.nodeName, 120) || session.target} (any of ${query})`;
}
