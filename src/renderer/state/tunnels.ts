import { stoppedTunnel } from '../../shared/stopped-tunnel.ts';
import type { Tunnel, TunnelState, TunnelStatus } from '../../shared/tunnels.ts';
import type { AppState } from './app-state.ts';

/** A saved tunnel and what it is doing, which is how every view wants it. */
export interface KnownTunnel {
  readonly tunnel: Tunnel;
  readonly status: TunnelStatus;
}

export const withTunnelStatus = (state: AppState, status: TunnelStatus): AppState => ({
  ...state,
  tunnelStatuses: { ...state.tunnelStatuses, [status.tunnelId]: status },
});

/** The whole saved list. What belongs to a removed one goes with it. */
export function withTunnels(state: AppState, tunnels: readonly Tunnel[]): AppState {
  const tunnelStatuses = Object.fromEntries(
    tunnels.map(({ id }) => [id, state.tunnelStatuses[id] ?? stoppedTunnel(id)]),
  );
  const unfoldedTunnels = state.unfoldedTunnels.filter((id) => tunnelStatuses[id] !== undefined);
  return { ...state, tunnels, tunnelStatuses, unfoldedTunnels };
}

export function knownTunnel(state: AppState, id: string): KnownTunnel | undefined {
  const tunnel = state.tunnels.find((known) => known.id === id);
  return tunnel === undefined ? undefined : { tunnel, status: state.tunnelStatuses[id] ?? stoppedTunnel(id) };
}

/** True while it holds a listener or a session, so that stopping it ends something. */
export const isRunning = ({ kind }: TunnelState): boolean => kind !== 'stopped' && kind !== 'ended';

export function withUnfolded(state: AppState, tunnelId: string, isUnfolded: boolean): AppState {
  const others = state.unfoldedTunnels.filter((id) => id !== tunnelId);
  return { ...state, unfoldedTunnels: isUnfolded ? [...others, tunnelId] : others };
}

/** The tunnels that run, as two numbers for the status bar: how many, and their bytes a second both ways. */
export const runningCount = (state: AppState): number =>
  state.tunnels.filter(({ id }) => isRunning(state.tunnelStatuses[id]?.state ?? { kind: 'stopped' })).length;

export const totalRate = (state: AppState): number =>
  Object.values(state.tunnelStatuses).reduce(
    (sum, { upPerSecond, downPerSecond }) => sum + upPerSecond + downPerSecond,
    0,
  );
