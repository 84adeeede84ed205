import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getHomeDir } from '@smithy/shared-ini-file-loader';
import { type ScannedFile, scanFile } from './scan-file.ts';

/** Something in the shared files that is not what it should be. The rest of them stays usable. */
export interface SettingsProblem {
  file: string;
  /** Counted from 1; absent where the whole file is meant. */
  line?: number;
  /** The profile that cannot be used for it. */
  profileName?: string;
  /** Quotes names, never values. */
  message: string;
  hint: string;
}

export interface ExaminedFile extends ScannedFile {
  path: string;
  /** Of the file as a whole. */
  fileProblem?: SettingsProblem;
}

type FileKind = 'config' | 'credentials';

const fileVariables = { config: 'AWS_CONFIG_FILE', credentials: 'AWS_SHARED_CREDENTIALS_FILE' } as const;

/** Where a shared file is, by the same rules as the SDK's loader. */
export function sharedFilePath(kind: FileKind): string {
  const given = process.env[fileVariables[kind]];
  if (!given) return join(getHomeDir(), '.aws', kind);
  return given.startsWith('~/') ? join(getHomeDir(), given.slice(2)) : given;
}

/** Reads a shared file for what is wrong with it. One that is not there is fine, unless the environment names it. */
export async function examineFile(kind: FileKind): Promise<ExaminedFile> {
  const path = sharedFilePath(kind);
  try {
    return { path, ...scanFile(await readFile(path, 'utf8'), kind) };
  } catch (error) {
    const nothing = { path, problems: [], profileLines: new Map<string, number>() };
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code !== 'ENOENT') {
      const hint = 'Check its permissions, and that it is a file.';
      return {
        ...nothing,
        fileProblem: { file: path, message: `The file cannot be read (${code}).`, hint },
      };
    }
    if (!process.env[fileVariables[kind]]) return nothing;
    const message = `The file that ${fileVariables[kind]} names is not there.`;
    return { ...nothing, fileProblem: { file: path, message, hint: 'Correct or unset the variable.' } };
  }
}
