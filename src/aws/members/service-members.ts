import { AppError } from '../../shared/errors.ts';
import type { ManagedNode } from '../../shared/inventory.ts';
import type { MemberState, TargetQuery } from '../../shared/target-query.ts';
import { findContainer } from '../containers/container-trouble.ts';
import { type EcsCalls, lastPart } from '../containers/ecs-calls.ts';
import { toContainers } from '../containers/task-containers.ts';
import type { FoundMember, FoundMembers } from './member-lookup.ts';

type ServiceQuery = Extract<TargetQuery, { kind: 'ecs-service' }>;

/** In a Region without the cluster or the service, nobody matches. */
const notThere = ['ClusterNotFoundException', 'ServiceNotFoundException'];

/** Pages may be empty and name a next one all the same: after so many a service is left. */
const mostPages = 50;

/** One member for each task of a service, of `limit` tasks: the container that is named, else the first that can be entered. */
export async function findServiceMembers(
  ecs: Pick<EcsCalls, 'listTasks' | 'describeTasks'>,
  { cluster, service, container: name }: ServiceQuery,
  region: string,
  limit: number,
): Promise<FoundMembers> {
  const members: FoundMember[] = [];
  let pages = 0;
  try {
    for await (const tasks of ecs.listTasks(cluster, lastPart(service))) {
      for (const task of await ecs.describeTasks(cluster, tasks)) {
        const containers = toContainers(task).filter(
          ({ container }) => name === undefined || container?.name === name,
        );
        const best = containers.find(({ online }) => online) ?? containers[0];
        if (best !== undefined) members.push(toMember(best, region));
      }
      pages += 1;
      if (members.length >= limit || pages === mostPages)
        return { members: members.slice(0, limit), hasMore: true };
    }
  } catch (error) {
    if (!(error instanceof AppError && notThere.includes(error.data.aws?.name ?? ''))) throw error;
  }
  return { members, hasMore: false };
}

const toMember = (container: ManagedNode, region: string): FoundMember => ({
  target: container.id,
  name: container.name,
  region,
  state: containerState(container),
  ...(container.launchedAt !== undefined && { launchedAt: container.launchedAt }),
});

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
