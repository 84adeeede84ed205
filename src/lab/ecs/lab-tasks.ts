import { createHash } from 'node:crypto';
import { labAccountId } from '../lab-account.ts';
import { defaultAgentVersion, defaultShell, type LabNode } from '../nodes.ts';

/** A task of ECS as the lab announces it. Its containers are this machine, with a few variables of a container. */
export interface LabTask {
  cluster: string;
  /** 32 hex digits. */
  id: string;
  /** Absent for one that was started by hand. */
  service?: string;
  family: string;
  revision: number;
  launchType: 'FARGATE' | 'EC2';
  status: 'PENDING' | 'RUNNING' | 'STOPPED';
  isExecEnabled: boolean;
  ipAddress: string;
  tags: Readonly<Record<string, string>>;
  region: string;
  /** Epoch milliseconds; absent before it runs. */
  startedAt?: number;
  containers: readonly LabContainer[];
}

export interface LabContainer {
  name: string;
  /** Absent before it runs. */
  runtimeId?: string;
  health: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  /** Of the agent of ECS Exec; tasks without execute command have none. */
  agentStatus?: 'PENDING' | 'RUNNING' | 'STOPPED';
}

/** A cluster, and the key that its ECS Exec sessions are encrypted with, if there is one. */
export interface LabCluster {
  name: string;
  execKeyId?: string;
}

export const labClusters: readonly LabCluster[] = [
  { name: 'harbour' },
  { name: 'night_shift', execKeyId: 'alias/lab-session' },
];

interface Blueprint extends Pick<LabTask, 'cluster' | 'family' | 'launchType' | 'ipAddress' | 'tags'> {
  service?: string;
  status?: LabTask['status'];
  isExecEnabled?: boolean;
  agentStatus?: LabContainer['agentStatus'];
  containers: readonly string[];
  startedMinutesAgo: number;
}

/**
 * Two services and tasks by themselves, with what there is to see: several tasks of one service, several containers in a task,
 * execute command switched off, an agent that does not run, a task that is about to start, a cluster with a key.
 */
const blueprints: readonly Blueprint[] = [
  ...([12, 13] as const).map(
    (host): Blueprint => ({
      cluster: 'harbour',
      service: 'shop',
      family: 'shop',
      launchType: 'FARGATE',
      ipAddress: `10.0.5.${host}`,
      tags: { Environment: 'development', Role: 'web', Team: 'storefront' },
      containers: host === 12 ? ['app', 'metrics'] : ['app'],
      startedMinutesAgo: host === 12 ? 95 : 20,
    }),
  ),
  {
    cluster: 'harbour',
    service: 'stock',
    family: 'stock',
    launchType: 'EC2',
    ipAddress: '10.0.5.31',
    tags: { Environment: 'production', Role: 'ledger', Team: 'finance' },
    isExecEnabled: false,
    containers: ['worker'],
    startedMinutesAgo: 3 * 24 * 60,
  },
  {
    cluster: 'night_shift',
    family: 'report',
    launchType: 'FARGATE',
    ipAddress: '10.0.6.40',
    tags: { Environment: 'staging', Role: 'batch', Team: 'data' },
    containers: ['report'],
    startedMinutesAgo: 8,
  },
  {
    cluster: 'night_shift',
    family: 'tally',
    launchType: 'FARGATE',
    ipAddress: '10.0.6.41',
    tags: { Environment: 'staging', Role: 'batch', Team: 'data' },
    agentStatus: 'STOPPED',
    containers: ['tally'],
    startedMinutesAgo: 6 * 60,
  },
];

/** The lab's tasks, the same at each start. */
export function makeTasks(region: string, now: number): LabTask[] {
  return blueprints.map(
    ({ containers, startedMinutesAgo, status = 'RUNNING', isExecEnabled = true, ...task }, number) => {
      const id = digits(`task ${number}`, 32);
      const { agentStatus = 'RUNNING', ...rest } = task;
      return {
        ...rest,
        id,
        revision: 7,
        status,
        isExecEnabled,
        region,
        startedAt: now - startedMinutesAgo * 60_000,
        containers: containers.map((name): LabContainer => {
          const runtimeId =
            task.launchType === 'FARGATE'
              ? `${id}-${Number.parseInt(digits(`container ${number} ${name}`, 8), 16)}`
              : digits(`container ${number} ${name}`, 64);
          return { name, runtimeId, health: 'HEALTHY', ...(isExecEnabled && { agentStatus }) };
        }),
      };
    },
  );
}

/** The id by which StartSession knows a container; undefined before it has one. */
export const targetOf = ({ cluster, id }: LabTask, { runtimeId }: LabContainer): string | undefined =>
  runtimeId === undefined ? undefined : `ecs:${cluster}_${id}_${runtimeId}`;

/** A container as the agent sees what it runs on: online where a session can be started. */
export function asNode(task: LabTask, container: LabContainer): LabNode | undefined {
  const target = targetOf(task, container);
  if (target === undefined) return undefined;
  const { runtimeId = '' } = container;
  return {
    id: target,
    name: `${task.service ?? task.family}/${container.name}`,
    platform: 'linux',
    platformName: 'Linux',
    platformVersion: '',
    ipAddress: task.ipAddress,
    online: task.status === 'RUNNING' && container.agentStatus === 'RUNNING',
    agentVersion: defaultAgentVersion,
    tags: task.tags,
    region: task.region,
    lastPingAt: task.startedAt ?? 0,
    machine: task.status === 'STOPPED' ? 'terminated' : 'running',
    launchedAt: task.startedAt ?? 0,
    shell: defaultShell(),
    container: {
      AWS_EXECUTION_ENV: `AWS_ECS_${task.launchType}`,
      ECS_CONTAINER_METADATA_URI_V4: `http://169.254.170.2/v4/${runtimeId}`,
      HOSTNAME: `ip-${task.ipAddress.replaceAll('.', '-')}.ec2.internal`,
    },
  };
}

export const clusterArn = (name: string, region: string): string =>
  `arn:aws:ecs:${region}:${labAccountId}:cluster/${name}`;

export const taskArn = ({ cluster, id, region }: LabTask): string =>
  `arn:aws:ecs:${region}:${labAccountId}:task/${cluster}/${id}`;

/** As many hex digits as asked for, the same for the same words. */
function digits(words: string, length: number): string {
  return createHash('sha256').update(words).digest('hex').slice(0, length);
}
