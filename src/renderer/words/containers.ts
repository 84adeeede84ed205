import type { ContainerFacts, ManagedNode } from '../../shared/inventory.ts';

/** Enough of a task's id to tell it from its neighbours; the whole has 32 digits. */
const shortTaskLength = 8;

export const shortTask = ({ taskId }: ContainerFacts): string => taskId.slice(0, shortTaskLength);

/** `harbour, task 9c704230` */
export const placeOfContainer = (container: ContainerFacts): string =>
  `${container.cluster}, task ${shortTask(container)}`;

/** Why nothing can be started in a container, in two or three words; empty where something can. */
export function troubleWords({ container, instanceState = '' }: ManagedNode): string {
  switch (container?.trouble) {
    case undefined:
      return container?.health === 'unhealthy' ? 'unhealthy' : '';
    case 'exec-off':
      return 'execute command off';
    case 'not-running':
      return instanceState === '' ? 'not running' : instanceState;
    case 'agent-pending':
      return 'agent starting';
    case 'agent-stopped':
      return 'agent stopped';
  }
}

export interface ExplainedTrouble {
  readonly what: string;
  /** What to do or to look at, in this order. */
  readonly steps: readonly string[];
  /** It may pass by itself, so that a try is worth it. */
  readonly mayPass: boolean;
}

const roleOfTask =
  'let the role of the task do ssmmessages:CreateControlChannel, CreateDataChannel, OpenControlChannel and OpenDataChannel';

export function explainTrouble(trouble: NonNullable<ContainerFacts['trouble']>): ExplainedTrouble {
  switch (trouble) {
    case 'exec-off':
      return {
        what: 'Execute command is off for its task. That is set when a task starts and cannot be changed for one that runs.',
        steps: [
          'switch enableExecuteCommand on for the service, and deploy it anew',
          'or run the task again with execute command enabled',
          roleOfTask,
        ],
        mayPass: false,
      };
    case 'not-running':
      return {
        what: 'It does not run yet, or not any more.',
        steps: ['wait for its task to start', 'look at the events of its service in ECS'],
        mayPass: true,
      };
    case 'agent-pending':
      return {
        what: 'The agent of ECS Exec in it is still starting.',
        steps: ['wait a moment, and refresh the list'],
        mayPass: true,
      };
    case 'agent-stopped':
      return {
        what: 'The agent of ECS Exec in it does not run. It is not started again by itself: a new task has a new one.',
        steps: [
          roleOfTask,
          'let the task reach ssmmessages of its Region over HTTPS',
          'leave its root file system writable, with room on it',
          'start a new task',
        ],
        mayPass: true,
      };
  }
}
