import { Timer } from 'lucide-react';
import { type CutOffInSight, cutOffsOf } from '../../shared/cut-offs.ts';
import type { SessionSummary } from '../../shared/models.ts';
import type { SessionTerms } from '../../shared/session-terms.ts';
import { clock, duration, timeLeft } from '../words/time.ts';
import { useAppState, useNow } from './use-app.ts';
import './session-clock.css';

const names: Record<CutOffInSight['kind'], string> = {
  idle: 'Idle limit',
  duration: 'Longest session',
  approval: 'Approval',
};

/** What is left until the service ends the session: without input and output, and whatever it does. */
export function SessionClock({ session }: { readonly session: SessionSummary }) {
  const inSight = useCutOffs(session, session.terms);
  const isOver = session.state.kind === 'ended';
  const now = useNow(inSight.length === 0 || isOver ? undefined : 1000);
  if (isOver || inSight.length === 0) return null;
  return (
    <span className="session-clock" data-testid="session-clock">
      <Timer className="icon" aria-hidden />
      {inSight.map(({ kind, at, warnFrom }) => (
        <span
          key={kind}
          className={now >= warnFrom ? 'attention' : undefined}
          data-tip={tipFor(kind, at, now)}
        >
          {wordFor(kind, at, now)}
        </span>
      ))}
    </span>
  );
}

function wordFor(kind: CutOffInSight['kind'], at: number, now: number): string {
  if (kind === 'approval') return at <= now ? 'approval over' : `approved ${timeLeft(at - now)}`;
  return `${kind === 'idle' ? 'idle' : 'ends'} ${timeLeft(at - now)}`;
}

function tipFor(kind: CutOffInSight['kind'], at: number, now: number): string {
  switch (kind) {
    case 'idle':
      return `Without input and output the service ends it at ${clock(at)}`;
    case 'duration':
      return `The service ends it at ${clock(at)}`;
    case 'approval':
      return at <= now
        ? 'The session goes on; a lost connection takes a new approval'
        : `The approval holds until ${clock(at)}; the session goes on then, but a lost connection takes a new one`;
  }
}

/** The same with bars, beside the session's other facts. */
export function CutOffCard({
  session,
  terms,
}: {
  readonly session: SessionSummary;
  readonly terms: SessionTerms;
}) {
  const inSight = useCutOffs(session, terms);
  const now = useNow(inSight.length === 0 ? undefined : 1000);
  if (inSight.length === 0) return null;
  return (
    <section className="cut-offs numbers" aria-label="Time limits">
      {inSight.map((cutOff) => {
        const { kind, at, limitMs, warnFrom } = cutOff;
        const used = Math.min(limitMs, Math.max(0, limitMs - (at - now)));
        return (
          <div key={kind} data-near={now >= warnFrom || undefined}>
            <p>
              <span>{names[kind]}</span>
              <span>
                {timeLeft(at - now)} of {duration(limitMs)}
              </span>
            </p>
            <progress className="cut-off-bar" aria-label={names[kind]} max={limitMs} value={used} />
          </div>
        );
      })}
    </section>
  );
}

function useCutOffs(session: SessionSummary, terms: SessionTerms | undefined): readonly CutOffInSight[] {
  const activeAt = useAppState((state) => state.stats[session.key]?.activeAt);
  return terms === undefined ? [] : cutOffsOf(terms, activeAt, session.approval);
}
