// Types alone: a schema here would bring its library into the page's first chunk.
import type { TunnelStatus } from './tunnels.ts';

/** Nothing has passed yet. */
export const noFigures = {
  connections: [],
  openConnections: 0,
  totalConnections: 0,
  refusedConnections: 0,
  bytesUp: 0,
  bytesDown: 0,
  upPerSecond: 0,
  downPerSecond: 0,
  resends: 0,
} satisfies Partial<TunnelStatus>;

/** What a tunnel does that has never been started. */
export const stoppedTunnel = (tunnelId: string): TunnelStatus => ({
  tunnelId,
  state: { kind: 'stopped' },
  ...noFigures,
});
