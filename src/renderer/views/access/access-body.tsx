import { CircleAlert, LoaderCircle, RotateCw } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { AppErrorData } from '../../../shared/errors.ts';
import { reasonProblem } from '../../connect/reason.ts';
import type { AccessSubject } from '../../state/access.ts';
import { whereWords } from '../../words/environments.ts';
import { awsFacts, errorWords } from '../../words/errors.ts';
import { remoteText } from '../../words/remote-text.ts';
import { age, clock, fullTime } from '../../words/time.ts';
import { ReasonField } from '../connect/reason-field.tsx';
import { SignInButton } from '../sign-in/sign-in-button.tsx';
import { useApp, useNow } from '../use-app.ts';

interface AccessBodyProps {
  readonly subject: AccessSubject;
  /** What leaves it: closes the form, or ends the session. */
  readonly leave: { readonly label: string; readonly run: () => void };
}

/** An approval that has to be asked for, or that has been asked for: of what, why, and what can be done now. */
export function AccessBody({ subject, leave }: AccessBodyProps) {
  const { facts, state } = subject;
  return (
    <>
      <dl className="access-facts">
        <div>
          <dt>Node</dt>
          <dd className="copyable">
            {remoteText(facts.nodeName) || facts.target}
            {facts.nodeName !== facts.target && <span className="mono access-id"> {facts.target}</span>}
          </dd>
        </div>
        <div>
          <dt>With</dt>
          <dd data-env={facts.environment}>
            <i className="env-bar" aria-hidden />{' '}
            {whereWords(facts.profileName, facts.environment, facts.region)}
          </dd>
        </div>
        {state.kind === 'awaiting-approval' && (
          <>
            <div>
              <dt>Reason</dt>
              <dd className="copyable">{state.reason}</dd>
            </div>
            <div>
              <dt>Request</dt>
              <dd className="mono copyable">{state.requestId}</dd>
            </div>
          </>
        )}
      </dl>
      {state.kind === 'needs-approval' ? (
        // A refusal begins the form anew, with what was given before.
        <AskForm key={subject.key} subject={subject} state={state} leave={leave} />
      ) : (
        <Awaiting subject={subject} state={state} leave={leave} />
      )}
    </>
  );
}

interface AskFormProps extends AccessBodyProps {
  readonly state: Extract<AccessSubject['state'], { kind: 'needs-approval' }>;
}

function AskForm({ subject, state, leave }: AskFormProps) {
  const { access } = useApp();
  const { key, facts } = subject;
  const [reason, setReason] = useState(state.reason ?? '');
  const [wasLeft, setLeft] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const problem = reasonProblem(reason, true);
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    setLeft(true);
    if (problem !== undefined || isAsking) return;
    setAsking(true);
    void access.ask(key, reason.trim()).finally(() => setAsking(false));
  };
  return (
    <form className="access-form" onSubmit={ask} noValidate>
      <Why error={state.error} />
      <ReasonField
        environment={facts.environment}
        value={reason}
        isRequired
        error={wasLeft ? problem : undefined}
        isWrong={wasLeft && problem !== undefined}
        onChange={setReason}
        onLeave={() => setLeft(reason !== '')}
      />
      <div className="access-actions">
        <button type="submit" className="button primary" disabled={isAsking}>
          {isAsking && <LoaderCircle className="icon spinner" aria-hidden />}
          Ask for access
        </button>
        {state.error.code === 'sign-in-needed' && <SignInButton profileId={facts.profileId} />}
        <button type="button" className="button" onClick={leave.run}>
          {leave.label}
        </button>
      </div>
    </form>
  );
}

interface AwaitingProps extends AccessBodyProps {
  readonly state: Extract<AccessSubject['state'], { kind: 'awaiting-approval' }>;
}

function Awaiting({ subject, state, leave }: AwaitingProps) {
  const { access } = useApp();
  const now = useNow(10_000);
  const { trouble, since } = state;
  return (
    <div className="access-form">
      <p className="access-wait" role="status">
        <LoaderCircle className="icon spinner" aria-hidden />
        <span>
          <b>Waiting for an approval</b>
          <span className="numbers" title={fullTime(since)}>
            {' '}
            since {clock(since)}, {age(since, now)}
          </span>
        </span>
      </p>
      <p className="form-hint">
        It goes on by itself once the request is approved, and you are told then. A request cannot be taken
        back: left alone, it is found again by the next session on this node.
      </p>
      {trouble !== undefined && (
        <Why error={trouble} lead="It could not be looked at just now; it is looked at again." />
      )}
      <div className="access-actions">
        <button type="button" className="button" onClick={() => void access.lookNow(subject.key)}>
          <RotateCw className="icon" aria-hidden />
          Look now
        </button>
        <button type="button" className="button" onClick={leave.run}>
          {leave.label}
        </button>
      </div>
    </div>
  );
}

/** What stands in the way, with the service's own words for whoever has to change it. */
function Why({ error, lead }: { readonly error: AppErrorData; readonly lead?: string }) {
  const facts = awsFacts(error);
  const words = errorWords(error);
  // That an approval is needed is what the title says.
  const text =
    error.code === 'approval-needed' ? `${error.message} ${error.hint}` : `${words.lead} ${words.rest}`;
  return (
    <div className="access-why" data-tone={error.code === 'approval-needed' ? 'quiet' : 'danger'}>
      <CircleAlert className="icon" aria-hidden />
      <p className="copyable">
        {lead !== undefined && <b>{lead} </b>}
        {text}
        {facts.length > 0 && <span className="mono"> {facts.join(', ')}</span>}
      </p>
    </div>
  );
}
