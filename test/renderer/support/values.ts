import type { AppErrorData } from '../../../src/shared/errors.ts';
import type { Inventory, InventoryHead, ManagedNode } from '../../../src/shared/inventory.ts';
import type { Profile, SessionSummary } from '../../../src/shared/models.ts';

/** Plain values for tests: each is whole, and a test names only what it is about. */
export const node = (change: Partial<ManagedNode> = {}): ManagedNode => ({
  id: 'i-0a31c0ffee12a9f2c',
  name: 'web-1',
  platform: 'linux',
  platformName: 'Debian GNU/Linux 12',
  online: true,
  agentVersion: '3.3.1142.0',
  ipAddress: '10.0.0.1',
  ...change,
});

export const profile = (change: Partial<Profile> = {}): Profile => ({
  id: 'p1',
  builtIn: false,
  name: 'Acme',
  environment: 'production',
  credentials: { kind: 'default-chain' },
  ...change,
});

/** The list of a profile whose Region the AWS settings name. */
export const inventory = (
  profileId: string,
  nodes: ManagedNode[],
  change: Partial<InventoryHead> = {},
): Inventory => ({
  head: {
    id: profileId,
    profileId,
    nodeCount: nodes.length,
    fetchedAt: 1_000,
    state: { kind: 'ready' },
    ...change,
  },
  nodes,
});

export const session = (change: Partial<SessionSummary> = {}): SessionSummary => ({
  key: 'k1',
  profileId: 'p1',
  profileName: 'Acme',
  environment: 'production',
  region: 'eu-west-1',
  target: 'i-0a31c0ffee12a9f2c',
  nodeName: 'web-1',
  sessionId: 'ops-0123',
  startedAt: 1_000,
  state: { kind: 'live' },
  ...change,
});

export const failure = (change: Partial<AppErrorData> = {}): AppErrorData => ({
  code: 'access-denied',
  attempted: 'Read the managed nodes',
  message: 'It is not allowed.',
  hint: 'Ask for it.',
  retryable: false,
  ...change,
});
