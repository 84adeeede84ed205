import { Copy } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { activeTab, sessionOf } from '../actions/session-actions.ts';
import { type AppState, withStats } from '../state/app-state.ts';
import { isLive, nodeOf, nodeRequestOf, type SessionTab, tabState } from '../state/tabs.ts';
import { environmentWord } from '../words/environments.ts';
import { byteSize, roundTrip } from '../words/numbers.ts';
import { accountWords, untilWords } from '../words/sign-ins.ts';
import { recordFacts } from '../connect/preference-words.ts';
import { remoteText } from '../words/remote-text.ts';
import { pickedWords } from '../words/queries.ts';
import { stateDot, stateWord } from '../words/states.ts';
import { clock, duration, fullTime } from '../words/time.ts';
import { CutOffCard } from './session-clock.tsx';
import { tabTitle } from './tabs/tab-title.ts';
import { useApp, useAppState, useNodeFact, useNow } from './use-app.ts';
import { IconButton } from './icon-button.tsx';
import './inspector.css';

const shownTab = (state: AppState): SessionTab | undefined => {
  const tab = activeTab(state);
  return tab?.kind === 'session' ? tab : undefined;
};

/** The active tab's session in figures. */
export function Inspector() {
  const tab = useAppState(shownTab);
  return tab === undefined ? null : <SessionDetails tab={tab} />;
}

function SessionDetails({ tab }: { readonly tab: SessionTab }) {
  const { sessions, tunnels } = useApp();
  const session = useAppState((state) => sessionOf(state, tab));
  const profile = useAppState((state) => state.profiles.find(({ id }) => id === tab.request.profileId));
  const { profileId, targetQuery } = tab.request;
  const place = nodeOf(tab);
  const node = useNodeFact((nodes) => place && nodes.find(profileId, place.target)?.node);
  const stats = useAppState((state) => (session === undefined ? undefined : state.stats[session.key]));
  const state = tabState(tab, session);
  const credentials = useAppState((all) => all.credentials[tab.request.profileId]);
  const live = isLive(state);
  const wasStarted = state.kind !== 'not-started';
  const now = useNow(live ? 1000 : undefined);
  const environment = session?.environment ?? profile?.environment ?? 'other';
  const document = session?.documentName ?? tab.request.documentName;
  const reason = session?.reason ?? tab.request.reason;

  return (
    <aside className="inspector" aria-label="Session details">
      <header>
        <h2 className="clip" data-tip-clipped={tabTitle(tab)}>
          {tabTitle(tab)}
        </h2>
        <p className="inspector-where" data-env={environment}>
          <i className="env-bar" aria-hidden />
          {[environmentWord(environment), session?.region].filter(Boolean).join(', ')}
        </p>
        <p className="inspector-state">
          <i className={`dot ${stateDot(state)}`} aria-hidden />
          {stateWord(state)}
        </p>
      </header>
      <dl className="facts">
        <Fact name="Session" value={session?.sessionId} copy="Session id" mono />
        <Fact name="Target" value={place?.target} copy="Target" mono />
        {targetQuery !== undefined && (
          <Fact name="Picked from" value={pickedWords(targetQuery, session?.pickedOf)} />
        )}
        <Fact
          name="Document"
          value={document ?? (node?.container === undefined ? 'default of the account' : 'none, by ECS Exec')}
          mono={document !== undefined}
        />
        <Fact name="Reason" value={reason} />
        <Fact name="Profile" value={session?.profileName ?? profile?.name} />
        {credentials?.accountId !== undefined && (
          <Fact name="Account" value={accountWords(credentials.accountId)} />
        )}
        {live && credentials?.expiresAt !== undefined && (
          <Fact
            name="Credentials"
            value={
              <span title={fullTime(credentials.expiresAt)}>{untilWords(credentials.expiresAt, now)}</span>
            }
          />
        )}
        {session !== undefined && (
          <Fact
            name={wasStarted ? 'Started' : 'Tried'}
            value={<span title={fullTime(session.startedAt)}>{clock(session.startedAt)}</span>}
          />
        )}
        {session !== undefined && wasStarted && (
          <Fact
            name={state.kind === 'ended' ? 'Lasted' : 'Running'}
            value={duration((state.kind === 'ended' ? state.at : now) - session.startedAt)}
          />
        )}
      </dl>
      {session?.terms !== undefined && live && <CutOffCard session={session} terms={session.terms} />}
      {session?.terms?.preferences !== undefined && (
        <dl className="facts">
          {recordFacts(session.terms.preferences, node?.platform ?? 'unknown').map(
            ({ name, value, isMono, note }) => (
              <Fact
                key={`${name} ${value}`}
                name={name}
                mono={isMono ?? false}
                value={note === undefined ? value : <span title={note}>{value}</span>}
              />
            ),
          )}
        </dl>
      )}
      {session?.channel !== undefined && (
        <dl className="facts">
          <Fact name="Encryption" value={session.channel.isEncrypted ? 'KMS key, on top of TLS' : 'TLS'} />
          <Fact name="Message" value={remoteText(session.channel.customerMessage)} />
        </dl>
      )}
      {stats !== undefined && wasStarted && (
        <dl className="facts">
          <Fact name="Received" value={byteSize(stats.bytesIn)} />
          <Fact name="Sent" value={byteSize(stats.bytesOut)} />
          <Fact name="Round trip" value={stats.rttMs === undefined ? undefined : roundTrip(stats.rttMs)} />
          <Fact name="Resends" value={`${stats.resends}`} />
        </dl>
      )}
      {node !== undefined && (
        <dl className="facts">
          <Fact name="Platform" value={remoteText(node.platformName) || node.platform} />
          <Fact name="Agent" value={remoteText(node.agentVersion)} mono />
          <Fact name="Address" value={node.ipAddress} mono copy="Address" />
          {node.container !== undefined && (
            <>
              <Fact name="Cluster" value={remoteText(node.container.cluster)} copy="Cluster" />
              <Fact name="Service" value={remoteText(node.container.service ?? '')} />
              <Fact name="Task" value={node.container.taskId} mono copy="Task id" />
              <Fact name="Family" value={remoteText(node.container.family)} />
            </>
          )}
        </dl>
      )}
      {live && tab.link.kind === 'session' && (
        <div className="inspector-actions">
          <button
            type="button"
            className="button"
            onClick={() => tunnels.create(nodeRequestOf(tab) ?? tab.request)}
          >
            Forward a port…
          </button>
          <button type="button" className="button" onClick={() => sessions.duplicate(tab.id)}>
            Duplicate
          </button>
          <button type="button" className="button danger-quiet" onClick={() => sessions.askToEnd(tab.id)}>
            End session
          </button>
        </div>
      )}
    </aside>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly mono?: boolean;
  /** What the copy button says it copied; without it there is none. */
  readonly copy?: string;
}

function Fact({ name, value, mono = false, copy }: FactProps) {
  const { terminal } = useApp();
  if (value === undefined || value === '') return null;
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd className={`copyable numbers ${mono ? 'mono' : ''}`}>
        {value}
        {copy !== undefined && typeof value === 'string' && (
          <IconButton
            label={`Copy ${copy.toLowerCase()}`}
            onClick={() => void terminal.copyWithNotice(value, copy)}
            icon={Copy}
            className="fact-copy"
          />
        )}
      </dd>
    </div>
  );
}

/** Asks for the active session's figures each second while somebody may see them. */
export function useStats(): void {
  const { door, store } = useApp();
  const key = useAppState((state) => {
    const tab = shownTab(state);
    const session = tab === undefined ? undefined : sessionOf(state, tab);
    return session !== undefined && session.state.kind !== 'ended' ? session.key : undefined;
  });
  useEffect(() => {
    if (key === undefined) return undefined;
    const read = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      const reply = await door.readStats({ key });
      if (reply.ok) store.change((state) => withStats(state, reply.value));
    };
    void read();
    const timer = window.setInterval(() => void read(), 1000);
    return () => window.clearInterval(timer);
  }, [door, store, key]);
}
