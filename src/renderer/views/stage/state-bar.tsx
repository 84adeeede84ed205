import { CircleAlert, Info, KeyRound, LoaderCircle, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SessionSummary } from '../../../shared/models.ts';
import type { SessionTab, TabState } from '../../state/tabs.ts';
import { awsFacts, errorTitle } from '../../words/errors.ts';
import { endWords } from '../../words/states.ts';
import { clock, duration, fullTime } from '../../words/time.ts';
import { useApp, useNow } from '../use-app.ts';

interface StateBarProps {
  readonly tab: SessionTab;
  readonly state: TabState;
  readonly session: SessionSummary | undefined;
}

/** One calm line under the terminal for every state but live: what is so, since when, and the one thing to do. */
export function StateBar({ tab, state, session }: StateBarProps) {
  const { sessions } = useApp();
  switch (state.kind) {
    case 'connecting':
      return (
        <Bar tone="quiet" icon={<LoaderCircle className="icon spinner" aria-hidden />}>
          <span>{phaseOf(tab, session)}</span>
          <span className="mono bar-detail clip">{tab.request.target}</span>
        </Bar>
      );
    case 'live':
      return session?.warning === undefined ? null : (
        <Bar tone="info" icon={<Info className="icon" aria-hidden />}>
          <span className="clip" data-tip-clipped={session.warning}>
            {session.warning}
          </span>
        </Bar>
      );
    case 'reconnecting':
      return (
        <Bar tone="attention" icon={<RotateCw className="icon" aria-hidden />}>
          <b>Connection lost, reconnecting</b>
          <span className="bar-detail numbers">
            <Countdown attempt={state.attempt} to={state.nextTryAt} />
          </span>
          <button type="button" className="button small" onClick={() => void sessions.reconnectNow(tab.id)}>
            Try now
          </button>
        </Bar>
      );
    case 'needs-sign-in':
      return (
        <Bar tone="attention" icon={<KeyRound className="icon" aria-hidden />}>
          <b>{errorTitle(state.error.code)}</b>
          <span
            className="bar-detail clip"
            data-tip={[state.error.message, state.error.hint, awsFacts(state.error).join(', ')]
              .filter(Boolean)
              .join('\n')}
          >
            The session waits for new credentials. {state.error.hint}
          </span>
          <button type="button" className="button small" onClick={() => void sessions.reconnectNow(tab.id)}>
            Try again
          </button>
        </Bar>
      );
    case 'ended': {
      const { title, detail } = endWords(state.end);
      const ran = session === undefined ? '' : ` after ${duration(state.at - session.startedAt)}`;
      return (
        <Bar
          tone={state.end.kind === 'failed' ? 'danger' : 'quiet'}
          icon={<CircleAlert className="icon" aria-hidden />}
        >
          <b>{title}</b>
          <span className="bar-detail numbers" title={fullTime(state.at)}>
            {clock(state.at)}
            {ran}
          </span>
          {detail !== '' && (
            <span className="bar-detail bar-more clip" data-tip-clipped={detail}>
              {detail}
            </span>
          )}
          <button type="button" className="button small" onClick={() => void sessions.restart(tab.id)}>
            Reconnect
            <span className="key">Enter</span>
            <span className="unseen">Press Enter to reconnect</span>
          </button>
        </Bar>
      );
    }
    case 'not-started':
      return null;
  }
}

function phaseOf(tab: SessionTab, session: SessionSummary | undefined): string {
  if (tab.link.kind === 'asking') return 'Preparing';
  if (session?.sessionId === undefined) return 'Starting a session';
  return 'Opening the data channel';
}

function Countdown({ attempt, to }: { readonly attempt: number; readonly to: number }) {
  const now = useNow(250);
  const seconds = Math.ceil((to - now) / 1000);
  return `attempt ${attempt}, ${seconds > 0 ? `next try in ${seconds} s` : 'trying now'}`;
}

interface BarProps {
  readonly tone: 'quiet' | 'info' | 'attention' | 'danger';
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

function Bar({ tone, icon, children }: BarProps) {
  return (
    <div className="state-bar" data-tone={tone} data-testid="state-bar" role="status">
      {icon}
      {children}
    </div>
  );
}
