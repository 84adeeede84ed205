import {
  Hourglass,
  Info,
  KeyRound,
  LoaderCircle,
  RotateCw,
  Stethoscope,
  Timer,
  UserCheck,
  X,
} from 'lucide-react';
import { useState } from 'react';
import type { AppErrorData } from '../../../shared/errors.ts';
import type { SessionSummary } from '../../../shared/models.ts';
import type { CutOff } from '../../../shared/session-terms.ts';
import type { Silence } from '../../../shared/silence.ts';
import { nodeOf, nodeRequestOf, type SessionTab, type TabState } from '../../state/tabs.ts';
import { awsFacts, errorTitle } from '../../words/errors.ts';
import { pickedWords } from '../../words/queries.ts';
import { accessTitle, silenceWords } from '../../words/states.ts';
import { clock, fullTime, timeLeft } from '../../words/time.ts';
import { AskForAccess } from '../session-trouble.tsx';
import { Bar } from './bar.tsx';
import { EndedBar } from './ended-bar.tsx';
import { Countdown } from '../countdown.tsx';
import { SignInButton } from '../sign-in/sign-in-button.tsx';
import { useApp, useNow } from '../use-app.ts';
import { IconButton } from '../icon-button.tsx';

interface StateBarProps {
  readonly tab: SessionTab;
  readonly state: TabState;
  readonly session: SessionSummary | undefined;
  /** Its tab is in front. */
  readonly isInSight: boolean;
}

/** A node that has gone stays away: after so many tries another member of a query is offered. */
const triesBeforeOffer = 3;

/**
 * One calm line for every state but live: what is so, since when, and the one thing to do. While a session may still go
 * on the line lies over the terminal: taking rows from it would change the size under a program's hands.
 */
export function StateBar({ tab, state, session, isInSight }: StateBarProps) {
  const { sessions } = useApp();
  switch (state.kind) {
    case 'connecting':
      return (
        <Bar tone="quiet" place="over" icon={<LoaderCircle className="icon spinner" aria-hidden />}>
          <span>{phaseOf(tab, session)}</span>
          <span className="mono bar-detail clip">{nodeOf(tab)?.target}</span>
          {tab.request.targetQuery !== undefined && (
            <span className="bar-detail clip">
              {nodeOf(tab) !== undefined && 'picked from '}
              {pickedWords(tab.request.targetQuery, session?.pickedOf)}
            </span>
          )}
        </Bar>
      );
    case 'live':
      if (session?.cutOff !== undefined) return <CutOffWarning tab={tab} cutOff={session.cutOff} />;
      if (session?.silence !== undefined)
        return <SilenceNotice key={silenceKey(session.silence)} silence={session.silence} tab={tab} />;
      return session?.warning === undefined ? null : <Warning key={session.warning} text={session.warning} />;
    case 'reconnecting':
      return (
        <Bar tone="attention" place="float" icon={<RotateCw className="icon" aria-hidden />}>
          <b>Connection lost, reconnecting</b>
          {state.error !== undefined && <Reason error={state.error} />}
          <span className="bar-detail numbers" aria-live="off">
            <Countdown attempt={state.attempt} to={state.nextTryAt} />
          </span>
          <button type="button" className="button small" onClick={() => void sessions.reconnectNow(tab.id)}>
            Try now
          </button>
          {session?.targetQuery !== undefined && state.attempt >= triesBeforeOffer && (
            <button type="button" className="button small" onClick={() => void sessions.startOver(tab.id)}>
              Another member
            </button>
          )}
        </Bar>
      );
    case 'needs-sign-in':
      return (
        <Bar tone="attention" place="float" icon={<KeyRound className="icon" aria-hidden />}>
          <b>{errorTitle(state.error.code)}</b>
          <Reason error={state.error} />
          <SignInButton profileId={tab.request.profileId} />
          <button type="button" className="button small" onClick={() => void sessions.reconnectNow(tab.id)}>
            Try again
          </button>
        </Bar>
      );
    case 'needs-approval':
      return (
        <Bar tone="attention" place="float" icon={<UserCheck className="icon" aria-hidden />}>
          <b>{accessTitle(state)}</b>
          <Reason error={state.error} />
          {session !== undefined && <AskForAccess subjectKey={session.key} />}
        </Bar>
      );
    case 'awaiting-approval':
      return (
        <Bar tone="attention" place="float" icon={<UserCheck className="icon" aria-hidden />}>
          <b>{accessTitle(state)}</b>
          <span className="bar-detail numbers" title={fullTime(state.since)}>
            waiting for an approval since {clock(state.since)}
          </span>
          <button type="button" className="button small" onClick={() => void sessions.reconnectNow(tab.id)}>
            Look now
          </button>
        </Bar>
      );
    case 'ended':
      return <EndedBar tab={tab} state={state} session={session} isInSight={isInSight} />;
    case 'not-started':
      return null;
  }
}

/** What stands in the way, what to try, and the service's own name for it. */
function Reason({ error }: { readonly error: AppErrorData }) {
  const facts = awsFacts(error);
  return (
    <span className="bar-detail bar-long copyable">
      {error.message} {error.hint}
      {facts.length > 0 && <span className="mono"> {facts.join(', ')}</span>}
    </span>
  );
}

function phaseOf(tab: SessionTab, session: SessionSummary | undefined): string {
  if (tab.link.kind === 'asking') return 'Preparing';
  if (tab.request.targetQuery !== undefined && session?.target === '') return 'Looking for a healthy member';
  if (session?.sessionId === undefined) return 'Starting a session';
  return 'Opening the data channel';
}

/** The service is about to end the session, or its approval ends: why, when, and what can be done about it. */
function CutOffWarning({ tab, cutOff }: { readonly tab: SessionTab; readonly cutOff: CutOff }) {
  const { sessions } = useApp();
  const left = timeLeft(cutOff.at - useNow(1000));
  if (cutOff.kind === 'approval') {
    return (
      <Bar tone="attention" place="float" icon={<UserCheck className="icon" aria-hidden />}>
        <b>The approval ends</b>
        <span className="bar-detail numbers" aria-live="off">
          in {left}
        </span>
        <span className="bar-detail">The session goes on; a lost connection then takes a new one.</span>
      </Bar>
    );
  }
  return (
    <Bar tone="attention" place="float" icon={<Timer className="icon" aria-hidden />}>
      <b>{cutOff.kind === 'idle' ? 'Idle' : 'Nearly at its longest time'}</b>
      <span className="bar-detail numbers" aria-live="off">
        the service ends this session in {left}
      </span>
      {cutOff.kind === 'idle' ? (
        <span className="bar-detail">Any key keeps it open.</span>
      ) : (
        <button type="button" className="button small" onClick={() => sessions.duplicate(tab.id)}>
          Open another
        </button>
      )}
    </Bar>
  );
}

const silenceKey = ({ kind, since }: Silence): string => `${kind} ${since}`;

/** The session stands and nothing comes: since when, what that may mean, and what can be done. */
function SilenceNotice({ tab, silence }: { readonly tab: SessionTab; readonly silence: Silence }) {
  const { sessions, workspace } = useApp();
  const [isRead, setRead] = useState(false);
  const forSeconds = Math.round((useNow(1000) - silence.since) / 1000);
  if (isRead) return null;
  const { title, detail } = silenceWords(silence.kind);
  const node = nodeRequestOf(tab);
  const mayBeMeantSo = silence.kind === 'no-output';
  return (
    <Bar
      tone={mayBeMeantSo ? 'info' : 'attention'}
      place="float"
      icon={<Hourglass className="icon" aria-hidden />}
    >
      <b>{title}</b>
      <span className="bar-detail numbers" aria-live="off">
        for {forSeconds} s
      </span>
      <span className="bar-detail bar-long">{detail}</span>
      {!mayBeMeantSo && (
        <>
          {node !== undefined && (
            <button
              type="button"
              className="button small"
              onClick={() => workspace.setDialog({ kind: 'doctor', request: node })}
            >
              <Stethoscope className="icon" aria-hidden />
              Find out why
            </button>
          )}
          <button type="button" className="button small" onClick={() => void sessions.startOver(tab.id)}>
            Start again
          </button>
        </>
      )}
      <button type="button" className="button small" onClick={() => void sessions.end(tab.id)}>
        End
      </button>
      <IconButton label="Dismiss" onClick={() => setRead(true)} icon={X} />
    </Bar>
  );
}

/** Something to know that ended nothing; gone when it has been read. */
function Warning({ text }: { readonly text: string }) {
  const [isRead, setRead] = useState(false);
  if (isRead) return null;
  return (
    <Bar tone="info" place="float" icon={<Info className="icon" aria-hidden />}>
      <span className="bar-long copyable">{text}</span>
      <IconButton label="Dismiss" onClick={() => setRead(true)} icon={X} />
    </Bar>
  );
}
