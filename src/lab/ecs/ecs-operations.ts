import { ApiError } from '../api/api-error.ts';
import { type ApiContext, epochSeconds, type Operation } from '../api/context.ts';
import { listOfText, type Members, optionalInteger, optionalText, requiredText } from '../api/members.ts';
import { pageOf } from '../api/paging.ts';
import { labAccountId } from '../lab-account.ts';
import { execDocument } from './exec-document.ts';
import {
  asNode,
  clusterArn,
  type LabCluster,
  labClusters,
  type LabContainer,
  type LabTask,
  taskArn,
} from './lab-tasks.ts';

const mostPerPage = 100;

export const listClusters: Operation = (members, context, region) => {
  const size = optionalInteger(members, 'maxResults', 1, mostPerPage) ?? mostPerPage;
  const arns = clustersOf(context, region).map(({ name }) => clusterArn(name, region));
  const { items, nextToken } = pageOf('ListClusters', arns, size, optionalText(members, 'nextToken'));
  return { clusterArns: items, ...(nextToken === undefined ? {} : { nextToken }) };
};

/** Those that are to run, so none that has stopped. */
export const listTasks: Operation = (members, context, region) => {
  const { name } = clusterIn(members, context, region);
  const service = optionalText(members, 'serviceName');
  const size = optionalInteger(members, 'maxResults', 1, mostPerPage) ?? mostPerPage;
  const tasks = context.tasksIn(region).filter(({ cluster }) => cluster === name);
  if (service !== undefined && !tasks.some((task) => task.service === lastPart(service)))
    throw new ApiError('ServiceNotFoundException', 'Service not found.');
  const arns = tasks
    .filter((task) => task.status !== 'STOPPED')
    .filter((task) => service === undefined || task.service === lastPart(service))
    .map(taskArn);
  const { items, nextToken } = pageOf('ListTasks', arns, size, optionalText(members, 'nextToken'));
  return { taskArns: items, ...(nextToken === undefined ? {} : { nextToken }) };
};

export const describeTasks: Operation = (members, context, region) => {
  const { name } = clusterIn(members, context, region);
  const asked = listOfText(members, 'tasks');
  if (asked.length === 0) throw new ApiError('InvalidParameterException', 'Tasks cannot be empty.');
  if (asked.length > mostPerPage)
    throw new ApiError('InvalidParameterException', 'Tasks cannot be more than 100.');
  const withTags = listOfText(members, 'include').includes('TAGS');
  const found = asked.map((task) => ({ task, known: taskIn(context, region, name, task) }));
  return {
    tasks: found.flatMap(({ known }) => (known === undefined ? [] : [describe(known, withTags)])),
    failures: found.flatMap(({ task, known }) =>
      known === undefined
        ? [{ arn: task.startsWith('arn:') ? task : arnOf(region, name, task), reason: 'MISSING' }]
        : [],
    ),
  };
};

export const describeClusters: Operation = (members, context, region) => {
  const known = clustersOf(context, region);
  const asked = listOfText(members, 'clusters');
  const found = asked.flatMap((each) => known.find(({ name }) => name === lastPart(each)) ?? []);
  return {
    clusters: found.map(({ name, execKeyId }) => ({
      clusterArn: clusterArn(name, region),
      clusterName: name,
      status: 'ACTIVE',
      ...(execKeyId === undefined
        ? {}
        : { configuration: { executeCommandConfiguration: { kmsKeyId: execKeyId, logging: 'DEFAULT' } } }),
    })),
    failures: [],
  };
};

export const executeCommand: Operation = (members, context, region) => {
  const cluster = clusterIn(members, context, region);
  const command = requiredText(members, 'command', { min: 1 });
  const wanted = optionalText(members, 'container');
  const task = taskIn(context, region, cluster.name, requiredText(members, 'task'));
  if (members['interactive'] !== true)
    throw new ApiError('InvalidParameterException', 'Interactive is the only mode supported currently.');
  if (task === undefined)
    throw new ApiError('InvalidParameterException', 'The referenced task was not found.');
  if (task.status !== 'RUNNING')
    throw new ApiError(
      'InvalidParameterException',
      'The specified task is not running. Only a running task can be used.',
    );
  if (wanted === undefined && task.containers.length > 1)
    throw new ApiError(
      'InvalidParameterException',
      'The container must be named for a task of several containers.',
    );
  const container = task.containers.find(({ name }) => wanted === undefined || name === wanted);
  const node = container && asNode(task, container);
  if (container === undefined || node === undefined)
    throw new ApiError('InvalidParameterException', 'The task has no such container.');
  if (!task.isExecEnabled || container.agentStatus === 'PENDING')
    throw new ApiError(
      'InvalidParameterException',
      'The execute command failed because execute command was not enabled when the task was run or the execute command agent isn’t running.',
    );
  if (!node.online)
    throw new ApiError(
      'TargetNotConnectedException',
      'The execute command failed due to an internal error. Try again later.',
    );
  const record = context.openSession({
    node,
    target: node.id,
    document: execDocument(cluster),
    documentName: undefined,
    reason: undefined,
    parameters: new Map([['command', command]]),
    idPrefix: 'ecs-execute-command',
  });
  return {
    clusterArn: clusterArn(cluster.name, region),
    taskArn: taskArn(task),
    containerName: container.name,
    containerArn: containerArn(task, container),
    interactive: true,
    session: {
      sessionId: record.id,
      streamUrl: context.streamUrl(record),
      tokenValue: context.issueToken(record),
    },
  };
};

function describe(task: LabTask, withTags: boolean): object {
  const { cluster, region, family, revision, service, launchType, status, startedAt } = task;
  return {
    taskArn: taskArn(task),
    clusterArn: clusterArn(cluster, region),
    taskDefinitionArn: `arn:aws:ecs:${region}:${labAccountId}:task-definition/${family}:${revision}`,
    group: service === undefined ? `family:${family}` : `service:${service}`,
    launchType,
    ...(launchType === 'FARGATE' ? { platformVersion: '1.4.0', platformFamily: 'Linux' } : {}),
    lastStatus: status,
    desiredStatus: status === 'STOPPED' ? 'STOPPED' : 'RUNNING',
    healthStatus: 'HEALTHY',
    connectivity: 'CONNECTED',
    enableExecuteCommand: task.isExecEnabled,
    ...(startedAt === undefined ? {} : { startedAt: epochSeconds(startedAt) }),
    attachments: [],
    containers: task.containers.map((container) => ({
      containerArn: containerArn(task, container),
      taskArn: taskArn(task),
      name: container.name,
      image: `${labAccountId}.dkr.ecr.${region}.amazonaws.com/${family}:latest`,
      ...(container.runtimeId === undefined ? {} : { runtimeId: container.runtimeId }),
      lastStatus: status,
      healthStatus: container.health,
      networkInterfaces: [{ attachmentId: task.id, privateIpv4Address: task.ipAddress }],
      ...(container.agentStatus === undefined
        ? {}
        : { managedAgents: [{ name: 'ExecuteCommandAgent', lastStatus: container.agentStatus }] }),
    })),
    ...(withTags ? { tags: Object.entries(task.tags).map(([key, value]) => ({ key, value })) } : {}),
  };
}

/** Clusters without a task in a Region are not there. */
const clustersOf = (context: ApiContext, region: string): LabCluster[] =>
  labClusters.filter(({ name }) => context.tasksIn(region).some(({ cluster }) => cluster === name));

function clusterIn(members: Members, context: ApiContext, region: string): LabCluster {
  const wanted = lastPart(optionalText(members, 'cluster') ?? 'default');
  const found = clustersOf(context, region).find(({ name }) => name === wanted);
  if (found === undefined) throw new ApiError('ClusterNotFoundException', 'Cluster not found.');
  return found;
}

const taskIn = (context: ApiContext, region: string, cluster: string, task: string): LabTask | undefined =>
  context.tasksIn(region).find((known) => known.cluster === cluster && known.id === lastPart(task));

const arnOf = (region: string, cluster: string, task: string): string =>
  `arn:aws:ecs:${region}:${labAccountId}:task/${cluster}/${task}`;

const containerArn = ({ region, cluster, id }: LabTask, { name }: LabContainer): string =>
  `arn:aws:ecs:${region}:${labAccountId}:container/${cluster}/${id}/${name}`;

/** A name stands for itself, an ARN for what is behind its last slash. */
const lastPart = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
