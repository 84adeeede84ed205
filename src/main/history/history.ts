import { dirname } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { Environment, HistoryEntry, SessionEnd } from '../../shared/models.ts';
import { logProblem } from '../log.ts';
import type { LoadProblem } from '../storage/load-problem.ts';
import { openHistoryDatabase } from './history-database.ts';
import { type HistoryNews, type HistoryQuery, type HistoryStart, HistoryStore } from './history-store.ts';

/**
 * History as the rest of main sees it: opened at the first use, off the road to the first paint, and never in the way of a
 * session. Notes are taken in the order they come; where the file cannot be opened or written, sessions go on without
 * them, and reading says `storage-failed`.
 */
export class History {
  readonly #path: string;
  readonly #now: () => number;
  #store: Promise<HistoryStore> | undefined;
  #problem: LoadProblem | undefined;
  /** Runs of sessions that began in this process. */
  readonly #ownKeys = new Set<string>();

  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#now = now;
  }

  /**
   * Opens the file now, which also closes the entries of a run that was killed. Answers what was wrong with a file that
   * had to be set aside.
   */
  async open(): Promise<LoadProblem | undefined> {
    await this.#opened().catch((error: unknown) => logProblem('History cannot be opened', error));
    return this.#problem;
  }

  started(entry: HistoryStart): void {
    this.#ownKeys.add(entry.key);
    this.#note((store) => store.started(entry));
  }

  learned(key: string, news: HistoryNews): void {
    this.#note((store) => store.learned(key, news));
  }

  ended(key: string, end: SessionEnd, endedAt: number): void {
    this.#note((store) => store.ended(key, end, endedAt));
  }

  list(query: HistoryQuery): Promise<HistoryEntry[]> {
    return this.#answer('Read the history', (store) => store.list(query));
  }

  /** Reasons of this environment, each once, the latest first. */
  recentReasons(environment: Environment): Promise<string[]> {
    return this.#answer('Read the reasons given before', (store) => store.recentReasons(environment));
  }

  /** Sessions that the app was killed over, of which nothing has been decided yet. */
  unsettled(): Promise<HistoryEntry[]> {
    return this.#answer('Read the history', (store) => store.unsettled());
  }

  settle(keys: readonly string[]): void {
    this.#note((store) => store.settle(keys));
  }

  clear(): Promise<void> {
    return this.#answer('Clear the history', (store) => store.clear());
  }

  /** Resolves when all that was noted is written and the file is closed. Nothing may be noted afterwards. */
  async close(): Promise<void> {
    await this.#store?.then((store) => store.close()).catch(() => {});
  }

  #opened(): Promise<HistoryStore> {
    this.#store ??= this.#openStore().catch((error: unknown) => {
      // What was in the way, a lock or a full disk, may be gone the next time.
      this.#store = undefined;
      throw error;
    });
    return this.#store;
  }

  async #openStore(): Promise<HistoryStore> {
    const { DatabaseSync } = await import('@photostructure/sqlite');
    const { database, keptAs } = openHistoryDatabase(DatabaseSync, this.#path, this.#now());
    if (keptAs !== undefined) this.#problem = historyProblem(keptAs, dirname(this.#path));
    const store = new HistoryStore(database);
    store.closeLeftOpen(this.#ownKeys);
    return store;
  }

  #note(write: (store: HistoryStore) => void): void {
    this.#opened()
      .then(write)
      .catch((error: unknown) => logProblem('History cannot be written', error));
  }

  async #answer<T>(attempted: string, read: (store: HistoryStore) => T): Promise<T> {
    try {
      return read(await this.#opened());
    } catch (error) {
      throw new AppError(
        {
          code: 'storage-failed',
          attempted,
          message: 'The history file cannot be used.',
          hint: 'Check that the disk has room and that the file belongs to you, then try again.',
          retryable: true,
        },
        error,
      );
    }
  }
}

function historyProblem(keptAs: string, folder: string): LoadProblem {
  return {
    message: 'The history could not be read: its file is damaged or from a newer version.',
    detail: `Nodewharf begins a new one. Nothing is lost: the file is kept as ${keptAs} in ${folder}.`,
  };
}
