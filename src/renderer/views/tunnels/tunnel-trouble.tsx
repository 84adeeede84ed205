import { Info } from 'lucide-react';
import type { Tunnel, TunnelStatus } from '../../../shared/tunnels.ts';
import { destinationWords } from '../../tunnels/addresses.ts';
import { remoteText } from '../../words/remote-text.ts';
import { clock, fullTime } from '../../words/time.ts';
import { ApprovalNote, SessionTrouble, Trouble } from '../session-trouble.tsx';
import { useApp } from '../use-app.ts';

/** Failures that another local address cures. */
const addressCodes: readonly string[] = ['port-busy', 'port-denied', 'address-unavailable'];

/** What is wrong with a tunnel, if anything is, and what to do about it. */
export function TunnelTrouble({
  tunnel,
  status,
}: {
  readonly tunnel: Tunnel;
  readonly status: TunnelStatus;
}) {
  const { tunnels } = useApp();
  const { state, warning, lastRefusal } = status;
  const message = remoteText(status.channel?.customerMessage ?? '');
  const isOver = state.kind === 'ended';
  const isAddress = isOver && state.end.kind === 'failed' && addressCodes.includes(state.end.error.code);
  return (
    <div className="tunnel-troubles">
      <SessionTrouble
        subjectKey={tunnel.id}
        profileId={tunnel.profileId}
        state={state}
        onReconnectNow={() => void tunnels.reconnectNow(tunnel.id)}
      >
        {isAddress && (
          <button type="button" className="button small" onClick={() => tunnels.edit(tunnel.id)}>
            Change port…
          </button>
        )}
      </SessionTrouble>
      <ApprovalNote approval={status.approval} state={state} />
      {lastRefusal !== undefined && !isOver && (
        <Trouble tone="attention" icon={<Info className="icon" aria-hidden />}>
          <span className="copyable">
            <b>A connection could not be made at the far side</b>,{' '}
            <span className="numbers" title={fullTime(lastRefusal.at)}>
              {clock(lastRefusal.at)}
            </span>
            . {remoteText(lastRefusal.message)} Check that something listens at{' '}
            {destinationWords(tunnel.destination)} and that the node can reach it.
          </span>
        </Trouble>
      )}
      {warning !== undefined && !isOver && (
        <Trouble tone="info" icon={<Info className="icon" aria-hidden />}>
          <span className="copyable">{warning}</span>
        </Trouble>
      )}
      {message !== '' && !isOver && (
        <Trouble tone="info" icon={<Info className="icon" aria-hidden />}>
          <span className="copyable">The node says: {message}</span>
        </Trouble>
      )}
    </div>
  );
}
