import type { AppErrorData } from '../../../src/shared/errors.ts';
import {
  defaultSettings,
  type HistoryEntry,
  type Profile,
  type SessionState,
  type SessionSummary,
  type Settings,
} from '../../../src/shared/models.ts';
import type { Inventory, InventoryHead, ManagedNode } from '../../../src/shared/inventory.ts';
import { placesOf } from '../../../src/shared/places.ts';
import type { Workspace } from '../../../src/shared/workspace.ts';
import type { SharedSettings } from '../../../src/shared/shared-settings.ts';
import { awsFiles } from './shared-settings-scene.ts';
import { accessScene } from './access-scenes.ts';
import { codeNeeded, signInNeeded, signInScene, unstarted } from './sign-in-scenes.ts';
import { makeFleet } from './fleet.ts';
import { commandScene, kindHistory, orphanScene, type Places, tunnelScene } from './kind-scenes.ts';

/** What the fake main process knows. */
export interface Scene {
  readonly workspace: Workspace;
  readonly history: readonly HistoryEntry[];
  readonly sharedSettings: SharedSettings;
  /** When the sessions were last used; just now when absent. */
  readonly activeAt?: number;
  /** What a terminal shows when it is attached. */
  readonly output: string;
  readonly loadFails?: AppErrorData;
  readonly startFails?: AppErrorData;
  /** The fake main process asks at once whether to quit. */
  readonly asksToQuit?: boolean;
}

const hour = 3_600_000;

const lab: Profile = {
  id: 'lab',
  builtIn: true,
  name: 'Local lab',
  environment: 'lab',
  credentials: { kind: 'lab' },
};
const production: Profile = {
  id: 'acme-prod',
  builtIn: false,
  name: 'Acme production',
  environment: 'production',
  credentials: { kind: 'shared-profile', profileName: 'acme-prod' },
  region: 'eu-west-1',
};
const staging: Profile = {
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
const namesDenied: AppErrorData = {
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

function node(id: string, name: string, change: Partial<ManagedNode> = {}): ManagedNode {
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

const labNodes = [
  node('mi-0a11b0c2d3e4f5a01', 'lab-web', { ipAddress: '127.0.0.1' }),
  node('mi-0a11b0c2d3e4f5a02', 'lab-db', { ipAddress: '127.0.0.1', platformName: 'Ubuntu 24.04' }),
  node('mi-0a11b0c2d3e4f5a03', 'lab-win', {
    platform: 'windows',
    platformName: 'Windows Server 2022',
    online: false,
    lastPingAt: Date.now() - 26 * hour,
  }),
];
const productionNodes = [
  node('i-0a31c0ffee12a9f2c', 'web-1'),
  node('i-0b77d1e5a0b3c11d0', 'web-2'),
  node('i-0c0258b1f0d2e7ae4', 'web-3'),
  node('i-0d4415cc0e8a97b31', 'batch-7', { online: false, lastPingAt: Date.now() - 3 * hour }),
  node('i-0e9912bb7c6d5e4f3', 'build-mac', { platform: 'macos', platformName: 'macOS 15.4' }),
  node('i-0f00aa11bb22cc33d', 'reports', { platform: 'windows', platformName: 'Windows Server 2022' }),
];
const stagingNodes = [
  node('mi-04e1a92cc55d022b7', 'api.staging'),
  node('i-0777aa90be01dcc21', 'queue.staging', { platformName: 'Amazon Linux 2023' }),
];

function list(profile: Profile, nodes: ManagedNode[], change: Partial<InventoryHead> = {}): Inventory {
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
function unread(profile: Profile, state: InventoryHead['state']): Inventory {
  const { head, nodes } = list(profile, [], { state });
  const { fetchedAt: _never, ...never } = head;
  return { head: never, nodes };
}

export function session(
  profile: Profile,
  target: ManagedNode,
  key: string,
  state: SessionState,
  change: Partial<SessionSummary> = {},
): SessionSummary {
  return {
    key,
    profileId: profile.id,
    profileName: profile.name,
    environment: profile.environment,
    region: profile.region ?? 'lab',
    target: target.id,
    nodeName: target.name,
    sessionId: `ops-${key}f3b81d2a97e60c4`,
    startedAt: Date.now() - 42 * 60_000,
    state,
    ...change,
  };
}

/** What is known of a session that is logged and that the service is about to end. */
const limits = (cutOff: NonNullable<SessionSummary['cutOff']>): Partial<SessionSummary> => ({
  cutOff,
  terms: {
    startedAt: Date.now() - 42 * 60_000,
    idleMinutes: 15,
    maxMinutes: cutOff.kind === 'idle' ? 720 : 50,
    preferences: {
      runAs: { kind: 'named', user: 'ops' },
      shellProfile: {},
      cloudWatch: { logGroup: '/ssm/production', isStreaming: true, mustBeEncrypted: true },
      s3: { bucket: 'acme-session-logs', mustBeEncrypted: true },
      idleMinutes: 15,
    },
  },
});

const shellOutput = [
  '\u001b[36mops@web-1\u001b[0m:~$ systemctl is-active nginx\r\n',
  'active\r\n',
  '\u001b[36mops@web-1\u001b[0m:~$ curl -sI https://example.com/healthz | head -1\r\n',
  'HTTP/1.1 200 OK\r\n',
  '\u001b[36mops@web-1\u001b[0m:~$ ls --color /etc/nginx\r\n',
  'fastcgi.conf   \u001b[01;34mmodules-enabled\u001b[0m  nginx.conf   \u001b[01;34msites-available\u001b[0m  \u001b[01;34msnippets\u001b[0m\r\n',
  'mime.types     \u001b[01;31mmissing.conf\u001b[0m     proxy_params \u001b[01;34msites-enabled\u001b[0m    \u001b[33muwsgi_params\u001b[0m\r\n',
  '\u001b[36mops@web-1\u001b[0m:~$ printf "日本語 ✓ ąęß → %s\\n" ok\r\n',
  '日本語 ✓ ąęß → ok\r\n',
  '\u001b[36mops@web-1\u001b[0m:~$ ',
].join('');

const history: HistoryEntry[] = [
  {
    ...past('web-1', production, 0.4 * hour, 'h1'),
    reason: 'INC-2231, disk full on the shared volume',
  },
  {
    ...past('lab-web', lab, 2 * hour, 'h2'),
    endedAt: Date.now() - 1.4 * hour,
    end: { kind: 'ended-by-user' },
  },
  {
    ...past('api.staging', staging, 26 * hour, 'h3'),
    endedAt: Date.now() - 25.7 * hour,
    end: { kind: 'timed-out' },
    reason: 'INC-2231',
  },
  {
    ...past('batch-7', production, 27 * hour, 'h4'),
    endedAt: Date.now() - 27 * hour + 900,
    end: { kind: 'failed', error: notConnected },
  },
  {
    ...past('web-2', production, 75 * hour, 'h5'),
    endedAt: Date.now() - 74 * hour,
    end: { kind: 'closed', message: 'Session terminated by an administrator' },
  },
  { ...past('web-3', production, 76 * hour, 'h6'), end: { kind: 'app-stopped' } },
];

function past(nodeName: string, profile: Profile, agoMs: number, key: string): HistoryEntry {
  return {
    key,
    kind: 'shell',
    sessionId: `ops-${key}f3b81d2a97e60c4`,
    profileId: profile.id,
    profileName: profile.name,
    environment: profile.environment,
    region: profile.region ?? 'lab',
    target: 'i-0a31c0ffee12a9f2c',
    nodeName,
    startedAt: Date.now() - agoMs,
  };
}

const empty = (settings: Settings): Workspace => ({
  version: '0.1.0',
  platform: 'linux',
  webgl: false,
  settings,
  profiles: [lab],
  inventories: [list(lab, labNodes)],
  favourites: [],
  sessions: [],
  tunnels: [],
  tunnelStatuses: [],
  commands: [],
  orphans: [],
  signIns: [],
  credentials: [],
});

const full = (settings: Settings): Workspace => ({
  ...empty(settings),
  profiles: [production, staging, lab],
  inventories: [list(production, productionNodes), list(staging, stagingNodes), list(lab, labNodes)],
});

/** The latest shells, for the recent nodes. */
const fleetHistory = (inventories: readonly Inventory[]): HistoryEntry[] =>
  inventories.slice(3, 6).flatMap(({ head, nodes }) => {
    const [, second] = nodes;
    return second === undefined
      ? []
      : [
          {
            key: second.id,
            kind: 'shell',
            profileId: head.profileId,
            profileName: head.profileId,
            environment: 'other',
            region: head.region ?? '',
            target: second.id,
            nodeName: second.name,
            startedAt: Date.now() - hour,
            endedAt: Date.now(),
          },
        ];
  });

const longName = 'reporting-warehouse-ingest-worker-eu-west-1a-blue-generation-2026-09-canary-01x80';

function scene(name: string, settings: Settings): Scene {
  const [web1, web2, web3, batch] = productionNodes as [ManagedNode, ManagedNode, ManagedNode, ManagedNode];
  const [api, queue] = stagingNodes as [ManagedNode, ManagedNode];
  const base = { history, sharedSettings: { profiles: [], problems: [] }, output: shellOutput };
  const workspace = full(settings);
  const places: Places = {
    production: { profile: production, node: web1 },
    staging: { profile: staging, node: queue },
    lab: { profile: lab, node: labNodes[0] as ManagedNode },
  };
  switch (name) {
    case 'kinds':
    case 'quit':
      return {
        ...base,
        history: [...kindHistory(places), ...history],
        workspace: {
          ...workspace,
          sessions: [session(production, web1, '01', { kind: 'live' }, { reason: 'INC-2231' })],
          ...tunnelScene(places),
          commands: commandScene(places),
        },
        asksToQuit: name === 'quit',
      };
    case 'sign-in':
    case 'sign-in-failed':
      return {
        ...base,
        workspace: {
          ...workspace,
          ...signInScene(production, staging, name === 'sign-in-failed'),
          inventories: [
            list(production, productionNodes, { state: { kind: 'failed', error: signInNeeded } }),
            unread(staging, { kind: 'failed', error: codeNeeded }),
            list(lab, labNodes),
          ],
          sessions: [
            session(production, web1, '01', { kind: 'needs-sign-in', error: signInNeeded }),
            unstarted(session(staging, queue, '02', { kind: 'needs-sign-in', error: codeNeeded })),
            unstarted(session(production, web2, '03', { kind: 'needs-sign-in', error: signInNeeded })),
          ],
        },
      };
    case 'approvals': {
      const inTab =
        (profile: Profile, node: ManagedNode) =>
        (key: string, state: SessionState, change = {}) =>
          session(profile, node, key, state, change);
      const asked = { inProduction: inTab(production, web1), inStaging: inTab(staging, queue) };
      return { ...base, workspace: { ...workspace, sessions: accessScene(asked) } };
    }
    case 'orphans':
      return { ...base, workspace: { ...workspace, orphans: orphanScene(places) } };
    case 'first-run':
      return {
        ...base,
        history: [],
        workspace: empty(settings),
        sharedSettings: awsFiles,
      };
    case 'list-states': {
      const other = (id: string, name: string, region: string): Profile => ({
        ...staging,
        id,
        name,
        environment: 'development',
        region,
      });
      const data = other('eu', 'Data platform', 'eu-central-1');
      const slow = other('slow', 'Slow', 'eu-north-1');
      const customer = other('new', 'Customer B', 'ap-south-1');
      const sandbox = other('empty', 'Sandbox', 'sa-east-1');
      const old = other('old', 'Two Regions', 'us-west-2');
      const many: Profile = { ...old, moreRegions: ['us-east-2'] };
      return {
        ...base,
        workspace: {
          ...workspace,
          profiles: [production, staging, data, slow, customer, sandbox, many],
          inventories: [
            list(production, productionNodes.slice(0, 2), { gaps: [{ part: 'names', error: namesDenied }] }),
            unread(staging, { kind: 'failed', error: denied }),
            unread(data, { kind: 'loading', found: 0 }),
            list(slow, stagingNodes, {
              state: { kind: 'loading', found: 350, waitsUntil: Date.now() + 600_000 },
            }),
            unread(customer, { kind: 'idle' }),
            list(sandbox, []),
            list(many, stagingNodes, { state: { kind: 'idle' }, fetchedAt: Date.now() - 26 * hour }),
          ],
        },
      };
    }
    case 'fleet':
    case 'fleet-by-tag': {
      const fleet = makeFleet(10_000, Date.now());
      return {
        ...base,
        history: fleetHistory(fleet.inventories),
        workspace: {
          ...workspace,
          settings:
            name === 'fleet' ? workspace.settings : { ...workspace.settings, groupNodesBy: { tag: 'Role' } },
          profiles: [...fleet.profiles, lab],
          inventories: [...fleet.inventories, list(lab, labNodes)],
          favourites: fleet.inventories.slice(0, 2).flatMap(({ head, nodes }) => {
            const [first] = nodes;
            return first === undefined ? [] : [{ profileId: head.profileId, target: first.id }];
          }),
          sessions: [],
        },
      };
    }
    case 'many':
      return {
        ...base,
        workspace: {
          ...workspace,
          inventories: [
            list(production, [
              node('i-0long', longName),
              ...Array.from({ length: 10_000 }, (_none, at) =>
                node(`i-${(0xabc00000000 + at * 7919).toString(16).padStart(17, '0')}`, `web-${at + 1}`, {
                  online: at % 9 !== 4,
                  lastPingAt: Date.now() - (at % 50) * hour,
                }),
              ),
            ]),
            list(staging, stagingNodes),
          ],
        },
      };
    case 'failed':
      return {
        ...base,
        workspace,
        loadFails: {
          code: 'storage-failed',
          attempted: 'Read profiles and settings',
          message: 'The file profiles.json cannot be read: permission denied.',
          hint: 'Check who owns the folder ~/.config/Nodewharf.',
          retryable: true,
        },
      };
    case 'cut-off':
      return {
        ...base,
        workspace: {
          ...workspace,
          sessions: [
            session(
              production,
              web2,
              '02',
              { kind: 'live' },
              limits({ kind: 'duration', at: Date.now() + 8 * 60_000 }),
            ),
            session(
              production,
              web1,
              '01',
              { kind: 'live' },
              limits({ kind: 'idle', at: Date.now() + 97_000 }),
            ),
          ],
        },
        activeAt: Date.now() - (15 * 60_000 - 97_000),
      };
    case 'not-started':
      return { ...base, workspace, startFails: notConnected };
    case 'states': {
      const ended: SessionState = {
        kind: 'ended',
        endedAt: Date.now() - 120_000,
        end: { kind: 'timed-out' },
      };
      return {
        ...base,
        workspace: {
          ...workspace,
          sessions: [
            session(production, web1, '01', { kind: 'live' }),
            session(staging, queue, '02', { kind: 'reconnecting', attempt: 2, nextTryAt: Date.now() + 8000 }),
            session(production, web2, '03', {
              kind: 'needs-sign-in',
              error: {
                code: 'credentials-expired',
                attempted: 'Resume the session on i-0b77d1e5a0b3c11d0 (web-2)',
                message: 'The token of the profile acme-prod has expired.',
                hint: 'Sign in with `aws sso login --profile acme-prod`, then try again.',
                retryable: true,
              },
            }),
            session(production, batch, '04', ended),
            session(production, web3, '05', {
              kind: 'ended',
              endedAt: Date.now() - 60_000,
              end: {
                kind: 'closed',
                message: 'Session terminated by an administrator: maintenance of the shared volume',
              },
            }),
            session(staging, { ...api, name: longName }, '06', { kind: 'connecting' }),
          ],
        },
      };
    }
    default:
      return {
        ...base,
        workspace: {
          ...workspace,
          sessions: [
            session(staging, queue, '02', { kind: 'reconnecting', attempt: 2, nextTryAt: Date.now() + 8000 }),
            session(production, batch, '04', {
              kind: 'ended',
              endedAt: Date.now() - 120_000,
              end: { kind: 'ended-by-user' },
            }),
            session(production, web1, '01', { kind: 'live' }, { reason: 'INC-2231' }),
          ],
        },
      };
  }
}

export const sceneByName = (name: string, theme: string): Scene =>
  scene(name, { ...defaultSettings, theme: theme === 'light' ? 'light' : 'dark' });
