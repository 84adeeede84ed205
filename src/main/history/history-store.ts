import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import {
  type Environment,
  type HistoryEntry,
  historyEntrySchema,
  type SessionEnd,
} from '../../shared/models.ts';

/** What is known of a session at its start. */
export type HistoryStart = Omit<
  HistoryEntry,
  'sessionId' | 'owner' | 'localAddress' | 'exitCode' | 'endedAt' | 'end'
>;

/** What becomes known later. */
export type HistoryNews = Partial<
  Pick<HistoryEntry, 'sessionId' | 'owner' | 'region' | 'target' | 'nodeName' | 'localAddress' | 'exitCode'>
>;

export interface HistoryQuery {
  limit: number;
  /** Epoch milliseconds: only entries that started before. */
  before?: number | undefined;
  /** Found anywhere in the names, ids and the reason, whatever the case of ASCII letters. */
  text?: string | undefined;
}

const searchedColumns = [
  'node_name',
  'target',
  'profile_name',
  'region',
  'document_name',
  'reason',
  'session_id',
  'owner',
  'local_address',
  'remote_address',
  'target_query_json',
];

/** As many as a list below a field shows without scrolling. */
const recentReasonCount = 8;

const appStopped: SessionEnd = { kind: 'app-stopped' };

/**
 * Who was where and when. One row a session, written when it starts, so that a crash leaves a trace. Single rows on the
 * main thread: a write takes a fraction of a millisecond.
 */
export class HistoryStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #end: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare(
      `INSERT INTO entry (key, profile_id, profile_name, environment, region, target, node_name,
                          document_name, reason, started_at, kind, remote_address, target_query_json)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = database.prepare(
      `UPDATE entry SET session_id = coalesce(?, session_id), owner = coalesce(?, owner), region = coalesce(?, region),
                        local_address = coalesce(?, local_address), exit_code = coalesce(?, exit_code),
                        target = coalesce(?, target), node_name = coalesce(?, node_name)
       WHERE key = ?`,
    );
    this.#end = database.prepare(
      'UPDATE entry SET ended_at = ?, end_json = ? WHERE key = ? AND end_json IS NULL',
    );
  }

  started(entry: HistoryStart): void {
    this.#insert.run(
      entry.key,
      entry.profileId,
      entry.profileName,
      entry.environment,
      entry.region,
      entry.target,
      entry.nodeName,
      entry.documentName ?? null,
      entry.reason ?? null,
      entry.startedAt,
      entry.kind,
      entry.remoteAddress ?? null,
      entry.targetQuery === undefined ? null : JSON.stringify(entry.targetQuery),
    );
  }

  learned(key: string, news: HistoryNews): void {
    this.#update.run(
      news.sessionId ?? null,
      news.owner ?? null,
      news.region ?? null,
      news.localAddress ?? null,
      news.exitCode ?? null,
      news.target ?? null,
      news.nodeName ?? null,
      key,
    );
  }

  ended(key: string, end: SessionEnd, endedAt: number): void {
    this.#end.run(endedAt, JSON.stringify(end), key);
  }

  /**
   * Ends the entries that a run of the app left open when it was killed. When that was, nobody knows, so they get no
   * time. Entries in `alive` belong to sessions of this run.
   */
  closeLeftOpen(alive: ReadonlySet<string>): void {
    const rows = this.#database.prepare('SELECT key FROM entry WHERE end_json IS NULL').all() as {
      key: string;
    }[];
    const close = this.#database.prepare('UPDATE entry SET end_json = ? WHERE key = ?');
    for (const { key } of rows) {
      if (!alive.has(key)) close.run(JSON.stringify(appStopped), key);
    }
  }

  /** Entries that {@link closeLeftOpen} has closed, now or earlier, and that nobody has settled since. */
  unsettled(): HistoryEntry[] {
    return this.#database
      .prepare('SELECT * FROM entry WHERE is_settled = 0 AND session_id IS NOT NULL AND end_json = ?')
      .all(JSON.stringify(appStopped))
      .map(toEntry);
  }

  /** There is nothing left to find out, or to decide, about these sessions at the service. */
  settle(keys: readonly string[]): void {
    const settle = this.#database.prepare('UPDATE entry SET is_settled = 1 WHERE key = ?');
    for (const key of keys) settle.run(key);
  }

  /** Newest first. */
  list({ limit, before, text }: HistoryQuery): HistoryEntry[] {
    const conditions: string[] = [];
    const values: (string | number)[] = [];
    if (before !== undefined) {
      conditions.push('started_at < ?');
      values.push(before);
    }
    if (text !== undefined && text !== '') {
      const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
      conditions.push(`(${searchedColumns.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')})`);
      values.push(...searchedColumns.map(() => pattern));
    }
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    return this.#database
      .prepare(`SELECT * FROM entry ${where} ORDER BY started_at DESC, key LIMIT ?`)
      .all(...values, limit)
      .map(toEntry);
  }

  /** Reasons of this environment, each once, the latest first. */
  recentReasons(environment: Environment): string[] {
    return this.#database
      .prepare(
        `SELECT reason, max(started_at) AS last FROM entry WHERE environment = ? AND reason IS NOT NULL
         GROUP BY reason ORDER BY last DESC LIMIT ?`,
      )
      .all(environment, recentReasonCount)
      .map((row) => String((row as Record<string, unknown>)['reason']));
  }

  /** Forgets all but the sessions that are still live. */
  clear(): void {
    this.#database.exec('DELETE FROM entry WHERE end_json IS NOT NULL');
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

/** A row that was tampered with becomes an error here rather than a surprise on screen. */
function toEntry(row: unknown): HistoryEntry {
  const {
    key,
    session_id: sessionId,
    profile_id: profileId,
    profile_name: profileName,
    environment,
    region,
    target,
    node_name: nodeName,
    document_name: documentName,
    reason,
    owner,
    started_at: startedAt,
    ended_at: endedAt,
    end_json: endJson,
    kind,
    local_address: localAddress,
    remote_address: remoteAddress,
    exit_code: exitCode,
    target_query_json: targetQueryJson,
  } = row as Record<string, string | number | null>;
  const columns = {
    key,
    kind,
    localAddress,
    remoteAddress,
    exitCode,
    sessionId,
    profileId,
    profileName,
    environment,
    region,
    target,
    nodeName,
    documentName,
    reason,
    owner,
    startedAt,
    endedAt,
    targetQuery: typeof targetQueryJson === 'string' ? JSON.parse(targetQueryJson) : null,
    end: typeof endJson === 'string' ? JSON.parse(endJson) : null,
  };
  return historyEntrySchema.parse(
    Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null)),
  );
}
