import { DescribeInstanceInformationCommand, type InstanceInformation } from '@aws-sdk/client-ssm';
import type { ManagedNode } from '../../shared/inventory.ts';
import { answerList, answerText } from '../answer-members.ts';
import { toManagedNode } from '../managed-node.ts';
import type { SsmCaller } from './ssm-caller.ts';

export interface NodePage {
  nodes: ManagedNode[];
  /** Absent on the last page. */
  nextToken?: string;
}

/** The largest page that DescribeInstanceInformation gives. */
const nodesPerPage = 50;

export async function findNode(caller: SsmCaller, id: string): Promise<ManagedNode | undefined> {
  const answer = await caller.send(
    caller.contextOf(`Look up ${id}`, 'DescribeInstanceInformation'),
    new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [id] }] }),
  );
  return nodesIn(answer.InstanceInformationList).find((node) => node.id === id);
}

export async function* listNodes(caller: SsmCaller, from: string | undefined): AsyncGenerator<NodePage> {
  let nextToken = from;
  do {
    const token: string | undefined = nextToken;
    const answer = await caller.send(
      caller.contextOf('List the managed nodes', 'DescribeInstanceInformation'),
      new DescribeInstanceInformationCommand({
        MaxResults: nodesPerPage,
        ...(token !== undefined && { NextToken: token }),
      }),
    );
    nextToken = answerText(answer.NextToken);
    yield {
      nodes: nodesIn(answer.InstanceInformationList),
      ...(nextToken !== undefined && { nextToken }),
    };
  } while (nextToken !== undefined);
}

const nodesIn = (listed: InstanceInformation[] | undefined): ManagedNode[] =>
  answerList(listed).flatMap((information) => toManagedNode(information) ?? []);
