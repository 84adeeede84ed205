import { localWords } from '../../tunnels/addresses.ts';
import { stoppedTunnel } from '../../../shared/stopped-tunnel.ts';
import { isRunning, knownTunnel } from '../../state/tunnels.ts';
import { count } from '../../words/numbers.ts';
import { useApp, useAppState } from '../use-app.ts';
import { Question } from './frame.tsx';

export function StopTunnelQuestion({ id }: { readonly id: string }) {
  const { tunnels, workspace } = useApp();
  const name = useAppState((state) => knownTunnel(state, id)?.tunnel.name ?? '');
  const open = useAppState((state) => knownTunnel(state, id)?.status.openConnections ?? 0);
  return (
    <Question
      title="Stop this tunnel"
      action="Stop tunnel"
      danger
      onYes={() => void tunnels.stopNow(id)}
      onNo={() => workspace.setDialog(undefined)}
    >
      <p>
        <b>{name}</b> has {count(open, 'open connection')}. {open === 1 ? 'It is' : 'They are'} closed, and
        the session ends at the service.
      </p>
    </Question>
  );
}

export function RemoveTunnelQuestion({ id }: { readonly id: string }) {
  const { tunnels, workspace, store } = useApp();
  const { tunnel, status } = knownTunnel(store.read(), id) ?? {
    tunnel: undefined,
    status: stoppedTunnel(id),
  };
  if (tunnel === undefined) return null;
  return (
    <Question
      title="Remove this tunnel"
      action="Remove tunnel"
      danger
      onYes={() => void tunnels.remove(id)}
      onNo={() => workspace.setDialog(undefined)}
    >
      <p>
        <b>{tunnel.name}</b> ({localWords(tunnel, status)}) goes from the list.
        {isRunning(status.state) && (
          <> It runs: it is stopped first, with {count(status.openConnections, 'open connection')}.</>
        )}{' '}
        Nothing changes on the node.
      </p>
    </Question>
  );
}
