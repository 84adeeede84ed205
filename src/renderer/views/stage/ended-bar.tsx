import { CircleAlert } from 'lucide-react';
import type { SessionSummary } from '../../../shared/models.ts';
import type { Successor } from '../../../shared/target-query.ts';
import type { Loadable } from '../../state/app-state.ts';
import type { SessionTab, TabState } from '../../state/tabs.ts';
import { goneNode, successorWords } from '../../words/queries.ts';
import { remoteText } from '../../words/remote-text.ts';
import { endWords } from '../../words/states.ts';
import { clock, duration, fullTime } from '../../words/time.ts';
import { useApp } from '../use-app.ts';
import { CopyError } from '../copy-error.tsx';
import { Bar } from './bar.tsx';
import { useSuccessor } from './use-successor.ts';

interface EndedBarProps {
  readonly tab: SessionTab;
  readonly state: Extract<TabState, { kind: 'ended' }>;
  readonly session: SessionSummary | undefined;
  readonly isInSight: boolean;
}

/** How a session ended, and the way on: the same node again, or for a query the next member. */
export function EndedBar({ tab, state, session, isInSight }: EndedBarProps) {
  const { end, at } = state;
  const { title, detail } = endWords(end);
  const isOfQuery = session?.targetQuery !== undefined && end.kind !== 'ended-by-user';
  const successor = useSuccessor(isOfQuery ? session.key : undefined, at, isInSight);
  const gone =
    successor?.kind === 'ready' && session !== undefined ? goneNode(successor.value, session) : undefined;
  const ran = session === undefined ? '' : ` after ${duration(at - session.startedAt)}`;
  return (
    <Bar
      tone={end.kind === 'failed' ? 'danger' : 'quiet'}
      place="under"
      icon={<CircleAlert className="icon" aria-hidden />}
    >
      <b>{gone ?? title}</b>
      <span className="bar-detail numbers" title={fullTime(at)}>
        {clock(at)}
        {ran}
      </span>
      {detail !== '' && gone === undefined && (
        <span
          className={`bar-detail ${end.kind === 'failed' ? 'bar-long copyable' : 'clip'}`}
          data-tip-clipped={detail}
        >
          {detail}
        </span>
      )}
      {successor !== undefined && (
        <span className="bar-detail clip" data-testid="successor" data-state={successor.kind}>
          {successorWords(successor)}
        </span>
      )}
      {end.kind === 'failed' && <CopyError error={end.error} isSmall />}
      <GoOn tab={tab} successor={successor} />
    </Bar>
  );
}

function GoOn({
  tab,
  successor,
}: {
  readonly tab: SessionTab;
  readonly successor: Loadable<Successor> | undefined;
}) {
  const { sessions } = useApp();
  const member = successor?.kind === 'ready' ? successor.value.member : undefined;
  const word =
    member === undefined ? 'Reconnect' : `Connect to ${remoteText(member.name, 60) || member.target}`;
  return (
    <button
      type="button"
      className={`button small ${member === undefined ? '' : 'primary'}`}
      onClick={() => void sessions.restart(tab.id, member?.target)}
    >
      <span className="clip">{word}</span>
      <span className="key">Enter</span>
      <span className="unseen">Press Enter to reconnect</span>
    </button>
  );
}
