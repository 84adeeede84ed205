import { CircleAlert, Info, KeyRound, RotateCw, UserCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AppErrorData } from '../../shared/errors.ts';
import type { Approval, SessionState } from '../../shared/models.ts';
import { awsFacts, errorWords } from '../words/errors.ts';
import { accessTitle, endWords } from '../words/states.ts';
import { clock, fullTime, timeLeft } from '../words/time.ts';
import { CopyError } from './copy-error.tsx';
import { Countdown } from './countdown.tsx';
import { SignInButton } from './sign-in/sign-in-button.tsx';
import { useApp, useNow } from './use-app.ts';
import './session-trouble.css';

interface SessionTroubleProps {
  /** As the page knows it: of a command, or the id of a tunnel. */
  readonly subjectKey: string;
  readonly profileId: string;
  readonly state: SessionState | { readonly kind: 'stopped' };
  readonly onReconnectNow: () => void;
  /** The far side closes it when it is done: not worth a word. */
  readonly closesByItself?: boolean;
  /** What else can be done after a failure. */
  readonly children?: ReactNode;
}

/** What there is to say of a tunnel or a command that does not simply run: why, and the next step. */
export function SessionTrouble({
  subjectKey,
  profileId,
  state,
  onReconnectNow,
  closesByItself = false,
  children,
}: SessionTroubleProps) {
  switch (state.kind) {
    case 'stopped':
    case 'connecting':
    case 'live':
      return null;
    case 'reconnecting':
      return (
        <Trouble tone="attention" icon={<RotateCw className="icon" aria-hidden />}>
          {state.error === undefined ? (
            <b>Connection lost, reconnecting</b>
          ) : (
            <ErrorWords lead="Connection lost, reconnecting." error={state.error} />
          )}
          <span className="numbers" aria-live="off">
            <Countdown attempt={state.attempt} to={state.nextTryAt} />
          </span>
          <span className="trouble-actions">
            <button type="button" className="button small" onClick={onReconnectNow}>
              Try now
            </button>
          </span>
        </Trouble>
      );
    case 'needs-sign-in':
      return (
        <Trouble tone="attention" icon={<KeyRound className="icon" aria-hidden />}>
          <ErrorWords error={state.error} />
          <span className="trouble-actions">
            <SignInButton profileId={profileId} />
            <button type="button" className="button small" onClick={onReconnectNow}>
              Try again
            </button>
          </span>
        </Trouble>
      );
    case 'needs-approval':
      return (
        <Trouble tone="attention" icon={<UserCheck className="icon" aria-hidden />}>
          <ErrorWords error={state.error} />
          <span className="trouble-actions">
            <AskForAccess subjectKey={subjectKey} />
          </span>
        </Trouble>
      );
    case 'awaiting-approval':
      return (
        <Trouble tone="attention" icon={<UserCheck className="icon" aria-hidden />}>
          <b>{accessTitle(state)}</b>
          <span className="numbers">since {clock(state.since)}</span>
          {state.trouble !== undefined && <ErrorWords error={state.trouble} />}
          <span className="trouble-actions">
            <button type="button" className="button small" onClick={onReconnectNow}>
              Look now
            </button>
          </span>
        </Trouble>
      );
    case 'ended': {
      const { end, endedAt } = state;
      if (end.kind === 'ended-by-user') return null;
      if (closesByItself && end.kind === 'closed' && end.message === '') return null;
      if (end.kind === 'failed') {
        return (
          <Trouble tone="danger" icon={<CircleAlert className="icon" aria-hidden />}>
            <ErrorWords error={end.error} />
            <span className="trouble-actions">
              {children}
              <CopyError error={end.error} isSmall />
            </span>
          </Trouble>
        );
      }
      const { title, detail } = endWords(end);
      return (
        <Trouble tone="quiet" icon={<Info className="icon" aria-hidden />}>
          <b>{title}</b>
          <span className="numbers" title={fullTime(endedAt)}>
            {clock(endedAt)}
          </span>
          {detail !== '' && <span className="copyable">{detail}</span>}
        </Trouble>
      );
    }
  }
}

function ErrorWords({ error, lead: given }: { readonly error: AppErrorData; readonly lead?: string }) {
  const facts = awsFacts(error);
  const words = errorWords(error);
  const { lead, rest } =
    given === undefined ? words : { lead: given, rest: `${error.message} ${error.hint}`.trim() };
  return (
    <span className="copyable">
      <b>{lead}</b> {rest}
      {facts.length > 0 && <span className="mono"> {facts.join(', ')}</span>}
    </span>
  );
}

/** From so long before its end on an approval is worth a word, milliseconds. */
const approvalLeadMs = 5 * 60_000;

/** The approval of what runs ends soon, or has ended: what that means for it. */
export function ApprovalNote({
  approval,
  state,
}: {
  readonly approval: Approval | undefined;
  readonly state: SessionTroubleProps['state'];
}) {
  const isRunning = approval !== undefined && state.kind === 'live';
  const now = useNow(isRunning ? 1000 : undefined);
  if (!isRunning || approval.until - now > approvalLeadMs) return null;
  const left = approval.until - now;
  return (
    <Trouble tone={left > 0 ? 'attention' : 'info'} icon={<UserCheck className="icon" aria-hidden />}>
      <b>{left > 0 ? 'The approval ends' : 'The approval is over'}</b>
      {left > 0 && (
        <span className="numbers" aria-live="off">
          in {timeLeft(left)}
        </span>
      )}
      <span>It goes on; a lost connection then takes a new one.</span>
    </Trouble>
  );
}

/** Opens the form: a reason has to be given. */
export function AskForAccess({ subjectKey }: { readonly subjectKey: string }) {
  const { access } = useApp();
  return (
    <button type="button" className="button small" onClick={() => access.open(subjectKey)}>
      Ask for access…
    </button>
  );
}

interface TroubleProps {
  readonly tone: 'quiet' | 'info' | 'attention' | 'danger';
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

/** One calm strip: a mark, words, and at its end what to do. */
export function Trouble({ tone, icon, children }: TroubleProps) {
  return (
    <div className="trouble" data-tone={tone} data-testid="trouble" role="status">
      {icon}
      <div className="trouble-words">{children}</div>
    </div>
  );
}
