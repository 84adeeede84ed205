import { chmodSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseSync, DatabaseSyncInstance } from '@photostructure/sqlite';

/**
 * `migrations[n]` brings a file from version n to n + 1; the version is SQLite's own `user_version`, 0 in a new file.
 * A change of shape is a new line at the end; lines that have shipped stay as they are.
 */
const migrations: readonly string[] = [
  `CREATE TABLE entry (
     key           TEXT PRIMARY KEY,
     session_id    TEXT,
     profile_id    TEXT NOT NULL,
     profile_name  TEXT NOT NULL,
     environment   TEXT NOT NULL,
     region        TEXT NOT NULL,
     target        TEXT NOT NULL,
     node_name     TEXT NOT NULL,
     document_name TEXT,
     reason        TEXT,
     owner         TEXT,
     started_at    REAL NOT NULL,
     ended_at      REAL,
     -- JSON of SessionEnd; NULL while the session is live.
     end_json      TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX entry_by_start ON entry (started_at DESC);
   CREATE INDEX entry_open ON entry (key) WHERE end_json IS NULL;`,
  // What came before were shells. A session that the app was killed over is asked after at the service once: settled then.
  `ALTER TABLE entry ADD COLUMN kind TEXT NOT NULL DEFAULT 'shell';
   ALTER TABLE entry ADD COLUMN local_address TEXT;
   ALTER TABLE entry ADD COLUMN remote_address TEXT;
   ALTER TABLE entry ADD COLUMN exit_code INTEGER;
   ALTER TABLE entry ADD COLUMN is_settled INTEGER NOT NULL DEFAULT 0;`,
  // JSON of TargetQuery, where one picked the node.
  'ALTER TABLE entry ADD COLUMN target_query_json TEXT;',
];

export interface OpenedDatabase {
  database: DatabaseSyncInstance;
  /** Name of the copy of a file that was damaged or from a newer version; a new file took its place. */
  keptAs?: string;
}

/**
 * Opens the history file, making or migrating it. A file that SQLite cannot read, or that a newer version wrote, is
 * set aside. Throws where not even a new file can be made.
 *
 * @param now epoch milliseconds, for the name of a file set aside
 */
export function openHistoryDatabase(
  Database: typeof DatabaseSync,
  path: string,
  now: number,
): OpenedDatabase {
  try {
    return { database: openAndMigrate(Database, path) };
  } catch (error) {
    if (!isSenseless(error)) throw error;
    const keptAs = `history.kept-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}.sqlite`;
    renameSync(path, path.replace(/[^/\\]*$/, keptAs));
    // They belong to the file that has just left.
    for (const companion of ['-wal', '-shm']) rmSync(`${path}${companion}`, { force: true });
    return { database: openAndMigrate(Database, path), keptAs };
  }
}

class NewerVersionError extends Error {}

/** SQLite's result codes for a file that is damaged, or is no database. A locked or forbidden one is neither. */
const senselessCodes = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

function isSenseless(error: unknown): boolean {
  if (error instanceof NewerVersionError) return true;
  return (
    error instanceof Error && 'sqliteCodeName' in error && senselessCodes.has(String(error.sqliteCodeName))
  );
}

function openAndMigrate(Database: typeof DatabaseSync, path: string): DatabaseSyncInstance {
  const database = new Database(path);
  try {
    // With WAL and normal, a killed app loses nothing; a power cut may lose the last moment, never the file.
    // As private as the other files; its companions take over its mode.
    if (process.platform !== 'win32') chmodSync(path, 0o600);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: DatabaseSyncInstance): void {
  const { user_version: found } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (found > migrations.length) throw new NewerVersionError();
  for (let version = found; version < migrations.length; version += 1) {
    database.exec(`BEGIN; ${migrations[version]} PRAGMA user_version = ${version + 1}; COMMIT`);
  }
}
