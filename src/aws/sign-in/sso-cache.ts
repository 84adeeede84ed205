import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { getSSOTokenFilepath } from '@smithy/shared-ini-file-loader';
import { readJson, textOf, timeOf, utc, writePrivate } from './cache-files.ts';
import type { SsoLogin } from './sign-in-door.ts';

/**
 * The AWS CLI's cache in ~/.aws/sso/cache, shared with it in both directions.
 *
 *     <SHA-1 of the sso-session's name, or of the start URL in the legacy form>.json
 *       startUrl, region, accessToken, expiresAt, refreshToken?,
 *       clientId?, clientSecret?, registrationExpiresAt?
 *     <SHA-1 of what a registration depends on>.json
 *       clientId, clientSecret, expiresAt, scopes?, grantTypes?
 *
 * Times are UTC to the second. Source: `SSOTokenFetcher` of the AWS CLI (awscli/botocore/utils.py).
 */
export interface SsoToken {
  accessToken: string;
  /** Epoch milliseconds. */
  expiresAt: number;
  startUrl?: string;
  refreshToken?: string;
  registration?: SsoRegistration;
}

/** This program, as IAM Identity Center knows it. The secret is one. */
export interface SsoRegistration {
  clientId: string;
  clientSecret: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

export interface CachedRegistration extends SsoRegistration {
  scopes: readonly string[];
  grantTypes: readonly string[];
}

/** Undefined when there is none, or what is there cannot be read as one. */
export async function readToken(login: SsoLogin): Promise<SsoToken | undefined> {
  const file = await readJson(tokenPath(login));
  const accessToken = textOf(file, 'accessToken');
  const expiresAt = timeOf(file, 'expiresAt');
  if (accessToken === undefined || expiresAt === undefined) return undefined;
  const [startUrl, refreshToken] = [textOf(file, 'startUrl'), textOf(file, 'refreshToken')];
  // A session's name can have been given to another directory since.
  if (startUrl !== undefined && startUrl !== login.startUrl) return undefined;
  const registration = registrationOf(file, 'registrationExpiresAt');
  return {
    accessToken,
    expiresAt,
    ...(startUrl !== undefined && { startUrl }),
    ...(refreshToken !== undefined && { refreshToken }),
    ...(registration && { registration }),
  };
}

export async function writeToken(login: SsoLogin, token: SsoToken): Promise<void> {
  const { registration } = token;
  await writePrivate(tokenPath(login), {
    startUrl: login.startUrl,
    region: login.region,
    accessToken: token.accessToken,
    expiresAt: utc(token.expiresAt),
    ...(registration && {
      clientId: registration.clientId,
      clientSecret: registration.clientSecret,
      registrationExpiresAt: utc(registration.expiresAt),
    }),
    ...(token.refreshToken !== undefined && { refreshToken: token.refreshToken }),
  });
}

export async function readRegistration(login: SsoLogin): Promise<CachedRegistration | undefined> {
  const file = await readJson(registrationPath(login));
  const registration = registrationOf(file, 'expiresAt');
  return (
    registration && { ...registration, scopes: texts(file, 'scopes'), grantTypes: texts(file, 'grantTypes') }
  );
}

export async function writeRegistration(login: SsoLogin, registration: CachedRegistration): Promise<void> {
  const { clientId, clientSecret, expiresAt, scopes, grantTypes } = registration;
  await writePrivate(registrationPath(login), {
    clientId,
    clientSecret,
    expiresAt: utc(expiresAt),
    ...(scopes.length > 0 && { scopes }),
    ...(grantTypes.length > 0 && { grantTypes }),
  });
}

/** The service does not know it any more. */
export async function forgetRegistration(login: SsoLogin): Promise<void> {
  await rm(registrationPath(login), { force: true });
}

export function tokenPath({ sessionName, startUrl }: SsoLogin): string {
  return getSSOTokenFilepath(sessionName ?? startUrl);
}

/** The same digest as the AWS CLI's, which is over JSON as Python writes it. */
function registrationPath(login: SsoLogin): string {
  const parts = [
    ['region', quote(login.region)],
    ['scopes', login.registrationScopes ? `[${login.registrationScopes.map(quote).join(', ')}]` : 'null'],
    ['session_name', login.sessionName === undefined ? 'null' : quote(login.sessionName)],
    ['startUrl', quote(login.startUrl)],
    ['tool', quote('botocore')],
  ].map(([name, value]) => `"${name}": ${value}`);
  const digest = createHash('sha1')
    .update(`{${parts.join(', ')}}`)
    .digest('hex');
  return join(dirname(tokenPath(login)), `${digest}.json`);
}

/** Python's JSON has characters beyond ASCII as escapes. */
function quote(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function registrationOf(file: Record<string, unknown>, expiry: string): SsoRegistration | undefined {
  const clientId = textOf(file, 'clientId');
  const clientSecret = textOf(file, 'clientSecret');
  const expiresAt = timeOf(file, expiry);
  if (clientId === undefined || clientSecret === undefined || expiresAt === undefined) return undefined;
  return { clientId, clientSecret, expiresAt };
}

function texts(file: Record<string, unknown>, name: string): string[] {
  const value = file[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
