import { Square } from 'lucide-react';
import { activeTab, sessionOf, stateOf } from '../actions/session-actions.ts';
import type { AppState } from '../state/app-state.ts';
import { environmentWord } from '../words/environments.ts';
import { byteSize, roundTrip } from '../words/numbers.ts';
import { useApp, useAppState } from './use-app.ts';
import { IconButton } from './icon-button.tsx';

const inState = (kind: string) => (state: AppState) =>
  state.tabs.items.filter((tab) => tab.kind === 'session' && stateOf(state, tab).kind === kind).length;

const activeSession = (state: AppState) => {
  const tab = activeTab(state);
  return tab?.kind === 'session' ? sessionOf(state, tab) : undefined;
};

export function StatusBar() {
  const { terminals } = useApp();
  const live = useAppState(inState('live'));
  const reconnecting = useAppState(inState('reconnecting'));
  const waiting = useAppState(inState('needs-sign-in'));
  const tab = useAppState(activeTab);
  const session = useAppState(activeSession);
  const facts = useAppState((state) => (tab === undefined ? undefined : state.terminals[tab.id]));
  const rttMs = useAppState((state) => (session === undefined ? undefined : state.stats[session.key]?.rttMs));
  return (
    <footer className="status-bar numbers" aria-label="Status">
      <span>
        <i className={`dot ${live > 0 ? 'live' : 'offline'}`} aria-hidden />
        {live} live
      </span>
      {reconnecting > 0 && <span className="attention">{reconnecting} reconnecting</span>}
      {waiting > 0 && (
        <span className="attention">
          {waiting} {waiting === 1 ? 'needs' : 'need'} sign-in
        </span>
      )}
      {facts !== undefined && facts.waitingInput > 0 && tab !== undefined && (
        <span className="attention">
          Sending input, {byteSize(facts.waitingInput)} left
          <IconButton
            label="Stop sending input"
            onClick={() => terminals.get(tab.id)?.stopInput()}
            icon={Square}
          />
        </span>
      )}
      <span className="right">
        {session !== undefined && (
          <span data-env={session.environment}>
            <i className="env-bar" aria-hidden /> {environmentWord(session.environment)}, {session.region}
          </span>
        )}
        {facts !== undefined && facts.cols > 0 && (
          <span className="mono" data-testid="terminal-size">
            {facts.cols} x {facts.rows}
          </span>
        )}
        {rttMs !== undefined && <span className="mono">rtt {roundTrip(rttMs)}</span>}
      </span>
    </footer>
  );
}
