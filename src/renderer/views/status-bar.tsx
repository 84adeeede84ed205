import { Cable, Lock, KeyRound, Square, UserCheck } from 'lucide-react';
import { activeTab, sessionOf, stateOf } from '../actions/session-actions.ts';
import type { AppState } from '../state/app-state.ts';
import { accessSubjects } from '../state/access.ts';
import { runningCount, totalRate } from '../state/tunnels.ts';
import { environmentWord } from '../words/environments.ts';
import { byteSize, count, rateWords, roundTrip } from '../words/numbers.ts';
import { signInVerb } from '../words/sign-ins.ts';
import { accessVerb } from '../words/states.ts';
import { openMenu } from './overlays/menu-store.ts';
import { SessionClock } from './session-clock.tsx';
import { useApp, useAppState } from './use-app.ts';
import { IconButton } from './icon-button.tsx';

/** Tabs, tunnels and commands alike. */
const inState = (kind: string) => (state: AppState) =>
  state.tabs.items.filter((tab) => tab.kind === 'session' && stateOf(state, tab).kind === kind).length +
  Object.values(state.tunnelStatuses).filter((status) => status.state.kind === kind).length +
  state.commands.runs.filter((run) => run.state.kind === kind).length;

const liveTabs = (state: AppState): number =>
  state.tabs.items.filter((tab) => tab.kind === 'session' && stateOf(state, tab).kind === 'live').length;

const activeSession = (state: AppState) => {
  const tab = activeTab(state);
  return tab?.kind === 'session' ? sessionOf(state, tab) : undefined;
};

export function StatusBar() {
  const { terminals } = useApp();
  const live = useAppState(liveTabs);
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
      <Tunnels />
      {reconnecting > 0 && <span className="attention">{reconnecting} reconnecting</span>}
      <NeededSignIns />
      {waiting > 0 && (
        <span className="attention">
          {waiting} {waiting === 1 ? 'waits' : 'wait'} for a sign-in
        </span>
      )}
      <Approvals />
      {facts !== undefined && facts.waitingInput > 0 && facts.paste === undefined && tab !== undefined && (
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
        {session !== undefined && <SessionClock session={session} />}
        {session?.channel?.isEncrypted === true && (
          <span className="status-encrypted" data-tip="Encrypted with a KMS key, on top of TLS">
            <Lock className="icon" aria-hidden />
            KMS
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

/** What somebody has to do before credentials can be had, and the way to it. */
function NeededSignIns() {
  const { signIns } = useApp();
  const needed = useAppState((state) => state.signIns);
  const [first] = needed;
  if (first === undefined) return null;
  return (
    <button
      type="button"
      className="status-button attention"
      data-testid="sign-ins"
      onClick={(event) => {
        if (needed.length === 1) {
          signIns.ask(first.id);
          return;
        }
        const { left, top } = event.currentTarget.getBoundingClientRect();
        openMenu(
          { x: left, y: top },
          needed.map((signIn) => ({ label: `${signInVerb(signIn)}…`, run: () => signIns.ask(signIn.id) })),
        );
      }}
    >
      <KeyRound className="icon" aria-hidden />
      {needed.length === 1 ? signInVerb(first) : `${needed.length} sign-ins needed`}
    </button>
  );
}

/** Who waits for an approval, asked for or not, and the way there. */
function Approvals() {
  const { access, store } = useApp();
  const needed = useAppState(inState('needs-approval'));
  const awaited = useAppState(inState('awaiting-approval'));
  if (needed + awaited === 0) return null;
  const words = [
    ...(needed === 0 ? [] : [`${needed} without access`]),
    ...(awaited === 0 ? [] : [`${awaited} ${awaited === 1 ? 'waits' : 'wait'} for an approval`]),
  ];
  return (
    <button
      type="button"
      className="status-button attention"
      data-testid="approvals"
      onClick={(event) => {
        const [first, ...others] = accessSubjects(store.read());
        if (first === undefined) return;
        if (others.length === 0) {
          access.show(first);
          return;
        }
        const { left, top } = event.currentTarget.getBoundingClientRect();
        openMenu(
          { x: left, y: top },
          [first, ...others].map((subject) => ({
            label: `${accessVerb(subject)}…`,
            run: () => access.show(subject),
          })),
        );
      }}
    >
      <UserCheck className="icon" aria-hidden />
      {words.join(', ')}
    </button>
  );
}

/** The tunnels that run, and the way to them. */
function Tunnels() {
  const { sessions } = useApp();
  const running = useAppState(runningCount);
  const rate = useAppState(totalRate);
  if (running === 0) return null;
  return (
    <button
      type="button"
      className="status-button"
      data-testid="tunnel-count"
      data-tip="Show tunnels"
      onClick={() => sessions.openView('tunnels')}
    >
      <Cable className="icon" aria-hidden />
      {count(running, 'tunnel')}
      {rate >= 1 && `, ${rateWords(rate)}`}
    </button>
  );
}
