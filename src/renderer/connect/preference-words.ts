import type { DocumentFacts } from '../../shared/document-facts.ts';
import type { ManagedNode } from '../../shared/inventory.ts';
import { defaultIdleMinutes } from '../../shared/cut-offs.ts';
import type { SessionPreferences } from '../../shared/session-preferences.ts';
import { count } from '../words/numbers.ts';
import { remoteText } from '../words/remote-text.ts';
import { duration } from '../words/time.ts';

/** One line of what is known before connecting: `Runs as`, `ops`. */
export interface KnownFact {
  readonly name: string;
  readonly value: string;
  readonly isMono?: boolean;
  readonly note?: string;
}

const minuteMs = 60_000;

/** Nothing set: what the service does where an account has no preferences yet. */
export const serviceDefaults: SessionPreferences = { runAs: { kind: 'agent-user' }, shellProfile: {} };

/** @param sessionType decides what applies: a tunnel has no user, no shell and no log */
export function preferenceFacts(
  preferences: SessionPreferences,
  sessionType: DocumentFacts['sessionType'],
  platform: ManagedNode['platform'],
): KnownFact[] {
  const isPort = sessionType === 'Port';
  return [
    ...(isPort ? [] : [runsAs(preferences, platform)]),
    ...(sessionType === undefined || sessionType === 'Standard_Stream'
      ? [shellProfile(preferences, platform)]
      : []),
    encryption(preferences, isPort),
    ...(isPort ? [{ name: 'Logged', value: 'No, tunnels are not' }] : logs(preferences)),
    idleLimit(preferences),
    longest(preferences),
  ];
}

/** Of those, what stays of interest while it runs: as whom, and what is kept of it. */
export function recordFacts(preferences: SessionPreferences, platform: ManagedNode['platform']): KnownFact[] {
  return [runsAs(preferences, platform), ...logs(preferences)];
}

function runsAs({ runAs }: SessionPreferences, platform: ManagedNode['platform']): KnownFact {
  const name = 'Runs as';
  if (runAs.kind === 'agent-user' || platform === 'windows')
    return { name, value: 'ssm-user', isMono: true, note: 'or the agent’s own user, where it is not root' };
  if (runAs.user === undefined) return { name, value: 'The user that your IAM identity is tagged with' };
  return {
    name,
    value: remoteText(runAs.user, 80),
    isMono: true,
    note: 'unless your IAM identity is tagged with another',
  };
}

function shellProfile(
  { shellProfile: profile }: SessionPreferences,
  platform: ManagedNode['platform'],
): KnownFact {
  const name = 'Shell profile';
  const text = platform === 'windows' ? profile.windows : profile.linux;
  if (text === undefined) return { name, value: 'None' };
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const [first = ''] = lines;
  return {
    name,
    value: remoteText(first, 120),
    isMono: true,
    ...(lines.length > 1 ? { note: `and ${count(lines.length - 1, 'more line')}` } : {}),
  };
}

function encryption({ kmsKeyId }: SessionPreferences, isPort: boolean): KnownFact {
  const name = 'Encryption';
  if (kmsKeyId === undefined || isPort) return { name, value: 'TLS' };
  const key = kmsKeyId.slice(kmsKeyId.lastIndexOf(':') + 1);
  return { name, value: remoteText(key, 200), isMono: true, note: 'KMS key, on top of TLS' };
}

function logs({ s3, cloudWatch }: SessionPreferences): KnownFact[] {
  const name = 'Logged to';
  const facts: KnownFact[] = [];
  if (cloudWatch !== undefined) {
    facts.push({
      name,
      value: remoteText(cloudWatch.logGroup, 200),
      isMono: true,
      note: `CloudWatch, ${cloudWatch.isStreaming ? 'while it runs' : 'at its end'}`,
    });
  }
  if (s3 !== undefined) {
    const path = s3.prefix === undefined ? s3.bucket : `${s3.bucket}/${s3.prefix}`;
    facts.push({ name, value: `s3://${remoteText(path, 200)}`, isMono: true, note: 'S3, at its end' });
  }
  return facts.length === 0 ? [{ name: 'Logged', value: 'Not by these preferences' }] : facts;
}

function idleLimit({ idleMinutes }: SessionPreferences): KnownFact {
  const minutes = idleMinutes ?? defaultIdleMinutes;
  return {
    name: 'Ends when idle',
    value: `After ${duration(minutes * minuteMs)}`,
    ...(idleMinutes === undefined ? { note: 'the service’s default' } : {}),
  };
}

function longest({ maxMinutes }: SessionPreferences): KnownFact {
  return {
    name: 'Longest session',
    value: maxMinutes === undefined ? 'No limit' : duration(maxMinutes * minuteMs),
  };
}
