import {
  DescribeInstanceInformationCommand,
  type InstanceInformation,
  type InstanceInformationStringFilter,
} from '@aws-sdk/client-ssm';
import { AppError } from '../../shared/errors.ts';
import { exactText, queryLabel, type TagCondition, tagConditions } from '../../shared/query-words.ts';
import type { MemberState, QueryMember, TargetQuery } from '../../shared/target-query.ts';
import { isContainerTarget } from '../../shared/targets.ts';
import { answerList, answerText } from '../answer-members.ts';
import { createSsmCaller } from '../calls/ssm-caller.ts';
import { clientConfig } from '../client-config.ts';
import { EcsCalls } from '../containers/ecs-calls.ts';
import type { ControlPlaneOptions } from '../control-plane-options.ts';
import type { CallContext } from '../call-context.ts';
import { type InstanceFacts, Instances } from '../instances.ts';
import { toManagedNode } from '../managed-node.ts';
import { findContainerState, findServiceMembers } from './service-members.ts';

/** A member with what a session on it has to know. */
export interface FoundMember extends QueryMember {
  agentVersion?: string;
}

export interface FoundMembers {
  members: FoundMember[];
  /** There are more than {@link mostMembers}, which were not looked at. */
  hasMore: boolean;
}

/** Who a query stands for right now, in one Region. All rejections are {@link AppError}. */
export interface MemberLookup {
  /** At most {@link mostMembers}. Those that do not run are told only where none is healthy. */
  find(query: TargetQuery): Promise<FoundMembers>;
  /** What has become of one node; undefined where that cannot be found out. */
  stateOf(target: string): Promise<MemberState | undefined>;
  /** Gives up what is under way. May be called twice. */
  close(): void;
}

/** So many are looked at: ten calls to Systems Manager, which a connect can wait for. */
export const mostMembers = 500;

/** Pages may be empty and name a next one all the same: after so many a list is left. */
const mostPages = 50;

/** The largest page of DescribeInstanceInformation, and as many ids as one call asks about. */
const nodesPerCall = 50;

/** How EC2's states read for a member; of a running one Systems Manager has the word. */
const instanceStates: Readonly<Record<string, MemberState>> = {
  pending: 'starting',
  stopping: 'ending',
  'shutting-down': 'ending',
  stopped: 'stopped',
  terminated: 'terminated',
};

/**
 * Tags with exact values are asked of Systems Manager, which answers for machines registered by hand as well and needs no
 * permission at EC2. Names, groups and wildcards are asked of EC2, since Systems Manager's filters have no wildcards; then it is
 * asked whose agents answer. Tasks of a service are ECS's own.
 */
export function createMemberLookup(options: ControlPlaneOptions): MemberLookup {
  const { region } = options;
  const caller = createSsmCaller(options);
  const context = (operation: string): CallContext =>
    caller.contextOf('Find the nodes of a query', operation);
  const instances = new Instances(
    () => clientConfig('ec2', options),
    context('DescribeInstances'),
    caller.closing,
  );
  const ecs = new EcsCalls(() => clientConfig('ecs', options), caller.contextOf, caller.closing);

  const listInformation = async (
    filters: InstanceInformationStringFilter[],
    limit: number,
  ): Promise<{ information: InstanceInformation[]; hasMore: boolean }> => {
    const information: InstanceInformation[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const answer = await caller.send(
        context('DescribeInstanceInformation'),
        new DescribeInstanceInformationCommand({
          Filters: filters,
          MaxResults: nodesPerCall,
          ...(nextToken !== undefined && { NextToken: nextToken }),
        }),
      );
      information.push(...answerList(answer.InstanceInformationList));
      nextToken = answerText(answer.NextToken);
      pages += 1;
    } while (nextToken !== undefined && information.length < limit && pages < mostPages);
    return {
      information: information.slice(0, limit),
      hasMore: nextToken !== undefined || information.length > limit,
    };
  };

  /** Agents take minutes to be missed, so EC2 is asked whether those that are online still run, where it may be asked. */
  const byTagsOfNodes = async (tags: readonly { key: string; text: string }[]): Promise<FoundMembers> => {
    const { information, hasMore } = await listInformation(
      tags.map(({ key, text }) => ({ Key: `tag:${key}`, Values: [text] })),
      mostMembers,
    );
    const nodes = information.flatMap((each) => toManagedNode(each) ?? []);
    const ids = nodes.filter(({ id, online }) => online && id.startsWith('i-')).map(({ id }) => id);
    const facts = new Map((await instances.describe(ids).catch(() => [])).map((each) => [each.id, each]));
    return {
      hasMore,
      members: nodes.map(({ id, name, online, agentVersion }) => {
        const known = facts.get(id);
        return {
          target: id,
          name: (known && nameOf(known)) ?? name,
          region,
          state: instanceStates[known?.state ?? ''] ?? (online ? 'online' : 'offline'),
          ...(known?.launchedAt !== undefined && { launchedAt: known.launchedAt }),
          ...(agentVersion !== '' && { agentVersion }),
        };
      }),
    };
  };

  const byTagsOfInstances = async (conditions: readonly TagCondition[]): Promise<FoundMembers> => {
    const filters = conditions.map(({ key, pattern }) => ({ Name: `tag:${key}`, Values: [pattern] }));
    const inState = (...Values: string[]) => [...filters, { Name: 'instance-state-name', Values }];
    const running = await instances.find(inState('running'), mostMembers);
    const members = await withPings(running.instances);
    if (members.some(({ state }) => state === 'online')) return { members, hasMore: running.hasMore };
    const others = await instances.find(inState(...Object.keys(instanceStates)), mostMembers);
    return {
      hasMore: running.hasMore || others.hasMore,
      members: [
        ...members,
        ...others.instances.map((facts) => toMember(facts, instanceStates[facts.state ?? ''] ?? 'offline')),
      ],
    };
  };

  const withPings = async (running: readonly InstanceFacts[]): Promise<FoundMember[]> => {
    const members: FoundMember[] = [];
    for (let at = 0; at < running.length; at += nodesPerCall) {
      const some = running.slice(at, at + nodesPerCall);
      const { information } = await listInformation(
        [{ Key: 'InstanceIds', Values: some.map(({ id }) => id) }],
        nodesPerCall,
      );
      const nodes = new Map(
        information.flatMap((each) => toManagedNode(each) ?? []).map((node) => [node.id, node]),
      );
      for (const facts of some) {
        const node = nodes.get(facts.id);
        members.push({
          ...toMember(facts, node === undefined ? 'not-managed' : node.online ? 'online' : 'offline'),
          ...(node !== undefined && node.agentVersion !== '' && { agentVersion: node.agentVersion }),
        });
      }
    }
    return members;
  };

  const toMember = (facts: InstanceFacts, state: MemberState): FoundMember => ({
    target: facts.id,
    name: nameOf(facts) ?? facts.id,
    region,
    state,
    ...(facts.launchedAt !== undefined && { launchedAt: facts.launchedAt }),
  });

  return {
    async find(query) {
      const attempted = `Find the nodes of ${queryLabel(query)}`;
      if (query.kind === 'ecs-service') return findServiceMembers(ecs, query, region, mostMembers);
      const conditions = tagConditions(query);
      const exact = conditions.flatMap(({ key, pattern }) => {
        const text = exactText(pattern);
        return text === undefined ? [] : [{ key, text }];
      });
      const isExact = exact.length === conditions.length;
      try {
        if (query.kind === 'tags' && isExact) return await byTagsOfNodes(exact);
        return await byTagsOfInstances(conditions);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const isInstancesDenied =
          error.data.code === 'access-denied' && error.data.aws?.operation === 'DescribeInstances';
        if (!isInstancesDenied) throw new AppError({ ...error.data, attempted }, error);
        // Systems Manager knows the tags of instances, too: not how long they have run, but who can be connected to.
        const found = isExact ? await byTagsOfNodes(exact).catch(() => undefined) : undefined;
        if (found !== undefined && found.members.length > 0) return found;
        throw new AppError({ ...error.data, attempted, hint: `${error.data.hint} ${withoutEc2}` }, error);
      }
    },

    async stateOf(target) {
      if (isContainerTarget(target)) return findContainerState(ecs, target).catch(() => undefined);
      if (!target.startsWith('i-')) return undefined;
      const [facts] = await instances.describe([target]).catch(() => []);
      if (facts === undefined) return undefined;
      const known = instanceStates[facts.state ?? ''];
      if (known !== undefined) return known;
      const [member] = await withPings([facts]).catch(() => []);
      return member?.state;
    },

    close() {
      caller.close();
      instances.close();
      ecs.close();
    },
  };
}

const withoutEc2 =
  'Names, Auto Scaling groups and values with * are looked up with ec2:DescribeInstances; a query of tags with exact values does without it.';

const nameOf = ({ tags }: InstanceFacts): string | undefined =>
  tags.find(([key, value]) => key === 'Name' && value.trim() !== '')?.[1];
