import { readFileSync, renameSync } from 'node:fs';
import { parse } from 'node:path';
import type { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { writeFileAtomically } from './atomic-file.ts';

/** What a kept file looks like. `schema` describes the current version, its `version` field included. */
export interface FileFormat<T extends { version: number }> {
  /** What the file holds, for a person: `saved profiles`. */
  holds: string;
  version: T['version'];
  schema: z.ZodType<T>;
  /** `migrations[n]` turns what version n held into what version n + 1 holds. */
  migrations: Record<number, (old: unknown) => unknown>;
}

export type Loaded<T> =
  | { kind: 'missing' }
  | { kind: 'loaded'; value: T }
  /** It made no sense; it was renamed to `keptAs`, so that nothing is lost and a new one can be written. */
  | { kind: 'set-aside'; keptAs: string; why: 'not JSON' | 'of an unexpected shape' | 'from a newer version' }
  /** The file system did not hand it out. It must not be overwritten. */
  | { kind: 'unreadable'; systemCode: string };

/**
 * A versioned JSON file with one owner. Reading happens once, at the start, and is synchronous: the files are small, and
 * the first answer to the page needs them. Writing is atomic, and writes happen in the order they were asked for.
 */
export class VersionedFile<T extends { version: number }> {
  readonly #path: string;
  readonly #format: FileFormat<T>;
  #isUnreadable = false;
  #lastWrite: Promise<void> = Promise.resolve();

  constructor(path: string, format: FileFormat<T>) {
    this.#path = path;
    this.#format = format;
  }

  load(now: number): Loaded<T> {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      const systemCode = systemCodeOf(error);
      if (systemCode === 'ENOENT') return { kind: 'missing' };
      this.#isUnreadable = true;
      return { kind: 'unreadable', systemCode };
    }
    const read = interpret(text, this.#format);
    if (read.kind === 'loaded') return read;
    try {
      return { kind: 'set-aside', keptAs: this.#setAside(now), why: read.why };
    } catch (error) {
      this.#isUnreadable = true;
      return { kind: 'unreadable', systemCode: systemCodeOf(error) };
    }
  }

  /** Resolves when `value` is on the disk; rejects with {@link AppError} `storage-failed`. */
  save(value: T): Promise<void> {
    const write = this.#lastWrite.then(() => this.#write(value));
    this.#lastWrite = write.catch(() => {});
    return write;
  }

  /** Resolves when every write asked for so far has succeeded or failed. */
  settled(): Promise<void> {
    return this.#lastWrite;
  }

  async #write(value: T): Promise<void> {
    if (this.#isUnreadable)
      throw storageFailed(`Write ${this.#path}`, 'The file that is there cannot be read.');
    try {
      await writeFileAtomically(this.#path, `${JSON.stringify(value, undefined, 2)}\n`);
    } catch (error) {
      throw storageFailed(`Write ${this.#path}`, `The file system answered ${systemCodeOf(error)}.`, error);
    }
  }

  #setAside(now: number): string {
    const { dir, name, ext } = parse(this.#path);
    const time = new Date(now).toISOString().replaceAll(/[:.]/g, '-');
    const keptAs = `${name}.kept-${time}${ext}`;
    renameSync(this.#path, `${dir}/${keptAs}`);
    return keptAs;
  }
}

type Interpreted<T> =
  | { kind: 'loaded'; value: T }
  | { kind: 'senseless'; why: Extract<Loaded<T>, { kind: 'set-aside' }>['why'] };

function interpret<T extends { version: number }>(text: string, format: FileFormat<T>): Interpreted<T> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return { kind: 'senseless', why: 'not JSON' };
  }
  let version = versionOf(content);
  if (version !== undefined && version > format.version)
    return { kind: 'senseless', why: 'from a newer version' };
  while (version !== undefined && version < format.version) {
    const migrate = format.migrations[version];
    if (migrate === undefined) return { kind: 'senseless', why: 'of an unexpected shape' };
    try {
      content = migrate(content);
    } catch {
      return { kind: 'senseless', why: 'of an unexpected shape' };
    }
    version += 1;
  }
  const parsed = format.schema.safeParse(content);
  return parsed.success
    ? { kind: 'loaded', value: parsed.data }
    : { kind: 'senseless', why: 'of an unexpected shape' };
}

function versionOf(content: unknown): number | undefined {
  if (typeof content !== 'object' || content === null || !('version' in content)) return undefined;
  return typeof content.version === 'number' && Number.isInteger(content.version)
    ? content.version
    : undefined;
}

/** Node's code of a file system error, e.g. `ENOSPC`. */
function systemCodeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'an unknown error';
}

function storageFailed(attempted: string, message: string, cause?: unknown): AppError {
  return new AppError(
    {
      code: 'storage-failed',
      attempted,
      message,
      hint: 'Check that the disk has room and that the folder belongs to you.',
      retryable: true,
    },
    cause,
  );
}
