import { ChevronDown, ChevronRight, Copy, Ellipsis, ExternalLink, Globe, Play, Square } from 'lucide-react';
import { memo } from 'react';
import type { Tunnel, TunnelStatus } from '../../../shared/tunnels.ts';
import { stoppedTunnel } from '../../../shared/stopped-tunnel.ts';
import { isRunning, knownTunnel } from '../../state/tunnels.ts';
import {
  destinationParts,
  destinationWords,
  localWords,
  nodeWords,
  webAddress,
} from '../../tunnels/addresses.ts';
import { type RateHistory, sparkline } from '../../tunnels/rate-history.ts';
import { environmentWord } from '../../words/environments.ts';
import { byteSize, count, rateWords, roundTrip } from '../../words/numbers.ts';
import { stateDot, stateWord } from '../../words/states.ts';
import { IconButton } from '../icon-button.tsx';
import { type MenuItem, openMenu } from '../overlays/menu-store.ts';
import { useApp, useAppState } from '../use-app.ts';
import { TunnelDetails } from './tunnel-details.tsx';
import { TunnelTrouble } from './tunnel-trouble.tsx';

interface TunnelRowProps {
  readonly tunnel: Tunnel;
  readonly rates: RateHistory;
}

export const TunnelRow = memo(function TunnelRow({ tunnel, rates }: TunnelRowProps) {
  const { tunnels } = useApp();
  const { id } = tunnel;
  const status = useAppState((state) => state.tunnelStatuses[id]) ?? stoppedTunnel(id);
  const profile = useAppState((state) => state.profiles.find((known) => known.id === tunnel.profileId));
  const isUnfolded = useAppState((state) => state.unfoldedTunnels.includes(id));
  const environment = profile?.environment ?? 'other';
  const node = nodeWords(tunnel, status);
  const Chevron = isUnfolded ? ChevronDown : ChevronRight;
  const leadsTo = destinationParts(tunnel.destination);
  const { isStopping = false } = status;
  const word = isStopping ? 'stopping' : stateWord(status.state);
  const mark = isStopping ? 'reconnecting' : status.state.kind;
  return (
    <li
      className="tunnel"
      data-env={environment}
      data-testid="tunnel"
      data-state={status.state.kind}
      data-unfolded={isUnfolded || undefined}
      aria-label={`${tunnel.name}, ${word}`}
    >
      <div className="tunnel-row">
        <button
          type="button"
          className="icon-button tunnel-fold"
          aria-expanded={isUnfolded}
          aria-label={`Connections of ${tunnel.name}`}
          onClick={() => tunnels.unfold(id, !isUnfolded)}
        >
          <Chevron className="icon" aria-hidden />
        </button>
        <i className="env-bar" aria-hidden />
        <div className="tunnel-cell tunnel-what">
          <span className="tunnel-name clip" data-tip-clipped={tunnel.name}>
            {tunnel.name}
          </span>
          <span className="tunnel-second tunnel-state" data-state={mark} data-testid="tunnel-state">
            <i className={`dot ${isStopping ? mark : stateDot(status.state)}`} aria-hidden />
            {word}
            <span className="tunnel-env clip">
              {profile === undefined ? 'no profile' : environmentWord(environment)}
            </span>
          </span>
        </div>
        <div className="tunnel-cell tunnel-route">
          <LocalAddress tunnel={tunnel} status={status} />
          <span className="tunnel-second tunnel-to">
            <span>{'to '}</span>
            {leadsTo.host !== '' && (
              <span className="mono clip" data-tip-clipped={destinationWords(tunnel.destination)}>
                {leadsTo.host}
              </span>
            )}
            <span className="mono">{leadsTo.port}</span>
            <span>{leadsTo.by}</span>
            <span className="clip tunnel-node" data-tip-clipped={node}>
              {node}
            </span>
          </span>
        </div>
        <Figures status={status} rates={rates} />
        <div className="tunnel-tools">
          <StartStop tunnel={tunnel} status={status} />
          <More tunnel={tunnel} />
        </div>
      </div>
      <TunnelTrouble tunnel={tunnel} status={status} />
      {isUnfolded && <TunnelDetails tunnel={tunnel} status={status} />}
    </li>
  );
});

interface RowPartProps {
  readonly tunnel: Tunnel;
  readonly status: TunnelStatus;
}

function LocalAddress({ tunnel, status }: RowPartProps) {
  const { terminal } = useApp();
  const address = localWords(tunnel, status);
  const demoPort = useAppState((state) => state.demoPort);
  const web = webAddress(tunnel, status, demoPort);
  const isConcrete = status.listening !== undefined || tunnel.local.port !== 0;
  return (
    <span className="tunnel-address">
      <span className={`copyable clip ${isConcrete ? 'mono' : ''}`} data-testid="tunnel-address">
        {address}
      </span>
      {isConcrete && (
        <IconButton
          label={`Copy address of ${tunnel.name}`}
          tip="Copy address"
          icon={Copy}
          className="tunnel-mini"
          onClick={() => void terminal.copyWithNotice(address, 'Address')}
        />
      )}
      {web !== undefined && (
        <IconButton
          label={`Open ${tunnel.name} in the browser`}
          tip={`Open ${web} in the browser`}
          icon={ExternalLink}
          className="tunnel-mini"
          onClick={() => void terminal.openLink(web)}
        />
      )}
      {tunnel.local.exposeToNetwork === true && (
        <span className="pill tunnel-exposed" data-tip="Whoever can reach this computer can use this tunnel">
          <Globe className="icon" aria-hidden />
          exposed
        </span>
      )}
    </span>
  );
}

/** Below this a rate is drawn as the trickle that it is, bytes a second. */
const sparkFloor = 4_000;

function Figures({ status, rates }: { readonly status: TunnelStatus; readonly rates: RateHistory }) {
  const { state, openConnections, totalConnections, bytesUp, bytesDown, rttMs, resends } = status;
  const wasStarted = status.session !== undefined || state.kind !== 'stopped';
  if (!wasStarted) return <div className="tunnel-figures tunnel-quiet">not started yet</div>;
  const isOn = isRunning(state);
  return (
    <div className="tunnel-figures numbers">
      <div className="tunnel-cell tunnel-traffic">
        {isOn ? (
          <>
            <span data-testid="tunnel-rate">
              <Arrow down /> {rateWords(status.downPerSecond)} <Arrow /> {rateWords(status.upPerSecond)}
            </span>
            <span className="tunnel-second" data-testid="tunnel-bytes">
              {byteSize(bytesDown)} down, {byteSize(bytesUp)} up
            </span>
          </>
        ) : (
          <span className="tunnel-second" data-testid="tunnel-bytes">
            {byteSize(bytesDown)} down, {byteSize(bytesUp)} up
          </span>
        )}
      </div>
      {isOn && (
        <svg className="tunnel-spark" viewBox="0 0 72 24" preserveAspectRatio="none" aria-hidden>
          <polyline points={sparkline(rates, 72, 22, sparkFloor)} />
        </svg>
      )}
      <div className="tunnel-cell tunnel-connections">
        <span>{isOn ? `${openConnections.toLocaleString()} open` : ''}</span>
        <span className="tunnel-second">{count(totalConnections, 'connection')}</span>
      </div>
      <div className="tunnel-cell tunnel-health">
        <span>{isOn && rttMs !== undefined ? roundTrip(rttMs) : ''}</span>
        <span className="tunnel-second">{count(resends, 'resend')}</span>
      </div>
    </div>
  );
}

function Arrow({ down = false }: { readonly down?: boolean }) {
  return (
    <span role="img" aria-label={down ? 'down' : 'up'} className="tunnel-arrow">
      {down ? '↓' : '↑'}
    </span>
  );
}

function StartStop({ tunnel, status }: RowPartProps) {
  const { tunnels } = useApp();
  const { state, isStopping = false } = status;
  if (isRunning(state)) {
    return (
      <button
        type="button"
        className="button small"
        aria-label={`Stop ${tunnel.name}`}
        disabled={isStopping}
        onClick={() => tunnels.stop(tunnel.id)}
      >
        {!isStopping && <Square className="icon solid" aria-hidden />}
        {isStopping ? 'Stopping…' : 'Stop'}
      </button>
    );
  }
  return (
    <button
      type="button"
      className="button small"
      aria-label={`Start ${tunnel.name}`}
      onClick={() => void tunnels.start(tunnel.id)}
    >
      <Play className="icon" aria-hidden />
      Start
    </button>
  );
}

function More({ tunnel }: { readonly tunnel: Tunnel }) {
  const { tunnels, terminal, store } = useApp();
  const { id, name } = tunnel;
  const items = (): MenuItem[] => {
    const { status } = knownTunnel(store.read(), id) ?? { status: stoppedTunnel(id) };
    const target = tunnel.target ?? status.session?.target ?? '';
    return [
      { label: 'Edit…', run: () => tunnels.edit(id) },
      {
        label: 'Duplicate…',
        run: () =>
          tunnels.create({
            ...tunnel,
            name: `${name} copy`.slice(0, 80),
            // Two tunnels cannot share a port.
            local: { ...tunnel.local, port: 0 },
          }),
      },
      'line',
      {
        label: 'Copy address',
        run: () => void terminal.copyWithNotice(localWords(tunnel, status), 'Address'),
      },
      {
        label: 'Copy node id',
        disabled: target === '',
        run: () => void terminal.copyWithNotice(target, 'Id'),
      },
      'line',
      { label: 'Remove…', danger: true, run: () => tunnels.askToRemove(id) },
    ];
  };
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={`More for ${name}`}
      aria-haspopup="menu"
      onClick={(event) => {
        const { right, bottom } = event.currentTarget.getBoundingClientRect();
        openMenu({ x: right - 200, y: bottom + 2 }, items());
      }}
    >
      <Ellipsis className="icon" aria-hidden />
    </button>
  );
}
