import type { Tunnel, TunnelConnection, TunnelStatus } from '../../../shared/tunnels.ts';
import { whereWords } from '../../words/environments.ts';
import { byteSize } from '../../words/numbers.ts';
import { pickedWords } from '../../words/queries.ts';
import { remoteText } from '../../words/remote-text.ts';
import { clock, duration, fullTime } from '../../words/time.ts';
import { useNow } from '../use-app.ts';

const variantWords = {
  multiplexed: 'many at once',
  basic: 'one at a time, as this agent is old',
  stream: 'one, for as long as the session lasts',
};

/** Unfolded: the session behind the tunnel, and who is connected through it. */
export function TunnelDetails({
  tunnel,
  status,
}: {
  readonly tunnel: Tunnel;
  readonly status: TunnelStatus;
}) {
  const { session, channel, approval, variant, connections, openConnections, refusedConnections } = status;
  return (
    <div className="tunnel-details">
      <dl className="tunnel-facts">
        <Fact name="Node" value={tunnel.target ?? (session?.target || undefined)} mono />
        {tunnel.targetQuery !== undefined && (
          <Fact name="Picked from" value={pickedWords(tunnel.targetQuery, status.pickedOf)} />
        )}
        {session !== undefined && (
          <Fact name="Through" value={whereWords(session.profileName, session.environment, session.region)} />
        )}
        <Fact name="Session" value={session?.sessionId} mono />
        <Fact name="Document" value={session?.documentName} mono />
        <Fact name="Reason" value={session?.reason ?? tunnel.reason} />
        <Fact name="Approved until" value={approval === undefined ? undefined : fullTime(approval.until)} />
        <Fact name="Agent" value={channel?.agentVersion && remoteText(channel.agentVersion)} mono />
        <Fact name="Connections" value={variant === undefined ? undefined : variantWords[variant]} />
        {channel !== undefined && (
          <Fact name="Encryption" value={channel.isEncrypted ? 'KMS key, on top of TLS' : 'TLS'} />
        )}
        {refusedConnections > 0 && (
          <Fact name="Refused" value={`${refusedConnections.toLocaleString()} at the far side`} />
        )}
      </dl>
      <Connections connections={connections} openConnections={openConnections} />
    </div>
  );
}

function Fact({ name, value, mono = false }: { name: string; value: string | undefined; mono?: boolean }) {
  if (value === undefined || value === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd className={`copyable ${mono ? 'mono' : ''}`}>{value}</dd>
    </div>
  );
}

/** Above this many waiting bytes the local program is the one who is slow. */
const slowFrom = 256 * 1024;

interface ConnectionsProps {
  readonly connections: readonly TunnelConnection[];
  readonly openConnections: number;
}

function Connections({ connections, openConnections }: ConnectionsProps) {
  const now = useNow(connections.length > 0 ? 1000 : undefined);
  if (connections.length === 0) return <p className="tunnel-none">No open connections.</p>;
  const unlisted = openConnections - connections.length;
  return (
    <>
      <table className="connections numbers" aria-label="Open connections">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Open for</th>
            <th scope="col">Down</th>
            <th scope="col">Up</th>
            <th scope="col">Not taken yet</th>
          </tr>
        </thead>
        <tbody>
          {connections.map(({ id, peer, openedAt, bytesDown, bytesUp, waitingBytes }) => (
            <tr key={id} data-testid="connection">
              <td className="mono copyable">{peer}</td>
              <td title={`${fullTime(openedAt)}, ${clock(openedAt)}`}>{duration(now - openedAt)}</td>
              <td>{byteSize(bytesDown)}</td>
              <td>{byteSize(bytesUp)}</td>
              <td data-slow={waitingBytes >= slowFrom || undefined}>
                {waitingBytes === 0 ? '' : byteSize(waitingBytes)}
                {waitingBytes >= slowFrom ? ', slow reader' : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {unlisted > 0 && <p className="tunnel-none">and {unlisted.toLocaleString()} older ones</p>}
    </>
  );
}
