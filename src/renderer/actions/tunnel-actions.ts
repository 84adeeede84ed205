import type { Reply } from '../../shared/door.ts';
import type { Tunnel, TunnelInput } from '../../shared/tunnels.ts';
import type { Dialog, TunnelStart } from '../state/dialogs.ts';
import { isRunning, knownTunnel, withTunnelStatus, withUnfolded } from '../state/tunnels.ts';
import { type ActionContext, tellDone, valueOrNotice } from './context.ts';

/** Saved tunnels: making, starting, stopping and removing them. */
export function createTunnelActions(context: ActionContext) {
  const { door, store } = context;
  const setDialog = (dialog: Dialog | undefined): void => store.change((state) => ({ ...state, dialog }));

  /** A port that is taken and the like come as the tunnel's state; only a refused request is told here. */
  async function start(tunnelId: string): Promise<void> {
    const started = await valueOrNotice(context, door.startTunnel({ tunnelId }));
    if (started === undefined) return;
    // News may have overtaken the answer: only a tunnel that is not known to run takes it.
    store.change((state) => {
      const known = state.tunnelStatuses[tunnelId];
      return known !== undefined && isRunning(known.state) ? state : withTunnelStatus(state, started.value);
    });
  }

  async function stopNow(tunnelId: string): Promise<void> {
    setDialog(undefined);
    await valueOrNotice(context, door.stopTunnel({ tunnelId }));
  }

  return {
    start,
    stopNow,
    edit: (id: string): void => setDialog({ kind: 'tunnel', id }),
    create: (from?: TunnelStart): void =>
      setDialog(from === undefined ? { kind: 'tunnel' } : { kind: 'tunnel', from }),
    /** Stops, after a question when programs are connected through it. */
    stop(tunnelId: string): void {
      const { openConnections = 0 } = knownTunnel(store.read(), tunnelId)?.status ?? {};
      if (openConnections > 0) setDialog({ kind: 'stop-tunnel', id: tunnelId });
      else void stopNow(tunnelId);
    },
    /** Where a first tunnel may lead, on the lab. A lab that does not start is told of elsewhere. */
    async findDemo(): Promise<void> {
      if (store.read().demoPort !== undefined) return;
      const found = await door.findDemoPort(undefined);
      if (found.ok) store.change((state) => ({ ...state, demoPort: found.value.port }));
    },
    askToRemove: (id: string): void => setDialog({ kind: 'remove-tunnel', id }),
    async remove(tunnelId: string): Promise<void> {
      setDialog(undefined);
      const removed = await valueOrNotice(context, door.removeTunnel({ tunnelId }));
      if (removed !== undefined) tellDone(context, 'Tunnel removed');
    },
    /** Saves, and starts it where that was asked for. The dialog stays open where main refuses. */
    async save(id: string | undefined, tunnel: TunnelInput, andStart: boolean): Promise<Reply<Tunnel>> {
      const reply = await door.saveTunnel(id === undefined ? { tunnel } : { id, tunnel });
      if (!reply.ok) return reply;
      setDialog(undefined);
      if (andStart) await start(reply.value.id);
      else tellDone(context, `${reply.value.name} saved`);
      return reply;
    },
    /** Without the wait before the next try, or with fresh credentials. */
    reconnectNow: async (tunnelId: string): Promise<void> =>
      void (await valueOrNotice(context, door.reconnectNow({ key: tunnelId }))),
    unfold: (tunnelId: string, isUnfolded: boolean): void =>
      store.change((state) => withUnfolded(state, tunnelId, isUnfolded)),
  };
}

export type TunnelActions = ReturnType<typeof createTunnelActions>;
