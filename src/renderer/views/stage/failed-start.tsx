import { Stethoscope } from 'lucide-react';
import type { AppErrorData } from '../../../shared/errors.ts';
import { nodeRequestOf, type SessionTab } from '../../state/tabs.ts';
import { type NextStep, nextSteps } from '../../words/errors.ts';
import { ErrorCard } from '../error-card.tsx';
import { useApp } from '../use-app.ts';

/** Why there is no session in this tab, and what can be done about it. */
export function FailedStart({ tab, error }: { readonly tab: SessionTab; readonly error: AppErrorData }) {
  return (
    <div className="panel-cover stage-centre">
      <ErrorCard error={error}>
        {nextSteps(error).map((step, at) => (
          <StepButton key={step} step={step} isFirst={at === 0} tab={tab} />
        ))}
      </ErrorCard>
    </div>
  );
}

interface StepButtonProps {
  readonly step: NextStep;
  readonly isFirst: boolean;
  readonly tab: SessionTab;
}

function StepButton({ step, isFirst, tab }: StepButtonProps) {
  const { sessions, workspace } = useApp();
  const { request } = tab;
  const look = `button ${isFirst ? 'primary' : ''}`;
  switch (step) {
    case 'retry':
    case 'ask-again':
      return (
        <button type="button" className={look} onClick={() => void sessions.restart(tab.id)}>
          {step === 'retry' ? 'Try again' : 'Ask again'}
        </button>
      );
    case 'edit-profile':
      return (
        <button
          type="button"
          className={look}
          onClick={() => workspace.setDialog({ kind: 'profile', id: request.profileId })}
        >
          Edit profile
        </button>
      );
    case 'give-reason':
    case 'choose-document':
      return (
        <button
          type="button"
          className={look}
          onClick={() => workspace.setDialog({ kind: 'connect', request, replaces: tab.id })}
        >
          {step === 'give-reason' ? 'Give a reason…' : 'Choose a document…'}
        </button>
      );
    case 'find-out': {
      const node = nodeRequestOf(tab);
      if (node === undefined) return null;
      return (
        <button
          type="button"
          className={look}
          onClick={() => workspace.setDialog({ kind: 'doctor', request: node })}
        >
          <Stethoscope className="icon" aria-hidden />
          Find out why
        </button>
      );
    }
  }
}
