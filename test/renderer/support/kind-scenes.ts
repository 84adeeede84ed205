import type { CommandRun } from '../../../src/shared/commands.ts';
import type { ManagedNode } from '../../../src/shared/inventory.ts';
import type { HistoryEntry, Profile, SessionState } from '../../../src/shared/models.ts';
import type { Orphan } from '../../../src/shared/orphans.ts';
import type { Tunnel, TunnelStatus } from '../../../src/shared/tunnels.ts';
import type { Workspace } from '../../../src/shared/workspace.ts';
import { stoppedTunnel } from '../../../src/shared/stopped-tunnel.ts';
import { tunnelWith } from './fake-tunnels.ts';

const minute = 60_000;

/** Where the sessions of these scenes are: a profile and one of its nodes. */
interface Place {
  readonly profile: Profile;
  readonly node: ManagedNode;
}
export interface Places {
  readonly production: Place;
  readonly staging: Place;
  readonly lab: Place;
}

const factsOf = ({ profile, node }: Place, key: string, agoMs: number) => ({
  key,
  sessionId: `ops-${key}9c41d2a97e60c4`,
  profileId: profile.id,
  profileName: profile.name,
  environment: profile.environment,
  region: profile.region ?? 'lab',
  target: node.id,
  nodeName: node.name,
  startedAt: Date.now() - agoMs,
});

const tunnel = (
  id: string,
  name: string,
  { profile, node }: Place,
  change: Partial<Tunnel> = {},
): Tunnel => ({
  id,
  name,
  profileId: profile.id,
  target: node.id,
  nodeName: node.name,
  destination: { kind: 'node-port', port: 8080 },
  local: { host: '127.0.0.1', port: 8080 },
  ...change,
});

/** One tunnel in each state. */
export function tunnelScene(places: Places): Pick<Workspace, 'tunnels' | 'tunnelStatuses'> {
  const { production, staging, lab } = places;
  const database = { kind: 'remote-host', host: 'orders.cluster-c9.eu-west-1.internal', port: 5432 } as const;
  const live = { kind: 'live' } as const;
  const tunnels: Tunnel[] = [
    tunnel('t1', 'Orders database', production, {
      destination: database,
      local: { host: '127.0.0.1', port: 15_432 },
      reason: 'INC-2231',
    }),
    tunnel('t2', 'Grafana', staging, {
      destination: { kind: 'node-port', port: 3000 },
      local: { host: '0.0.0.0', port: 13_000, exposeToNetwork: true },
    }),
    tunnel('t3', 'Queue console', staging, { destination: { kind: 'node-port', port: 15_672 } }),
    tunnel('t4', 'Redis', production, {
      destination: { kind: 'remote-host', host: 'cache.internal', port: 6379 },
      local: { host: '127.0.0.1', port: 6379 },
    }),
    tunnel('t5', 'Lab page', lab, { local: { host: '127.0.0.1', port: 0 } }),
    tunnel('t6', 'Old ledger', staging),
    tunnel('t7', 'Reports over remote desktop', production, {
      destination: { kind: 'node-port', port: 3389 },
      local: { host: '127.0.0.1', port: 13_389 },
    }),
  ];
  const channel = {
    sessionType: 'Port',
    agentVersion: '3.3.1142.0',
    isEncrypted: true,
    customerMessage: '',
  } as const;
  const tunnelStatuses: TunnelStatus[] = [
    tunnelWith('t1', {
      state: live,
      session: {
        ...factsOf(production, 't1', 42 * minute),
        documentName: 'AWS-StartPortForwardingSessionToRemoteHost',
        reason: 'INC-2231',
      },
      channel,
      listening: { host: '127.0.0.1', port: 15_432 },
      variant: 'multiplexed',
      connections: [
        {
          id: 118,
          peer: '127.0.0.1:50312',
          openedAt: Date.now() - 42_000,
          bytesUp: 18_400,
          bytesDown: 48_211_000,
          waitingBytes: 1_310_000,
        },
        {
          id: 101,
          peer: '127.0.0.1:50110',
          openedAt: Date.now() - 26 * minute,
          bytesUp: 4_100,
          bytesDown: 92_000,
          waitingBytes: 0,
        },
      ],
      openConnections: 2,
      totalConnections: 118,
      bytesUp: 1_240_000,
      bytesDown: 482_110_000,
      upPerSecond: 3_100,
      downPerSecond: 1_420_000,
      rttMs: 12.4,
      resends: 3,
    }),
    tunnelWith('t2', {
      state: live,
      session: factsOf(staging, 't2', 5 * minute),
      channel: { ...channel, isEncrypted: false },
      listening: { host: '0.0.0.0', port: 13_000 },
      variant: 'multiplexed',
      totalConnections: 6,
      refusedConnections: 2,
      bytesUp: 21_000,
      bytesDown: 310_000,
      rttMs: 88,
      lastRefusal: { message: 'dial tcp 127.0.0.1:3000: connect: connection refused', at: Date.now() - 9000 },
    }),
    tunnelWith('t3', {
      state: { kind: 'reconnecting', attempt: 3, nextTryAt: Date.now() + 9000 },
      session: factsOf(staging, 't3', 90 * minute),
      listening: { host: '127.0.0.1', port: 8080 },
      openConnections: 1,
      totalConnections: 9,
      bytesUp: 64_000,
      bytesDown: 900_000,
      rttMs: 40,
      resends: 12,
    }),
    tunnelWith('t4', {
      state: {
        kind: 'ended',
        endedAt: Date.now() - 3000,
        end: {
          kind: 'failed',
          error: {
            code: 'port-busy',
            attempted: 'Listen at 127.0.0.1:6379',
            message: 'Port 6379 is used by redis-server (process 4211).',
            hint: 'Stop that program, or choose another local port.',
            retryable: true,
          },
        },
      },
      session: factsOf(production, 't4', 3000),
    }),
    stoppedTunnel('t5'),
    tunnelWith('t6', {
      state: { kind: 'ended', endedAt: Date.now() - 12 * minute, end: { kind: 'timed-out' } },
      session: factsOf(staging, 't6', 80 * minute),
      totalConnections: 40,
      bytesUp: 2_000_000,
      bytesDown: 81_000_000,
      resends: 1,
    }),
    tunnelWith('t7', {
      state: {
        kind: 'needs-sign-in',
        error: {
          code: 'credentials-expired',
          attempted: 'Resume the session on reports',
          message: 'The token of the profile acme-prod has expired.',
          hint: 'Sign in with `aws sso login --profile acme-prod`, then try again.',
          retryable: true,
        },
      },
      session: factsOf(production, 't7', 200 * minute),
      listening: { host: '127.0.0.1', port: 13_389 },
      totalConnections: 1,
      bytesUp: 400_000,
      bytesDown: 9_000_000,
      rttMs: 31,
    }),
  ];
  return { tunnels, tunnelStatuses };
}

const ended: SessionState = {
  kind: 'ended',
  end: { kind: 'closed', message: '' },
  endedAt: Date.now() - 60_000,
};

const run = (place: Place, key: string, command: string, change: Partial<CommandRun> = {}): CommandRun => ({
  ...factsOf(place, key, 61_400),
  command,
  state: ended,
  streams: 'separate',
  exitCode: 0,
  isCancelling: false,
  stdout: { total: 0, dropped: 0 },
  stderr: { total: 0, dropped: 0 },
  ...change,
});

/** What the runs of {@link commandScene} printed. */
export const printedOutput: Readonly<Record<string, { readonly stdout: string; readonly stderr: string }>> = {
  r1: {
    stdout: [
      'Filesystem      Size  Used Avail Use% Mounted on',
      '/dev/nvme0n1p1   50G   48G  1.9G  97% /',
      '/dev/nvme1n1    200G  121G   79G  61% /srv',
      'tmpfs           7.8G     0  7.8G   0% /dev/shm',
      '\u001b[31mcolours are taken out\u001b[0m, \u0007bells and \u202emarks\u202c are shown',
      ...Array.from({ length: 60 }, (_none, at) => `  ${at + 1}\t/var/log/nginx/access.log.${at}.gz`),
      '',
    ].join('\n'),
    stderr:
      "du: cannot read directory '/var/lib/docker': Permission denied\ndu: cannot access '/proc/4211/fd/4': No such file or directory\n",
  },
  r2: { stdout: 'active\n', stderr: '' },
  r3: { stdout: '', stderr: 'sh: 1: kubectl: not found\n' },
  r4: { stdout: 'line after line\n'.repeat(4000), stderr: '' },
};

const lengths = (key: string) => ({
  stdout: { total: printedOutput[key]?.stdout.length ?? 0, dropped: 0 },
  stderr: { total: printedOutput[key]?.stderr.length ?? 0, dropped: 0 },
});

/** Commands of each outcome, newest first. */
export function commandScene({ production, staging, lab }: Places): CommandRun[] {
  return [
    run(production, 'r1', "sh -c 'df -h\ndu -sh /var/log/* /var/lib/* | sort -h'", {
      exitCode: 3,
      ...lengths('r1'),
    }),
    run(lab, 'r4', 'tail -f /var/log/syslog', {
      state: { kind: 'live' },
      ...lengths('r4'),
    }),
    run(staging, 'r2', 'systemctl is-active nginx', lengths('r2')),
    run(lab, 'r3', "sh -c 'kubectl get pods | wc -l'", { exitCode: 127, ...lengths('r3') }),
    run(staging, 'r5', 'uptime', {
      state: { kind: 'reconnecting', attempt: 2, nextTryAt: Date.now() + 6000 },
    }),
  ].map(({ exitCode, ...made }) =>
    made.state.kind === 'ended' && exitCode !== undefined ? { ...made, exitCode } : made,
  );
}

export const orphanScene = ({ production, staging }: Places): Orphan[] => [
  {
    ...factsOf(production, 'o1', 95 * minute),
    kind: 'tunnel',
    localAddress: '127.0.0.1:15432',
    remoteAddress: 'orders.internal:5432',
  },
  { ...factsOf(production, 'o2', 93 * minute), kind: 'shell', reason: 'INC-2231' },
  { ...factsOf(staging, 'o3', 26 * 60 * minute), kind: 'command' },
];

/** Past tunnels and commands, beside the shells that every scene has. */
export const kindHistory = ({ production, staging }: Places): HistoryEntry[] => [
  {
    ...factsOf(production, 'k1', 61 * minute),
    kind: 'tunnel',
    localAddress: '127.0.0.1:15432',
    remoteAddress: 'orders.cluster-c9.eu-west-1.internal:5432',
    reason: 'INC-2231',
    endedAt: Date.now() - 20 * minute,
    end: { kind: 'ended-by-user' },
  },
  {
    ...factsOf(staging, 'k2', 70 * minute),
    kind: 'command',
    exitCode: 3,
    endedAt: Date.now() - 69 * minute,
    end: { kind: 'closed', message: '' },
  },
];
