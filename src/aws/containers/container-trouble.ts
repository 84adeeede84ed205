import type { ManagedNode } from '../../shared/inventory.ts';
import { parseContainerTarget } from '../../shared/targets.ts';
import type { Verdict } from '../verdict.ts';
import type { EcsCalls } from './ecs-calls.ts';
import { agentAway, execNotEnabled } from './exec-errors.ts';
import { toContainers } from './task-containers.ts';

/**
 * A container as its task has it now; undefined where there is no such task or container any more, or never was. Rejects with
 * `AppError`.
 */
export async function findContainer(
  calls: Pick<EcsCalls, 'describeTasks'>,
  target: string,
): Promise<ManagedNode | undefined> {
  const parts = parseContainerTarget(target);
  if (parts === undefined) return undefined;
  const tasks = await calls.describeTasks(parts.cluster, [parts.taskId]);
  return tasks.flatMap(toContainers).find(({ id }) => id === target);
}

export interface ContainerLook {
  container: ManagedNode | undefined;
  /** Why no session can be started there. */
  trouble: Verdict | undefined;
}

export async function lookAtContainer(
  calls: Pick<EcsCalls, 'describeTasks'>,
  target: string,
): Promise<ContainerLook> {
  const container = await findContainer(calls, target);
  return { container, trouble: containerTrouble(container) };
}

/** What a task passes through on its way out; it may be listed for an hour after. */
const endedStates = ['deactivating', 'stopping', 'deprovisioning', 'stopped', 'deleted'];

/** Why a container takes no session, with the next step; undefined where nothing is known against it. */
export function containerTrouble(container: ManagedNode | undefined): Verdict | undefined {
  if (container === undefined || endedStates.includes(container.instanceState ?? '')) return taskGone;
  switch (container.container?.trouble) {
    case undefined:
      return undefined;
    case 'exec-off':
      return execNotEnabled;
    case 'not-running':
      return {
        code: 'target-not-connected',
        message: `The container does not run yet: it is ${container.instanceState ?? 'not started'}.`,
        hint: 'Wait for it to start, and try again.',
        retryable: true,
      };
    case 'agent-pending':
      return {
        code: 'target-not-connected',
        message: 'The agent of ECS Exec in this container is still starting.',
        hint: 'Wait a moment, and try again.',
        retryable: true,
      };
    case 'agent-stopped':
      return agentAway;
  }
}

const taskGone: Verdict = {
  code: 'task-gone',
  message:
    'The task of this container is not there any more: it has ended, or another one has taken its place.',
  hint: 'Refresh the node list and choose another task of its service.',
  retryable: false,
};
