import type { SessionPreferences } from '../shared/session-preferences.ts';
import { isTrue, memberOf, textOf } from './unknown-content.ts';

/** Bounds of the service, minutes (protocol notes, section 8.4). */
const idleBounds = [1, 60] as const;
const durationBounds = [1, 1440] as const;

/** Reads the `inputs` of a session document. Undefined where it has none: it then says nothing of its own. */
export function readPreferences(inputs: unknown): SessionPreferences | undefined {
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) return undefined;
  const text = (name: string): string | undefined => textOf(memberOf(inputs, name)).trim() || undefined;
  const isSet = (name: string): boolean => isTrue(memberOf(inputs, name));
  const profile = (platform: string): string | undefined =>
    textOf(memberOf(memberOf(inputs, 'shellProfile'), platform)).trim() || undefined;
  const kmsKeyId = text('kmsKeyId');
  const user = text('runAsDefaultUser');
  const bucket = text('s3BucketName');
  const prefix = text('s3KeyPrefix');
  const logGroup = text('cloudWatchLogGroupName');
  const idleMinutes = minutes(memberOf(inputs, 'idleSessionTimeout'), ...idleBounds);
  const maxMinutes = minutes(memberOf(inputs, 'maxSessionDuration'), ...durationBounds);
  const [linux, windows] = [profile('linux'), profile('windows')];
  return {
    runAs: isSet('runAsEnabled')
      ? { kind: 'named', ...(user === undefined ? {} : { user }) }
      : { kind: 'agent-user' },
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
    shellProfile: {
      ...(linux === undefined ? {} : { linux }),
      ...(windows === undefined ? {} : { windows }),
    },
    ...(bucket === undefined
      ? {}
      : {
          s3: {
            bucket,
            ...(prefix === undefined ? {} : { prefix }),
            mustBeEncrypted: isSet('s3EncryptionEnabled'),
          },
        }),
    ...(logGroup === undefined
      ? {}
      : {
          cloudWatch: {
            logGroup,
            isStreaming: isSet('cloudWatchStreamingEnabled'),
            mustBeEncrypted: isSet('cloudWatchEncryptionEnabled'),
          },
        }),
    ...(idleMinutes === undefined ? {} : { idleMinutes }),
    ...(maxMinutes === undefined ? {} : { maxMinutes }),
  };
}

function minutes(value: unknown, least: number, most: number): number | undefined {
  const text = typeof value === 'number' ? String(value) : textOf(value).trim();
  if (!/^\d{1,4}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= least && number <= most ? number : undefined;
}
