import { useEffect } from 'react';
import { accessSubject, holderOf } from '../../state/access.ts';
import { accessTitle } from '../../words/states.ts';
import { Frame } from '../dialogs/frame.tsx';
import { useApp, useAppState } from '../use-app.ts';
import { AccessBody } from './access-body.tsx';
import './access.css';

/** The same for what has something else to show: a tunnel, a command, a terminal with output. Closes when it goes on. */
export default function AccessDialog({ subjectKey }: { readonly subjectKey: string }) {
  const { workspace } = useApp();
  const subject = accessSubject(
    subjectKey,
    useAppState((state) => holderOf(state, subjectKey)),
  );
  const isOver = subject === undefined;
  useEffect(() => {
    if (isOver) workspace.setDialog(undefined);
  }, [isOver, workspace]);
  if (subject === undefined) return null;
  return (
    <Frame title={accessTitle(subject.state)} onClose={() => workspace.setDialog(undefined)}>
      <div data-testid="access-dialog" data-state={subject.state.kind}>
        <AccessBody subject={subject} leave={{ label: 'Close', run: () => workspace.setDialog(undefined) }} />
      </div>
    </Frame>
  );
}
