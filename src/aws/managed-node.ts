import type { InstanceInformation } from '@aws-sdk/client-ssm';
import type { ManagedNode } from '../shared/models.ts';

/**
 * One entry of DescribeInstanceInformation as the node that is shown. The operation gives no tags; the name is the one the
 * machine calls itself, else the one it was registered under, else its id. Undefined when there is no id to start with.
 */
export function toManagedNode(information: InstanceInformation): ManagedNode | undefined {
  const id = information.InstanceId;
  if (!id) return undefined;
  const lastPingAt = information.LastPingDateTime?.getTime();
  return {
    id,
    name: information.ComputerName || information.Name || id,
    platform: toPlatform(information.PlatformType),
    platformName: [information.PlatformName, information.PlatformVersion].filter(Boolean).join(' '),
    online: information.PingStatus === 'Online',
    ...(lastPingAt !== undefined && Number.isFinite(lastPingAt) && { lastPingAt }),
    agentVersion: information.AgentVersion ?? '',
    ipAddress: information.IPAddress ?? '',
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
