import type { LabNode } from '../../nodes.ts';
import { ApiError } from '../api-error.ts';
import { epochSeconds, type Operation } from '../context.ts';
import { listOfMembers, listOfText, optionalInteger, optionalText, requiredText } from '../members.ts';
import { pageOf } from '../paging.ts';

const platformTypes = { linux: 'Linux', windows: 'Windows', macos: 'MacOS' } as const;

/** What a filter key compares with; keys that no lab node can match compare with nothing. */
const filterValues: Readonly<Record<string, (node: LabNode) => readonly string[]>> = {
  InstanceIds: (node) => [node.id],
  AgentVersion: (node) => [node.agentVersion],
  PingStatus: (node) => [pingStatus(node)],
  PlatformTypes: (node) => [platformTypes[node.platform]],
  ResourceType: (node) => [resourceType(node)],
  'tag-key': (node) => Object.keys(node.tags),
  ActivationIds: () => [],
  IamRole: () => [],
  AssociationStatus: () => [],
  SourceIds: () => [],
  SourceTypes: () => [],
};

export const describeInstanceInformation: Operation = (members, context, region) => {
  const size = optionalInteger(members, 'MaxResults', 5, 50) ?? 50;
  const token = optionalText(members, 'NextToken');
  const tests = [
    ...listOfMembers(members, 'Filters').map((filter) =>
      matcher(requiredText(filter, 'Key', { min: 1 }), listOfText(filter, 'Values')),
    ),
    ...listOfMembers(members, 'InstanceInformationFilterList').map((filter) =>
      matcher(requiredText(filter, 'key'), listOfText(filter, 'valueSet')),
    ),
  ];
  const matching = context.nodesIn(region).filter((node) => tests.every((test) => test(node)));
  const page = pageOf('DescribeInstanceInformation', matching, size, token);
  return {
    InstanceInformationList: page.items.map((node) => describe(node, context.now())),
    ...(page.nextToken ? { NextToken: page.nextToken } : {}),
  };
};

function matcher(key: string, wanted: readonly string[]): (node: LabNode) => boolean {
  if (wanted.length === 0)
    throw new ApiError('InvalidInstanceInformationFilterValue', `The filter ${key} has no value.`);
  const valuesOf = key.startsWith('tag:')
    ? (node: LabNode) => [node.tags[key.slice('tag:'.length)]].filter((value) => value !== undefined)
    : Object.hasOwn(filterValues, key)
      ? filterValues[key]
      : undefined;
  if (!valuesOf) throw new ApiError('InvalidFilterKey', `The specified filter key ${key} is not valid.`);
  return (node) => valuesOf(node).some((value) => wanted.includes(value));
}

function describe(node: LabNode, now: number): object {
  return {
    InstanceId: node.id,
    PingStatus: pingStatus(node),
    // An agent reports every five minutes, so an online node was heard of just now.
    LastPingDateTime: epochSeconds(node.online ? now : node.lastPingAt),
    AgentVersion: node.agentVersion,
    IsLatestVersion: true,
    PlatformType: platformTypes[node.platform],
    PlatformName: node.platformName,
    PlatformVersion: node.platformVersion,
    ResourceType: resourceType(node),
    // Only a machine registered by hand carries a name of its own.
    ...(resourceType(node) === 'ManagedInstance' ? { Name: node.name } : {}),
    IPAddress: node.ipAddress,
    ComputerName: node.name,
  };
}

function pingStatus(node: LabNode): string {
  return node.online ? 'Online' : 'ConnectionLost';
}

function resourceType(node: LabNode): string {
  return node.id.startsWith('mi-') ? 'ManagedInstance' : 'EC2Instance';
}
