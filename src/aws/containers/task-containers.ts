import type { Container, Task } from '@aws-sdk/client-ecs';
import type { ContainerFacts, ManagedNode } from '../../shared/inventory.ts';
import { containerTarget, parseContainerTarget } from '../../shared/targets.ts';
import { answerList, answerText } from '../answer-members.ts';
import { lastPart } from './ecs-calls.ts';

/** As many as a task can have at the service. */
const mostTags = 50;

/**
 * The containers of a task as DescribeTasks has it, each as a target of its own. Its name is that of the service and the
 * container, as people speak of it: the task's id is another one tomorrow. What cannot be named as a target is left out.
 */
export function toContainers(task: Task): ManagedNode[] {
  const taskArn = answerText(task.taskArn);
  const clusterArn = answerText(task.clusterArn);
  if (taskArn === undefined || clusterArn === undefined) return [];
  return answerList(task.containers).flatMap(
    (container) => toContainer(task, lastPart(clusterArn), lastPart(taskArn), container) ?? [],
  );
}

function toContainer(
  task: Task,
  cluster: string,
  taskId: string,
  container: Container,
): ManagedNode | undefined {
  const containerName = nameOf(container.name);
  if (containerName === undefined) return undefined;
  const service = nameOf(/^service:(.+)$/s.exec(answerText(task.group) ?? '')?.[1]);
  const family = nameOf(lastPart(answerText(task.taskDefinitionArn) ?? '').replace(/:\d+$/, '')) ?? '';
  // One that has not begun has no id of its own yet; it is listed, but nothing can be started there.
  const runtimeId = answerText(container.runtimeId) ?? containerName.replaceAll('_', '-');
  const id = containerTarget({ cluster, taskId, runtimeId });
  if (parseContainerTarget(id) === undefined) return undefined;
  const trouble = troubleOf(task, container);
  const startedAt = task.startedAt instanceof Date ? task.startedAt.getTime() : Number.NaN;
  return {
    id,
    name: `${service ?? (family === '' ? taskId : family)}/${containerName}`,
    ...platformOf(task),
    online: trouble === undefined,
    agentVersion: '',
    ipAddress: addressOf(task, container),
    tags: answerList(task.tags)
      .slice(0, mostTags)
      .flatMap(({ key, value }): [string, string][] => {
        const known = answerText(key);
        return known === undefined ? [] : [[known, answerText(value) ?? '']];
      }),
    instanceState: statusOf(task, container).toLowerCase(),
    ...(Number.isFinite(startedAt) && { launchedAt: startedAt }),
    container: {
      cluster,
      ...(service !== undefined && { service }),
      family,
      taskId,
      name: containerName,
      health: healthOf(container),
      ...(trouble !== undefined && { trouble }),
    },
  };
}

/** Of a service, a family or a container, as ECS allows them. What is not one comes from somebody else. */
const nameOf = (value: unknown): string | undefined => {
  const name = answerText(value);
  return name !== undefined && /^[\w-]{1,255}$/.test(name) ? name : undefined;
};

/** The task's, unless that runs and the container does not. */
function statusOf(task: Task, container: Container): string {
  const ofTask = answerText(task.lastStatus) ?? 'UNKNOWN';
  const ofContainer = answerText(container.lastStatus);
  return ofTask === 'RUNNING' && ofContainer !== undefined ? ofContainer : ofTask;
}

/** Why no session can be started there; undefined where one can. */
function troubleOf(task: Task, container: Container): ContainerFacts['trouble'] {
  if (task.enableExecuteCommand !== true) return 'exec-off';
  if (statusOf(task, container) !== 'RUNNING') return 'not-running';
  const agent = answerList(container.managedAgents).find(({ name }) => name === 'ExecuteCommandAgent');
  const status = answerText(agent?.lastStatus);
  if (status === 'RUNNING') return undefined;
  return status === 'PENDING' ? 'agent-pending' : 'agent-stopped';
}

function healthOf({ healthStatus }: Container): ContainerFacts['health'] {
  switch (answerText(healthStatus)) {
    case 'HEALTHY':
      return 'healthy';
    case 'UNHEALTHY':
      return 'unhealthy';
    default:
      return 'unknown';
  }
}

const launchWords: Readonly<Record<string, string>> = {
  FARGATE: 'Fargate',
  EC2: 'ECS on EC2',
  EXTERNAL: 'ECS Anywhere',
  MANAGED_INSTANCES: 'ECS Managed Instances',
};

/** Only Fargate tells the family of the system; what runs on EC2 is Linux unless it says otherwise. */
function platformOf(task: Task): Pick<ManagedNode, 'platform' | 'platformName'> {
  const launchType = answerText(task.launchType) ?? '';
  const where = (Object.hasOwn(launchWords, launchType) ? launchWords[launchType] : undefined) ?? 'ECS';
  const version = answerText(task.platformVersion);
  const system = answerText(task.platformFamily)?.replaceAll('_', ' ') ?? '';
  const isWindows = /^windows/i.test(system);
  return {
    platform: isWindows ? 'windows' : 'linux',
    platformName: [
      launchType === 'FARGATE' && version !== undefined ? `${where} ${version}` : where,
      ...(system === '' ? [] : [system]),
    ].join(', '),
  };
}

/** Of the container, else of the task's own network interface; none where the host's is shared. */
function addressOf(task: Task, container: Container): string {
  for (const { privateIpv4Address, ipv6Address } of answerList(container.networkInterfaces)) {
    const address = answerText(privateIpv4Address) ?? answerText(ipv6Address);
    if (address !== undefined) return address;
  }
  for (const { details } of answerList(task.attachments)) {
    for (const { name, value } of answerList(details)) {
      if (name === 'privateIPv4Address') return answerText(value) ?? '';
    }
  }
  return '';
}
