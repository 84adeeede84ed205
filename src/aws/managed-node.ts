import type { InstanceInformation } from '@aws-sdk/client-ssm';
import type { ManagedNode } from '../shared/inventory.ts';
import { answerText } from './answer-members.ts';

/**
 * One entry of DescribeInstanceInformation as the node that is shown. The operation gives no tags; the name is the one the
 * machine calls itself, else the one it was registered under, else its id. Undefined when there is no id to start with.
 */
export function toManagedNode(information: InstanceInformation): ManagedNode | undefined {
  const id = answerText(information.InstanceId);
  if (id === undefined) return undefined;
  const { LastPingDateTime: lastPing } = information;
  const lastPingAt = lastPing instanceof Date ? lastPing.getTime() : undefined;
  return {
    id,
    name: answerText(information.ComputerName) ?? answerText(information.Name) ?? id,
    platform: toPlatform(answerText(information.PlatformType)),
    platformName: [answerText(information.PlatformName), answerText(information.PlatformVersion)]
      .filter((part) => part !== undefined)
      .join(' '),
    online: information.PingStatus === 'Online',
    ...(lastPingAt !== undefined && Number.isFinite(lastPingAt) && { lastPingAt }),
    agentVersion: answerText(information.AgentVersion) ?? '',
    ipAddress: answerText(information.IPAddress) ?? '',
  };
}

function toPlatform(platformType: string | undefined): ManagedNode['platform'] {
  switch (platformType?.toLowerCase() ?? '') {
    case 'linux':
      return 'linux';
    case 'windows':
      return 'windows';
    case 'macos':
      return 'macos';
    default:
      return 'unknown';
  }
}
