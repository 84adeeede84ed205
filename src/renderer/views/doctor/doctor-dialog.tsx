import { CircleCheck, CircleHelp, CircleX, Copy, LoaderCircle, RotateCw, TriangleAlert } from 'lucide-react';
import type { Check, Examination, Verdict } from '../../../shared/doctor.ts';
import type { NodeRequest } from '../../state/tabs.ts';
import { checkTitle, examinationReport, summary, verdictWord } from '../../words/doctor.ts';
import { whereWords } from '../../words/environments.ts';
import { awsFacts } from '../../words/errors.ts';
import { remoteText } from '../../words/remote-text.ts';
import { Frame } from '../dialogs/frame.tsx';
import { ErrorCard } from '../error-card.tsx';
import { useApp, useAppState } from '../use-app.ts';
import { useExamination } from './use-examination.ts';
import './doctor.css';

/** "Why can't I connect?" for one node: each thing that a session needs, what was found, and what to do. */
export default function DoctorDialog({ request }: { readonly request: NodeRequest }) {
  const { workspace, sessions, terminal } = useApp();
  const profile = useAppState((state) => state.profiles.find(({ id }) => id === request.profileId));
  const { examination, again, stop } = useExamination(request);
  const report = examination.kind === 'ready' ? examination.value : undefined;
  const isRunning = examination.kind === 'loading' || report?.progress === 'running';
  const close = (): void => workspace.setDialog(undefined);
  return (
    <Frame
      title={`What stands in the way of ${remoteText(request.nodeName ?? request.target, 60)}`}
      width="middle"
      onClose={close}
      footer={
        <>
          {report !== undefined && (
            <button
              type="button"
              className="button foot-left"
              onClick={() => void terminal.copyWithNotice(examinationReport(report), 'Findings')}
            >
              <Copy className="icon" aria-hidden />
              Copy findings
            </button>
          )}
          {isRunning ? (
            <button type="button" className="button" onClick={stop}>
              Stop
            </button>
          ) : (
            <button type="button" className="button" onClick={again}>
              <RotateCw className="icon" aria-hidden />
              Look again
            </button>
          )}
          <button
            type="button"
            className="button primary"
            onClick={() => {
              close();
              sessions.open(request);
            }}
          >
            Try to connect
          </button>
        </>
      }
    >
      <p className="form-where" data-env={profile?.environment}>
        <i className="env-bar" aria-hidden />
        {whereWords(profile?.name ?? '', profile?.environment ?? 'other', report?.region ?? '')}
        <span className="mono copyable">{request.target}</span>
      </p>
      {examination.kind === 'failed' && <ErrorCard error={examination.error} />}
      {report !== undefined && <Findings examination={report} />}
    </Frame>
  );
}

function Findings({ examination }: { readonly examination: Examination }) {
  const { tone, text } = summary(examination);
  return (
    <>
      <p className="doctor-sum" data-tone={tone} role="status" data-testid="doctor-sum">
        {text}
      </p>
      <ul className="doctor-checks">
        {examination.checks.map((check) => (
          <CheckRow key={check.name} check={check} />
        ))}
      </ul>
    </>
  );
}

function CheckRow({ check: { name, state } }: { readonly check: Check }) {
  const verdict = state.kind === 'done' ? state.finding.verdict : undefined;
  // What needs nothing done keeps to one line, so that the rest is seen.
  const isQuiet = verdict === 'good' || verdict === 'unknown';
  const facts =
    state.kind === 'done' && state.finding.error !== undefined ? awsFacts(state.finding.error) : [];
  return (
    <li
      className="doctor-check"
      data-testid="doctor-check"
      data-name={name}
      data-verdict={verdict ?? state.kind}
    >
      <Mark verdict={verdict} isRunning={state.kind === 'running'} />
      <div className="doctor-words">
        <p className="doctor-title">
          <b>{checkTitle(name)}</b>
          <span className="unseen">{verdict === undefined ? state.kind : verdictWord(verdict)}</span>
          {state.kind === 'done' && isQuiet && (
            <span className="doctor-quiet copyable clip" data-tip-clipped={state.finding.message}>
              {remoteText(state.finding.message, 600)}
            </span>
          )}
        </p>
        {state.kind === 'done' && !isQuiet && (
          <>
            <p className="copyable">{remoteText(state.finding.message, 600)}</p>
            {state.finding.fix !== '' && (
              <p className="doctor-fix copyable">{remoteText(state.finding.fix, 600)}</p>
            )}
            {facts.length > 0 && <p className="mono doctor-facts copyable">{facts.join(', ')}</p>}
          </>
        )}
      </div>
      <span className="doctor-time numbers">
        {state.kind === 'done' && state.tookMs > 0 ? took(state.tookMs) : ''}
      </span>
    </li>
  );
}

const marks: Record<Verdict, typeof CircleCheck> = {
  good: CircleCheck,
  attention: TriangleAlert,
  bad: CircleX,
  unknown: CircleHelp,
};

function Mark({
  verdict,
  isRunning,
}: {
  readonly verdict: Verdict | undefined;
  readonly isRunning: boolean;
}) {
  if (verdict === undefined) {
    return isRunning ? (
      <LoaderCircle className="icon spinner" aria-hidden />
    ) : (
      <i className="dot offline doctor-waiting" aria-hidden />
    );
  }
  const Icon = marks[verdict];
  return <Icon className="icon" aria-hidden />;
}

const took = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
