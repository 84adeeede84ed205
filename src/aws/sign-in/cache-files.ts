import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IdentityFault } from '../identity/identity-fault.ts';

/* What the caches that are shared with the AWS CLI have in common: small files of JSON with secrets in them. */

/** Whole or not at all, and for its owner's eyes only. */
export async function writePrivate(path: string, value: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(draft, JSON.stringify(value), { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Empty where there is none, or it cannot be read as JSON. */
export async function readJson(path: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export function textOf(file: Record<string, unknown>, name: string): string | undefined {
  const value = file[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Epoch milliseconds. */
export function timeOf(file: Record<string, unknown>, name: string): number | undefined {
  // Earlier releases of the AWS CLI wrote UTC where Z stands now.
  const parsed = Date.parse((textOf(file, name) ?? '').replace(/UTC$/, 'Z'));
  return Number.isNaN(parsed) ? undefined : parsed;
}

export function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** As people write it. */
export const ssoCacheName = '~/.aws/sso/cache';

/** What becomes of a write, in words. @param folder as people write it */
export async function stored(writing: Promise<void>, folder: string): Promise<void> {
  try {
    await writing;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new IdentityFault(
      'storage-failed',
      `The sign-in could not be written to ${folder}${code}.`,
      'Check that the folder belongs to you and that the disk is not full.',
      error,
    );
  }
}
