import { UserCheck } from 'lucide-react';
import type { AccessSubject } from '../../state/access.ts';
import { accessTitle } from '../../words/states.ts';
import { AccessBody } from './access-body.tsx';
import './access.css';

/** In the place of a terminal that is not there yet. */
export default function AccessCard({
  subject,
  onLeave,
}: {
  readonly subject: AccessSubject;
  readonly onLeave: () => void;
}) {
  return (
    <section className="stage-card" data-testid="access-card" data-state={subject.state.kind}>
      <header>
        <UserCheck className="icon stage-card-mark" aria-hidden />
        <h2>{accessTitle(subject.state)}</h2>
      </header>
      <AccessBody
        subject={subject}
        leave={{ label: subject.state.kind === 'needs-approval' ? 'Not now' : 'Cancel', run: onLeave }}
      />
    </section>
  );
}
