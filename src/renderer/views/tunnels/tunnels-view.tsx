import { Cable, Plus } from 'lucide-react';
import { useEffect } from 'react';
import { createTunnelOffer } from '../../tunnels/tunnel-offer.ts';
import { runningCount, totalRate } from '../../state/tunnels.ts';
import { count, rateWords } from '../../words/numbers.ts';
import { useApp, useAppState, useNodes } from '../use-app.ts';
import { TunnelRow } from './tunnel-row.tsx';
import { useRates } from './use-rates.ts';
import './tunnels.css';

/** Saved tunnels: where they lead, what they carry, and how they are. */
export default function TunnelsView() {
  const { tunnels: actions } = useApp();
  const tunnels = useAppState((state) => state.tunnels);
  const open = useAppState((state) =>
    Object.values(state.tunnelStatuses).reduce((sum, { openConnections }) => sum + openConnections, 0),
  );
  const rate = useAppState(totalRate);
  const running = useAppState(runningCount);
  const rates = useRates();
  const hasLab = useAppState((state) => state.profiles.some(({ credentials }) => credentials.kind === 'lab'));
  useEffect(() => {
    if (hasLab) void actions.findDemo();
  }, [actions, hasLab]);
  return (
    <section className="tunnels" role="tabpanel" aria-label="Tunnels" id="panel-tunnels">
      <header className="view-head">
        <h1>Tunnels</h1>
        {tunnels.length > 0 && (
          <p className="view-sum numbers">
            {running === 0
              ? 'none running'
              : `${running} running, ${count(open, 'open connection')}, ${rateWords(rate)}`}
          </p>
        )}
        {tunnels.length > 0 && (
          <button type="button" className="button primary" onClick={() => actions.create()}>
            <Plus className="icon" aria-hidden />
            New tunnel
          </button>
        )}
      </header>
      {tunnels.length === 0 ? (
        <Empty />
      ) : (
        <ul className="tunnel-list" aria-label="Saved tunnels">
          {tunnels.map((tunnel) => (
            <TunnelRow key={tunnel.id} tunnel={tunnel} rates={rates.get(tunnel.id) ?? []} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Empty() {
  const { tunnels: actions, store } = useApp();
  const nodes = useNodes();
  const labNode = useAppState((state) => createTunnelOffer(state, nodes)?.nodeName);
  return (
    <div className="view-empty">
      <Cable className="icon view-empty-mark" aria-hidden />
      <h2>No tunnels yet</h2>
      <p>
        A tunnel makes a port of a node, or of a machine behind it, a port of this computer: a database, a web
        page, a remote desktop. It is kept here and started with one click. It survives a lost connection, and
        ends with Nodewharf.
      </p>
      <div className="view-empty-actions">
        {labNode !== undefined && (
          <button
            type="button"
            className="button primary"
            onClick={() => actions.create(createTunnelOffer(store.read(), nodes))}
          >
            Try one on {labNode}
          </button>
        )}
        <button
          type="button"
          className={`button ${labNode === undefined ? 'primary' : ''}`}
          onClick={() => actions.create()}
        >
          <Plus className="icon" aria-hidden />
          New tunnel
        </button>
      </div>
    </div>
  );
}
