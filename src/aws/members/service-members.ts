import { AppError } from '../../shared/errors.ts';
import type { ManagedNode } from '../../shared/inventory.ts';
import type { MemberState, TargetQuery } from '../../shared/target-query.ts';
import { findContainer } from '../containers/container-trouble.ts';
import { type EcsCalls, lastPart } from '../containers/ecs-calls.ts';
import { listServiceContainers } from '../containers/list-containers.ts';
import type { FoundMember } from './member-lookup.ts';

type ServiceQuery = Extract<TargetQuery, { kind: 'ecs-service' }>;

/** In a Region without the cluster or the service, nobody matches. */
const notThere = ['ClusterNotFoundException', 'ServiceNotFoundException'];

/** One member for each task of a service: the container that is named, else the first that can be entered. */
export async function findServiceMembers(
  ecs: EcsCalls,
  { cluster, service, container: name }: ServiceQuery,
  region: string,
): Promise<FoundMember[]> {
  const containers = await listServiceContainers(ecs, cluster, lastPart(service)).catch((error: unknown) => {
    if (error instanceof AppError && notThere.includes(error.data.aws?.name ?? '')) return [];
    throw error;
  });
  const ofTasks = new Map<string, ManagedNode>();
  for (const container of containers) {
    const { taskId, name: containerName } = container.container ?? { taskId: '', name: '' };
    // The best come first.
    if ((name === undefined || containerName === name) && !ofTasks.has(taskId))
      ofTasks.set(taskId, container);
  }
  return [...ofTasks.values()].map((container) => ({
    target: container.id,
    name: container.name,
    region,
    state: containerState(container),
    ...(container.launchedAt !== undefined && { launchedAt: container.launchedAt }),
  }));
}

/** A container that its task does not have any more is gone for good. */
export async function findContainerState(ecs: EcsCalls, target: string): Promise<MemberState> {
  const container = await findContainer(ecs, target);
  return container === undefined ? 'terminated' : containerState(container);
}

function containerState({ online, instanceState = '', container }: ManagedNode): MemberState {
  if (['stopped', 'deleted'].includes(instanceState)) return 'terminated';
  if (['deactivating', 'stopping', 'deprovisioning'].includes(instanceState)) return 'ending';
  if (online) return 'online';
  return container?.trouble === 'not-running' || container?.trouble === 'agent-pending'
    ? 'starting'
    : 'no-exec-agent';
}
