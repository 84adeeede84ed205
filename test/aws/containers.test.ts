import { expect, onTestFinished, test } from 'vitest';
import { createControlPlane } from '../../src/aws/control-plane.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import type { ManagedNode } from '../../src/shared/inventory.ts';
import { fakeKeys, startFakeService } from './fake-service.ts';

async function labWithTasks() {
  const lab = await startLab({ pace: 'fast', ecs: true });
  const { endpoint } = lab;
  const plane = createControlPlane({
    region: lab.region,
    endpoint,
    ecsEndpoint: endpoint,
    taggingEndpoint: endpoint,
    credentials: lab,
    displayName: 'Harbour',
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    plane.close();
    await lab.close();
  });
  const control = (path: string, body: object): Promise<Response> =>
    fetch(`${lab.control}${path}`, { method: 'POST', body: JSON.stringify(body) });
  const listed = async (): Promise<ManagedNode[]> => {
    const nodes: ManagedNode[] = [];
    for await (const page of plane.listContainers()) if ('nodes' in page) nodes.push(...page.nodes);
    return nodes;
  };
  return { lab, plane, control, listed };
}

const targetOf = ({ containers }: Lab, name: string): string =>
  containers.find((container) => container.name === name)?.id ?? '';

const errorOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no error',
    (error: { data?: unknown }) => error.data,
  );

test('the containers of all clusters are listed, each with its service, task, state, address and tags', async () => {
  const { lab, listed } = await labWithTasks();
  const nodes = await listed();
  expect(nodes.map(({ id }) => id)).toEqual(lab.containers.map(({ id }) => id));
  const [app] = nodes;
  expect(app).toEqual({
    id: targetOf(lab, 'shop/app'),
    name: 'shop/app',
    platform: 'linux',
    platformName: 'Fargate 1.4.0, Linux',
    online: true,
    agentVersion: '',
    ipAddress: '10.0.5.12',
    tags: [
      ['Environment', 'development'],
      ['Role', 'web'],
      ['Team', 'storefront'],
    ],
    instanceState: 'running',
    launchedAt: expect.any(Number) as number,
    container: {
      cluster: 'harbour',
      service: 'shop',
      family: 'shop',
      taskId: app?.id.split('_')[1],
      name: 'app',
      health: 'healthy',
    },
  });
  expect(nodes.map(({ name, container }) => [name, container?.trouble])).toEqual([
    ['shop/app', undefined],
    ['shop/metrics', undefined],
    ['shop/app', undefined],
    ['stock/worker', 'exec-off'],
    ['report/report', undefined],
    ['tally/tally', 'agent-stopped'],
  ]);
});

test('the containers of one service come with the latest started first among equals', async () => {
  const { plane } = await labWithTasks();
  const found = await plane.listServiceContainers('harbour', 'shop');
  expect(found.map(({ name, ipAddress }) => `${name} ${ipAddress}`)).toEqual([
    'shop/app 10.0.5.13',
    'shop/app 10.0.5.12',
    'shop/metrics 10.0.5.12',
  ]);
  expect(await errorOf(plane.listServiceContainers('harbour', 'nothing'))).toMatchObject({
    code: 'not-found',
  });
});

test('where the clusters may not be listed nothing else is asked, and one refused cluster costs its own part', async () => {
  const { plane, control } = await labWithTasks();
  await control('/refuse', { operation: 'ListTasks', code: 'AccessDeniedException', count: 1 });
  const pages: string[] = [];
  for await (const page of plane.listContainers())
    pages.push('error' in page ? `${page.cluster}: ${page.error.data.code}` : `${page.nodes.length}`);
  expect(pages).toEqual(['harbour: access-denied', '2']);
  await control('/refuse', { operation: 'ListClusters', code: 'AccessDeniedException', count: 1 });
  const denied = async (): Promise<void> => {
    for await (const page of plane.listContainers()) expect(page).toBe('never told');
  };
  expect(await errorOf(denied())).toMatchObject({
    code: 'access-denied',
    aws: { operation: 'ListClusters' },
    where: { profileName: 'Harbour' },
  });
});

test('a shell is asked for at ECS, a named document at Systems Manager', async () => {
  const { lab, plane } = await labWithTasks();
  const target = targetOf(lab, 'shop/metrics');
  const shell = await plane.startSession({ target, reason: 'INC-1' });
  expect(shell).toMatchObject({ isExec: true, handshake: 'unknown' });
  expect(shell.sessionId).toMatch(/^ecs-execute-command-/);
  expect(shell.warning).toContain('takes no reason');
  const tunnel = await plane.startSession({ target, documentName: 'AWS-StartPortForwardingSession' });
  expect(tunnel.sessionId).not.toMatch(/^ecs-execute-command-/);
  expect(tunnel).toMatchObject({ handshake: 'expected', document: { sessionType: 'Port' } });
});

test.each([
  ['stock/worker', 'exec-not-enabled', 'Execute command is off for this task.'],
  ['tally/tally', 'target-not-connected', 'The agent of ECS Exec in this container is not connected.'],
])('%s says why it takes no session, for a shell and for a tunnel alike', async (name, code, message) => {
  const { lab, plane } = await labWithTasks();
  const target = targetOf(lab, name);
  const expected = { code, message, attempted: `Start a session on ${target}` };
  expect(await errorOf(plane.startSession({ target }))).toMatchObject(expected);
  const documentName = 'AWS-StartPortForwardingSession';
  expect(await errorOf(plane.startSession({ target, documentName }))).toMatchObject(expected);
});

test('a task that has stopped is gone, and so is one that never was', async () => {
  const { lab, plane, control, listed } = await labWithTasks();
  const target = targetOf(lab, 'report/report');
  await control('/tasks/stop', { task: target.split('_').at(-2) });
  expect((await listed()).some(({ id }) => id === target)).toBe(false);
  expect(await errorOf(plane.startSession({ target }))).toMatchObject({ code: 'task-gone' });
  const never = `ecs:harbour_${'0'.repeat(32)}_${'0'.repeat(32)}-1`;
  expect(await errorOf(plane.startSession({ target: never }))).toMatchObject({ code: 'task-gone' });
  expect(await errorOf(plane.startSession({ target: 'ecs:harbour' }))).toMatchObject({ code: 'bad-request' });
});

test('without the right to look at a task a shell starts where it has one container, and else says what may be wrong', async () => {
  const { lab, plane, control } = await labWithTasks();
  await control('/refuse', { operation: 'DescribeTasks', code: 'AccessDeniedException' });
  expect(await plane.startSession({ target: targetOf(lab, 'report/report') })).toMatchObject({
    isExec: true,
  });
  expect(await errorOf(plane.startSession({ target: targetOf(lab, 'stock/worker') }))).toMatchObject({
    code: 'exec-not-enabled',
    aws: { name: 'InvalidParameterException', operation: 'ExecuteCommand' },
  });
  expect(await errorOf(plane.startSession({ target: targetOf(lab, 'tally/tally') }))).toMatchObject({
    code: 'target-not-connected',
    aws: { name: 'TargetNotConnectedException', operation: 'ExecuteCommand' },
  });
});

test('what ECS says of a task is taken with care: lists that are none, members of another type, no runtime id', async () => {
  const service = await startFakeService(({ operation }) => {
    const answers: Record<string, unknown> = {
      ListClusters: { clusterArns: ['arn:aws:ecs:eu-west-1:1:cluster/a_b', 7, ''] },
      ListTasks: { taskArns: ['arn:aws:ecs:eu-west-1:1:task/a_b/t1'] },
      DescribeTasks: {
        tasks: [
          'text',
          { taskArn: 'arn:aws:ecs:eu-west-1:1:task/a_b/t0' },
          {
            taskArn: 'arn:aws:ecs:eu-west-1:1:task/a_b/t1',
            clusterArn: 'arn:aws:ecs:eu-west-1:1:cluster/a_b',
            taskDefinitionArn: 'arn:aws:ecs:eu-west-1:1:task-definition/web:12',
            lastStatus: 'PROVISIONING',
            enableExecuteCommand: true,
            launchType: 'FARGATE',
            platformFamily: 'Windows_Server_2022_Core',
            tags: 'none',
            group: 'service:up\u202eside',
            attachments: [{ details: [{ name: 'privateIPv4Address', value: '10.0.0.9' }] }],
            containers: [
              { name: 'my_app', managedAgents: {} },
              { name: 5 },
              { name: 'a b', runtimeId: 'r-1' },
              { name: 'odd', runtimeId: 'r 1' },
            ],
          },
        ],
      },
    };
    return { json: answers[operation.replace(/^.*\./, '')] ?? {} };
  });
  onTestFinished(() => service.close());
  const plane = createControlPlane({
    region: 'eu-west-1',
    ecsEndpoint: service.endpoint,
    credentials: fakeKeys,
    maxAttempts: 1,
  });
  onTestFinished(() => plane.close());
  const pages: unknown[] = [];
  for await (const page of plane.listContainers()) pages.push(page);
  expect(pages).toEqual([
    {
      nodes: [
        {
          id: 'ecs:a_b_t1_my-app',
          name: 'web/my_app',
          platform: 'windows',
          platformName: 'Fargate, Windows Server 2022 Core',
          online: false,
          agentVersion: '',
          ipAddress: '10.0.0.9',
          tags: [],
          instanceState: 'provisioning',
          container: {
            cluster: 'a_b',
            family: 'web',
            taskId: 't1',
            name: 'my_app',
            health: 'unknown',
            trouble: 'not-running',
          },
        },
      ],
    },
  ]);
});

test('hybrid nodes get their tags in pages, instances and nodes without tags are not among them', async () => {
  const lab = await startLab({ pace: 'fast', nodes: 600 });
  onTestFinished(() => lab.close());
  const plane = createControlPlane({
    region: lab.region,
    taggingEndpoint: lab.endpoint,
    credentials: lab,
    maxAttempts: 1,
  });
  onTestFinished(() => plane.close());
  const pages: number[] = [];
  const ids: string[] = [];
  for await (const facts of plane.listHybridTags()) {
    pages.push(facts.length);
    ids.push(...facts.map(({ id }) => id));
    expect(facts.every(({ accountId }) => accountId === '123456789012')).toBe(true);
    expect(facts.every(({ tags }) => tags.some(([key]) => key === 'Team'))).toBe(true);
  }
  expect(pages[0]).toBe(100);
  expect(ids.toSorted()).toEqual(
    lab.nodes.flatMap(({ id }) => (id.startsWith('mi-') ? [id] : [])).toSorted(),
  );
});
