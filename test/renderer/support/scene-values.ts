import type { AppErrorData } from '../../../src/shared/errors.ts';
import type { Inventory, InventoryHead, ManagedNode } from '../../../src/shared/inventory.ts';
import type { Profile } from '../../../src/shared/models.ts';
import { placesOf } from '../../../src/shared/places.ts';

export const hour = 3_600_000;

export const lab: Profile = {
  id: 'lab',
  builtIn: true,
  name: 'Local lab',
  environment: 'lab',
  credentials: { kind: 'lab' },
};
export const production: Profile = {
  id: 'acme-prod',
  builtIn: false,
  name: 'Acme production',
  environment: 'production',
  credentials: { kind: 'shared-profile', profileName: 'acme-prod' },
  region: 'eu-west-1',
};
export const staging: Profile = {
  id: 'acme-staging',
  builtIn: false,
  name: 'Staging',
  environment: 'staging',
  credentials: { kind: 'default-chain' },
  region: 'us-east-1',
  documentName: 'Acme-Shell',
  reason: 'INC-2231',
};

export const denied: AppErrorData = {
  code: 'access-denied',
  attempted: 'Read the managed nodes in us-east-1',
  message: 'ssm:DescribeInstanceInformation is not allowed for this role.',
  hint: 'Ask for the permission, or choose another profile.',
  retryable: false,
  aws: {
    name: 'AccessDeniedException',
    operation: 'DescribeInstanceInformation',
    requestId: '7f0c1a52-3f1e-4f5c-9a0d-0b8f64f1b7aa',
    httpStatus: 400,
  },
};
export const namesDenied: AppErrorData = {
  code: 'access-denied',
  attempted: 'Read names and tags from EC2',
  message: 'The credentials do not allow ec2:DescribeInstances.',
  hint: 'Ask for a policy that allows ec2:DescribeInstances.',
  retryable: false,
};
export const notConnected: AppErrorData = {
  code: 'target-not-connected',
  attempted: 'Start a session on i-0d4415cc0e8a97b31 (batch-7)',
  message: 'The service has no connection to the agent on this node.',
  hint: 'Check that the node runs and its SSM agent is up, then try again.',
  retryable: true,
  aws: {
    name: 'TargetNotConnected',
    operation: 'StartSession',
    requestId: 'c2f0a4d8-64a7-4b6e-8d0f-4a0f1f6ad0d3',
    httpStatus: 400,
    attempts: 3,
  },
  where: { profileName: 'Acme production', region: 'eu-west-1', accountId: '123456789012' },
};

export function node(id: string, name: string, change: Partial<ManagedNode> = {}): ManagedNode {
  return {
    id,
    name,
    platform: 'linux',
    platformName: 'Debian GNU/Linux 12',
    online: true,
    lastPingAt: Date.now() - 40_000,
    agentVersion: '3.3.1142.0',
    ipAddress: '10.0.3.18',
    ...change,
  };
}

export const labNodes = [
  node('mi-0a11b0c2d3e4f5a01', 'lab-web', { ipAddress: '127.0.0.1' }),
  node('mi-0a11b0c2d3e4f5a02', 'lab-db', { ipAddress: '127.0.0.1', platformName: 'Ubuntu 24.04' }),
  node('mi-0a11b0c2d3e4f5a03', 'lab-win', {
    platform: 'windows',
    platformName: 'Windows Server 2022',
    online: false,
    lastPingAt: Date.now() - 26 * hour,
  }),
];
export const productionNodes = [
  node('i-0a31c0ffee12a9f2c', 'web-1'),
  node('i-0b77d1e5a0b3c11d0', 'web-2'),
  node('i-0c0258b1f0d2e7ae4', 'web-3'),
  node('i-0d4415cc0e8a97b31', 'batch-7', { online: false, lastPingAt: Date.now() - 3 * hour }),
  node('i-0e9912bb7c6d5e4f3', 'build-mac', { platform: 'macos', platformName: 'macOS 15.4' }),
  node('i-0f00aa11bb22cc33d', 'reports', { platform: 'windows', platformName: 'Windows Server 2022' }),
];
export const stagingNodes = [
  node('mi-04e1a92cc55d022b7', 'api.staging'),
  node('i-0777aa90be01dcc21', 'queue.staging', { platformName: 'Amazon Linux 2023' }),
];

export function list(profile: Profile, nodes: ManagedNode[], change: Partial<InventoryHead> = {}): Inventory {
  const [place] = placesOf(profile);
  if (place === undefined) throw new Error('A profile has a place.');
  return {
    head: {
      ...place,
      nodeCount: nodes.length,
      fetchedAt: Date.now() - 4 * 60_000,
      state: { kind: 'ready' },
      ...change,
    },
    nodes,
  };
}

/** A list that nobody has read yet. */
export function unread(profile: Profile, state: InventoryHead['state']): Inventory {
  const { head, nodes } = list(profile, [], { state });
  const { fetchedAt: _never, ...never } = head;
  return { head: never, nodes };
}
