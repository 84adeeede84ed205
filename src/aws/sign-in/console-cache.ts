import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readJson, textOf, timeOf, utc, writePrivate } from './cache-files.ts';

/**
 * The AWS CLI's cache of console sign-ins, ~/.aws/login/cache or AWS_LOGIN_CACHE_DIRECTORY, shared with it in both directions;
 * the SDK reads it and keeps it fresh.
 *
 *     <SHA-256 of login_session>.json
 *       accessToken {accessKeyId, secretAccessKey, sessionToken, accountId, expiresAt}, tokenType, clientId,
 *       refreshToken, idToken, dpopKey (PEM, SEC 1), signInRegion?
 *
 * Times are UTC to the second. Source: `awscli/customizations/login/utils.py` of the AWS CLI; `signInRegion` is the SDK's.
 */
export interface ConsoleToken {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  accountId: string;
  /** Of the keys, which are refreshed with the rest. Epoch milliseconds. */
  expiresAt: number;
  tokenType: string;
  clientId: string;
  refreshToken: string;
  idToken: string;
  dpopKey: string;
  signInRegion: string;
}

/** When the keys of a sign-in run out that can be refreshed; undefined where there is none. */
export async function consoleKeysUntil(session: string): Promise<number | undefined> {
  const file = await readJson(consoleCachePath(session));
  const keys = file['accessToken'];
  if (typeof keys !== 'object' || keys === null || textOf(file, 'refreshToken') === undefined)
    return undefined;
  return timeOf(keys as Record<string, unknown>, 'expiresAt');
}

export async function writeConsoleToken(session: string, token: ConsoleToken): Promise<void> {
  const { accessKeyId, secretAccessKey, sessionToken, accountId, expiresAt, ...rest } = token;
  await writePrivate(consoleCachePath(session), {
    accessToken: { accessKeyId, secretAccessKey, sessionToken, accountId, expiresAt: utc(expiresAt) },
    ...rest,
  });
}

export function consoleCachePath(session: string): string {
  const folder = process.env['AWS_LOGIN_CACHE_DIRECTORY'] || join(homedir(), '.aws', 'login', 'cache');
  return join(folder, `${createHash('sha256').update(session).digest('hex')}.json`);
}
