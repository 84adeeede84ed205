import { labRegion } from './lab-account.ts';
import { seededRandom } from './random.ts';

/** A managed node as the lab announces it. Online ones are this machine; no others exist. */
export interface LabNode {
  /** `i-` and 17 hex digits (an instance), or `mi-` and the same (a machine registered by hand). */
  id: string;
  name: string;
  platform: 'linux' | 'windows' | 'macos';
  platformName: string;
  platformVersion: string;
  ipAddress: string;
  online: boolean;
  agentVersion: string;
  tags: Readonly<Record<string, string>>;
  region: string;
  /** Epoch milliseconds. */
  lastPingAt: number;
  /** One that does not run has no agent; another that is offline has a silent agent. */
  machine: 'running' | 'stopped' | 'terminated';
  /** Epoch milliseconds. */
  launchedAt: number;
  /** Program that a session starts; `sh` unless the node says otherwise. */
  shell: string;
  /** Of a container: what its programs find in their environment beside the rest. Commands there have no shell around them. */
  container?: Readonly<Record<string, string>>;
}

export const defaultAgentVersion = '3.3.1142.0';

interface Blueprint {
  id: string;
  name: string;
  platform: LabNode['platform'];
  platformName: string;
  platformVersion: string;
  ipAddress: string;
  online: boolean;
  tags: Record<string, string>;
  /** Where it is not the default. */
  agentVersion?: string;
  /** How long before the lab's start an offline node was last heard of, minutes. */
  silentMinutes?: number;
}

/** The tag of EC2 Auto Scaling. */
const groupTag = 'aws:autoscaling:groupName';
/** Of three nodes, two of them online. */
const labGroup = 'lab-fleet';

/**
 * The nodes that are always there. The first is online and Linux (callers rely on it); a node that announces
 * another platform than the one the lab runs on is offline, since a session there would show the wrong shell.
 */
const fixedNodes: readonly Blueprint[] = [
  {
    id: 'i-0a1b2c3d4e5f60001',
    name: 'lab-web',
    platform: 'linux',
    platformName: 'Debian GNU/Linux',
    platformVersion: '12',
    ipAddress: '10.0.1.11',
    online: true,
    tags: {
      Name: 'lab-web',
      Environment: 'development',
      Role: 'web',
      Team: 'storefront',
      [groupTag]: labGroup,
    },
  },
  {
    id: 'i-0a1b2c3d4e5f60002',
    name: 'lab-db',
    platform: 'linux',
    platformName: 'Amazon Linux',
    platformVersion: '2023',
    ipAddress: '10.0.2.21',
    online: true,
    tags: { Name: 'lab-db', Environment: 'staging', Role: 'database', Team: 'platform' },
  },
  {
    id: 'i-0a1b2c3d4e5f60003',
    name: 'lab-batch',
    platform: 'linux',
    platformName: 'Ubuntu',
    platformVersion: '24.04',
    ipAddress: '10.0.3.31',
    online: false,
    tags: {
      Name: 'lab-batch',
      Environment: 'production',
      Role: 'batch',
      Team: 'data',
      [groupTag]: labGroup,
    },
    silentMinutes: 190,
  },
  {
    id: 'mi-0a1b2c3d4e5f60004',
    name: 'lab-desk',
    platform: 'windows',
    platformName: 'Microsoft Windows Server 2022 Datacenter',
    platformVersion: '10.0.20348',
    ipAddress: '192.168.40.7',
    online: false,
    tags: { Name: 'lab-desk', Environment: 'production', Role: 'desktop', Team: 'office' },
    silentMinutes: 3 * 24 * 60,
  },
  {
    id: 'i-0a1b2c3d4e5f60005',
    name: 'lab-legacy',
    platform: 'linux',
    platformName: 'Amazon Linux',
    platformVersion: '2',
    ipAddress: '10.0.2.55',
    online: true,
    tags: { Name: 'lab-legacy', Environment: 'staging', Role: 'ledger', Team: 'finance' },
    // One connection at a time, no commands without a terminal.
    agentVersion: '2.3.1205.0',
  },
  {
    id: 'i-0a1b2c3d4e5f60006',
    name: 'lab-relay',
    platform: 'linux',
    platformName: 'Ubuntu',
    platformVersion: '20.04',
    ipAddress: '10.0.1.66',
    online: true,
    tags: {
      Name: 'lab-relay',
      Environment: 'development',
      Role: 'relay',
      Team: 'platform',
      [groupTag]: labGroup,
    },
    // Multiplexed ports, no keepalive, outputs of commands together.
    agentVersion: '3.1.1446.0',
  },
];

/** Each node was launched a minute after the one before. */
const firstLaunchAt = Date.UTC(2026, 2, 2, 6, 30);

/** An agent that has been silent for longer is one whose machine was stopped. */
const stoppedAfterMinutes = 24 * 60;

export interface NodeOptions {
  /** How many nodes in all; the fixed ones come first and are never fewer than six. */
  count?: number;
  /** For all of them; each has its own when absent. */
  agentVersion?: string;
  /** The fixed nodes are in the first, the others in all of them by turns. */
  regions?: readonly string[];
  now: number;
}

/** The lab's nodes: the same for the same options, so that screenshots and tests can name them. */
export function makeNodes({
  count = fixedNodes.length,
  agentVersion,
  regions = [labRegion],
  now,
}: NodeOptions): LabNode[] {
  const extra = Math.max(0, count - fixedNodes.length);
  const blueprints = [...fixedNodes, ...Array.from({ length: extra }, (_, index) => generateNode(index))];
  return blueprints.map(({ silentMinutes = 45, ...node }, index) => {
    return {
      ...node,
      agentVersion: agentVersion ?? node.agentVersion ?? defaultAgentVersion,
      region: regions[Math.max(0, index - fixedNodes.length) % regions.length] ?? labRegion,
      lastPingAt: node.online ? now : now - silentMinutes * 60_000,
      machine: !node.online && silentMinutes > stoppedAfterMinutes ? 'stopped' : 'running',
      launchedAt: firstLaunchAt + index * 60_000,
      shell: defaultShell(),
    };
  });
}

/** Of this machine. */
export function defaultShell(): string {
  return process.platform === 'win32' ? 'powershell.exe' : 'sh';
}

const roles = [
  'web',
  'api',
  'worker',
  'cache',
  'queue',
  'search',
  'db',
  'proxy',
  'build',
  'metrics',
] as const;
const teams = ['storefront', 'payments', 'platform', 'data', 'identity', 'logistics'] as const;
const environments = ['production', 'staging', 'development'] as const;
const zones = ['a', 'b', 'c'] as const;
const systems = [
  { platform: 'linux', platformName: 'Amazon Linux', platformVersion: '2023' },
  { platform: 'linux', platformName: 'Debian GNU/Linux', platformVersion: '12' },
  { platform: 'linux', platformName: 'Ubuntu', platformVersion: '22.04' },
  { platform: 'linux', platformName: 'Red Hat Enterprise Linux', platformVersion: '9.4' },
  {
    platform: 'windows',
    platformName: 'Microsoft Windows Server 2019 Datacenter',
    platformVersion: '10.0.17763',
  },
  { platform: 'macos', platformName: 'macOS', platformVersion: '14.5' },
] as const;

function generateNode(index: number): Blueprint {
  const random = seededRandom(0x5eed + index);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const role = pick(roles);
  const team = pick(teams);
  const environment = pick(environments);
  const system = pick(systems);
  const number = String(index + 1).padStart(3, '0');
  const name = `${environment.slice(0, 4)}-${team}-${role}-${number}${pick(zones)}`;
  const isRegistered = system.platform !== 'linux';
  const id = hexDigits(random, 17);
  return {
    id: `${isRegistered ? 'mi' : 'i'}-${id}`,
    name,
    ...system,
    ipAddress: `10.${10 + Math.floor(random() * 90)}.${Math.floor(random() * 256)}.${4 + Math.floor(random() * 250)}`,
    online: system.platform === 'linux' && random() < 0.9,
    tags: {
      Name: name,
      Environment: environment,
      Role: role,
      Team: team,
      [groupTag]: `${environment}-${team}-${role}`,
    },
    silentMinutes: 5 + Math.floor(random() * 10_000),
  };
}

function hexDigits(random: () => number, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
}
