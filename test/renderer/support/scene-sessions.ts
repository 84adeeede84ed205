import type { ManagedNode } from '../../../src/shared/inventory.ts';
import type { HistoryEntry, Profile, SessionState, SessionSummary } from '../../../src/shared/models.ts';
import { hour, lab, notConnected, production, staging } from './scene-values.ts';

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
export const limits = (cutOff: NonNullable<SessionSummary['cutOff']>): Partial<SessionSummary> => ({
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

export const shellOutput = [
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

export const history: HistoryEntry[] = [
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
