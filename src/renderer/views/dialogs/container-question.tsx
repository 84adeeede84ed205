import type { ContainerFacts, ManagedNode } from '../../../shared/inventory.ts';
import type { NodeRequest } from '../../state/tabs.ts';
import { explainTrouble, placeOfContainer } from '../../words/containers.ts';
import { remoteText } from '../../words/remote-text.ts';
import { useApp } from '../use-app.ts';
import { Question } from './frame.tsx';

interface ContainerQuestionProps {
  readonly request: NodeRequest;
  readonly node: ManagedNode;
  readonly container: ContainerFacts;
}

/** A container that takes no session explains itself before anything is tried. */
export function ContainerQuestion({ request, node, container }: ContainerQuestionProps) {
  const { sessions, workspace } = useApp();
  const { what, steps, mayPass } = explainTrouble(container.trouble ?? 'not-running');
  const examine = (): void => workspace.setDialog({ kind: 'doctor', request });
  return (
    <Question
      title={`No session in ${remoteText(node.name, 80) || node.id}`}
      action={mayPass ? 'Try anyway' : 'Look at all that it takes'}
      onYes={() => {
        if (!mayPass) {
          examine();
          return;
        }
        workspace.setDialog(undefined);
        sessions.open(request);
      }}
      onNo={() => workspace.setDialog(undefined)}
    >
      <p>{what}</p>
      <p>What to do, in this order:</p>
      <ul className="bullets">
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ul>
      {mayPass && (
        <p>
          <button type="button" className="link-button" onClick={examine}>
            Find out what stands in the way
          </button>
        </p>
      )}
      <p className="mono copyable">{remoteText(placeOfContainer(container), 200)}</p>
    </Question>
  );
}
