import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemberLookup, type MemberLookup } from '../../src/aws/members/member-lookup.ts';
import { noHealthyMember } from '../../src/aws/members/no-healthy-member.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import type { TargetQuery } from '../../src/shared/target-query.ts';

const web = 'i-0a1b2c3d4e5f60001';
const batch = 'i-0a1b2c3d4e5f60003';
const desk = 'mi-0a1b2c3d4e5f60004';
const relay = 'i-0a1b2c3d4e5f60006';
const fleet: TargetQuery = { kind: 'auto-scaling-group', group: 'lab-fleet' };
const tags = (...pairs: [key: string, value: string][]): TargetQuery => ({
  kind: 'tags',
  tags: pairs.map(([key, value]) => ({ key, value })),
});

let lab: Lab;
let lookup: MemberLookup;
async function open(nodes = 6): Promise<void> {
  lab = await startLab({ pace: 'fast', nodes, ecs: true });
  const { region, endpoint, accessKeyId, secretAccessKey } = lab;
  lookup = createMemberLookup({
    region,
    endpoint,
    ec2Endpoint: endpoint,
    ecsEndpoint: endpoint,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  });
}
beforeEach(() => open());
afterEach(async () => {
  lookup.close();
  await lab.close();
});

const post = (path: string, body: object) =>
  fetch(`${lab.control}${path}`, { method: 'POST', body: JSON.stringify(body) });
const refuseInstances = () =>
  post('/refuse', {
    operation: 'DescribeInstances',
    code: 'UnauthorizedOperation',
    message: 'You are not authorized to perform: ec2:DescribeInstances',
    status: 403,
  });
const states = async (query: TargetQuery): Promise<Record<string, string>> => {
  const { members } = await lookup.find(query);
  return Object.fromEntries(members.map(({ target, state }) => [target, state]));
};
const failure = (query: TargetQuery) =>
  lookup.find(query).then(
    () => undefined,
    (error: { data: { code: string; attempted: string; hint: string } }) => error.data,
  );

describe('a query of tags', () => {
  test('finds instances and machines registered by hand, and says which answer', async () => {
    expect(await states(tags(['Environment', 'production']))).toEqual({
      [batch]: 'offline',
      [desk]: 'offline',
    });
    expect(await states(tags(['Environment', 'development'], ['Role', 'relay']))).toEqual({
      [relay]: 'online',
    });
  });

  test('tells of a member its name, its launch and its agent', async () => {
    const { members, hasMore } = await lookup.find(tags(['Role', 'relay']));
    expect({ members, hasMore }).toEqual({
      hasMore: false,
      members: [
        {
          target: relay,
          name: 'lab-relay',
          region: lab.region,
          state: 'online',
          launchedAt: Date.UTC(2026, 2, 2, 6, 35),
          agentVersion: '3.1.1446.0',
        },
      ],
    });
  });

  test('does without the permission to ask EC2', async () => {
    await refuseInstances();
    expect(await states(tags(['Role', 'web']))).toEqual({ [web]: 'online' });
  });

  test('does not take an agent that has not been missed yet for a machine that runs', async () => {
    await post('/nodes', { id: web, state: 'terminated', lingers: true });
    expect(await states(tags(['Environment', 'development']))).toEqual({
      [web]: 'terminated',
      [relay]: 'online',
    });
  });

  test('takes wildcards, which EC2 is asked about', async () => {
    expect(await states(tags(['Role', 're*'], ['Environment', 'dev*']))).toEqual({ [relay]: 'online' });
    await refuseInstances();
    expect(await failure(tags(['Role', 're*']))).toMatchObject({
      code: 'access-denied',
      attempted: 'Find the nodes of Role=re*',
      hint: expect.stringContaining('tags with exact values does without it'),
    });
  });

  test('matches nothing where no node has all of them', async () => {
    expect(await states(tags(['Role', 'web'], ['Environment', 'production']))).toEqual({});
  });
});

describe('a query of a name', () => {
  test('takes wildcards, upper and lower case being different', async () => {
    expect(await states({ kind: 'name', pattern: 'lab-?e*' })).toMatchObject({ [relay]: 'online' });
    expect(await states({ kind: 'name', pattern: 'LAB-*' })).toEqual({});
  });
});

describe('a query of an Auto Scaling group', () => {
  test('finds those that run, with the word of Systems Manager', async () => {
    expect(await states(fleet)).toEqual({ [web]: 'online', [batch]: 'offline', [relay]: 'online' });
  });

  test('leaves out those that do not run, as long as there is a healthy one', async () => {
    await post('/nodes', { id: web, state: 'terminated' });
    expect(await states(fleet)).toEqual({ [batch]: 'offline', [relay]: 'online' });
  });

  test('tells what has become of all where none is healthy', async () => {
    await post('/nodes', { id: web, state: 'terminated' });
    await post('/nodes', { id: relay, state: 'stopped' });
    const { members, hasMore } = await lookup.find(fleet);
    const { data } = noHealthyMember({ query: fleet, members, hasMore, regions: [lab.region] });
    expect(data).toMatchObject({
      code: 'no-healthy-member',
      attempted: 'Connect to any node of group lab-fleet',
      message:
        '3 nodes match group lab-fleet, and none can be connected to: 1 offline, 1 terminated, 1 stopped.',
    });
  });

  test('is answered by Systems Manager where EC2 may not be asked', async () => {
    await refuseInstances();
    expect(await states(fleet)).toEqual({ [web]: 'online', [batch]: 'offline', [relay]: 'online' });
    expect(await failure({ kind: 'auto-scaling-group', group: 'nobody' })).toMatchObject({
      code: 'access-denied',
    });
  });
});

describe('a query of an ECS service', () => {
  const shop = (container?: string): TargetQuery => ({
    kind: 'ecs-service',
    cluster: 'harbour',
    service: 'shop',
    ...(container === undefined ? {} : { container }),
  });
  const members = async (query: TargetQuery) => (await lookup.find(query)).members;

  test('finds one container of each task that can be entered, and what becomes of one', async () => {
    const found = await members(shop());
    expect(found.map(({ name, state }) => [name, state])).toEqual([
      ['shop/app', 'online'],
      ['shop/app', 'online'],
    ]);
    const [first] = found;
    const target = first?.target ?? '';
    expect(await lookup.stateOf(target)).toBe('online');
    const [, task] = /^ecs:harbour_([0-9a-f]+)_/.exec(target) ?? [];
    await post('/tasks/stop', { task });
    expect(await lookup.stateOf(target)).toBe('terminated');
    expect((await members(shop())).map(({ state }) => state)).not.toContain('terminated');
  });

  test('takes the container that is named', async () => {
    expect((await members(shop('metrics'))).map(({ name }) => name)).toEqual(['shop/metrics']);
    expect(await members(shop('nobody'))).toEqual([]);
  });

  test('takes a service by its ARN, and matches nobody where there is no such cluster', async () => {
    const arn = `arn:aws:ecs:${lab.region}:123456789012:service/harbour/shop`;
    expect(await members({ kind: 'ecs-service', cluster: 'harbour', service: arn })).toHaveLength(2);
    expect(await members({ kind: 'ecs-service', cluster: 'elsewhere', service: 'shop' })).toEqual([]);
  });

  test('tells that execute command is off', async () => {
    const query: TargetQuery = { kind: 'ecs-service', cluster: 'harbour', service: 'stock' };
    const found = await members(query);
    const { data } = noHealthyMember({ query, members: found, hasMore: false, regions: [lab.region] });
    expect(data.message).toBe(
      'One container matches service harbour/stock, and none can be connected to: 1 without a running ECS Exec agent.',
    );
  });
});

describe('one node', () => {
  test('is told what has become of it', async () => {
    expect([await lookup.stateOf(web), await lookup.stateOf(batch), await lookup.stateOf(desk)]).toEqual([
      'online',
      'offline',
      undefined,
    ]);
    await post('/nodes', { id: web, state: 'terminated' });
    expect(await lookup.stateOf(web)).toBe('terminated');
  });
});

test('a fleet is looked at up to a bound, page after page', async () => {
  lookup.close();
  await lab.close();
  await open(1200);
  const { members, hasMore } = await lookup.find({ kind: 'name', pattern: '*' });
  expect({
    count: members.length,
    hasMore,
    someOnline: members.some(({ state }) => state === 'online'),
  }).toEqual({
    count: 500,
    hasMore: true,
    someOnline: true,
  });
});
