import type { EventName } from '../../../src/shared/contract-names.ts';
import type { Door, Reply } from '../../../src/shared/door.ts';
import { stoppedTunnel } from '../../../src/shared/stopped-tunnel.ts';
import { isLoopback, type Tunnel, type TunnelStatus } from '../../../src/shared/tunnels.ts';
import type { Workspace } from '../../../src/shared/workspace.ts';

const ok = <T>(value: T): Promise<Reply<T>> => Promise.resolve({ ok: true, value });

export const tunnelWith = (tunnelId: string, change: Partial<TunnelStatus>): TunnelStatus => ({
  ...stoppedTunnel(tunnelId),
  ...change,
});

/** Saved tunnels that start and stop, and carry nothing. */
export function fakeTunnels(
  workspace: Workspace,
  emit: (name: EventName, payload: unknown) => void,
): Pick<Door, 'saveTunnel' | 'removeTunnel' | 'startTunnel' | 'stopTunnel' | 'findDemoPort'> {
  let tunnels = workspace.tunnels;
  let nextId = 1;
  const change = (changed: Tunnel[]): void => {
    tunnels = changed;
    emit('tunnelsChanged', tunnels);
  };
  return {
    saveTunnel: ({ id, tunnel }) => {
      const local = isLoopback(tunnel.local.host)
        ? tunnel.local
        : { ...tunnel.local, exposeToNetwork: true as const };
      const saved: Tunnel = { ...tunnel, local, id: id ?? `t${nextId++}` };
      change(
        id === undefined ? [...tunnels, saved] : tunnels.map((known) => (known.id === id ? saved : known)),
      );
      if (id === undefined) emit('tunnelStatusChanged', stoppedTunnel(saved.id));
      return ok(saved);
    },
    removeTunnel: ({ tunnelId }) => {
      change(tunnels.filter(({ id }) => id !== tunnelId));
      return ok(undefined);
    },
    startTunnel: ({ tunnelId }) => {
      const { host, port } = tunnels.find(({ id }) => id === tunnelId)?.local ?? {
        host: '127.0.0.1',
        port: 0,
      };
      const connecting = tunnelWith(tunnelId, { state: { kind: 'connecting' } });
      window.setTimeout(() => {
        emit('tunnelStatusChanged', {
          ...connecting,
          state: { kind: 'live' },
          listening: { host, port: port === 0 ? 49_152 : port },
          variant: 'multiplexed',
          rttMs: 12.4,
        } satisfies TunnelStatus);
      }, 400);
      emit('tunnelStatusChanged', connecting);
      return ok(connecting);
    },
    findDemoPort: () => ok({ port: 18_080 }),
    stopTunnel: ({ tunnelId }) => {
      const ended = { kind: 'ended', end: { kind: 'ended-by-user' }, endedAt: Date.now() } as const;
      emit('tunnelStatusChanged', tunnelWith(tunnelId, { state: ended }));
      return ok(undefined);
    },
  };
}
