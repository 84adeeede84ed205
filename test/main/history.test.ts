import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { HistoryStart } from '../../src/main/history/history-store.ts';
import { History } from '../../src/main/history/history.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

function open(path = join(temporaryFolder(), 'history.sqlite')): { history: History; path: string } {
  const history = new History(path, () => 0);
  onTestFinished(() => history.close());
  return { history, path };
}

function entry(key: string, change: Partial<HistoryStart> = {}): HistoryStart {
  return {
    key,
    kind: 'shell',
    profileId: 'p',
    profileName: 'Production',
    environment: 'production',
    region: 'eu-west-1',
    target: 'i-0123',
    nodeName: 'web-1',
    startedAt: 1000,
    ...change,
  };
}

const keysOf = async (
  history: History,
  query: Partial<Parameters<History['list']>[0]> = {},
): Promise<string[]> => (await history.list({ limit: 100, ...query })).map(({ key }) => key);

test('reasons come back by environment, each once, the latest first', async () => {
  const { history } = open();
  history.started(entry('a', { reason: 'INC-1', environment: 'production', startedAt: 1 }));
  history.started(entry('b', { reason: 'INC-2', environment: 'production', startedAt: 2 }));
  history.started(entry('c', { reason: 'INC-1', environment: 'production', startedAt: 3 }));
  history.started(entry('d', { reason: 'a look', environment: 'staging', startedAt: 4 }));
  history.started(entry('e', { environment: 'production', startedAt: 5 }));
  expect(await history.recentReasons('production')).toEqual(['INC-1', 'INC-2']);
  expect(await history.recentReasons('lab')).toEqual([]);
});

test('an entry tells who was where, for what, from when until when and how it ended', async () => {
  const { history } = open();
  history.started(entry('k', { documentName: 'Acme-Shell', reason: 'INC-1' }));
  history.learned('k', { sessionId: 'ops-1' });
  history.learned('k', { owner: 'arn:aws:iam::1:user/ops' });
  history.ended('k', { kind: 'closed', message: 'bye' }, 2000);
  expect(await history.list({ limit: 10 })).toEqual([
    {
      ...entry('k', { documentName: 'Acme-Shell', reason: 'INC-1' }),
      sessionId: 'ops-1',
      owner: 'arn:aws:iam::1:user/ops',
      endedAt: 2000,
      end: { kind: 'closed', message: 'bye' },
    },
  ]);
});

test('the entry of a session that was live when the app was killed says so at the next start', async () => {
  const { history, path } = open();
  history.started(entry('dead'));
  history.learned('dead', { sessionId: 'ops-1' });
  await history.list({ limit: 1 });
  // A second one on the same file, as after a kill: the first was never closed.
  const { history: next } = open(path);
  next.started(entry('alive', { startedAt: 3000 }));
  expect(await next.list({ limit: 10 })).toEqual([
    entry('alive', { startedAt: 3000 }),
    { ...entry('dead'), sessionId: 'ops-1', end: { kind: 'app-stopped' } },
  ]);
});

test('a tunnel tells both its ends, and a command its exit code', async () => {
  const { history } = open();
  history.started(entry('t', { kind: 'tunnel', remoteAddress: 'db.internal:5432', startedAt: 2000 }));
  history.learned('t', { localAddress: '127.0.0.1:49152' });
  history.started(entry('c', { kind: 'command' }));
  history.learned('c', { exitCode: 0 });
  expect(await history.list({ limit: 10 })).toEqual([
    {
      ...entry('t', { kind: 'tunnel', remoteAddress: 'db.internal:5432', startedAt: 2000 }),
      localAddress: '127.0.0.1:49152',
    },
    { ...entry('c', { kind: 'command' }), exitCode: 0 },
  ]);
});

test('what a version without tunnels wrote down was a shell, and is kept', async () => {
  const path = join(temporaryFolder(), 'history.sqlite');
  const old = new DatabaseSync(path);
  old.exec(`CREATE TABLE entry (key TEXT PRIMARY KEY, session_id TEXT, profile_id TEXT NOT NULL,
      profile_name TEXT NOT NULL, environment TEXT NOT NULL, region TEXT NOT NULL, target TEXT NOT NULL,
      node_name TEXT NOT NULL, document_name TEXT, reason TEXT, owner TEXT, started_at REAL NOT NULL,
      ended_at REAL, end_json TEXT) STRICT, WITHOUT ROWID;
    CREATE INDEX entry_open ON entry (key) WHERE end_json IS NULL;
    INSERT INTO entry (key, profile_id, profile_name, environment, region, target, node_name, started_at, ended_at, end_json)
    VALUES ('k', 'p', 'Production', 'production', 'eu-west-1', 'i-0123', 'web-1', 1000, 2000, '{"kind":"timed-out"}');
    PRAGMA user_version = 1`);
  old.close();
  const { history } = open(path);
  expect(await history.list({ limit: 10 })).toEqual([
    { ...entry('k'), endedAt: 2000, end: { kind: 'timed-out' } },
  ]);
});

test('an entry ends once: what comes later does not change it', async () => {
  const { history } = open();
  history.started(entry('k'));
  history.ended('k', { kind: 'ended-by-user' }, 2000);
  history.ended('k', { kind: 'timed-out' }, 3000);
  expect((await history.list({ limit: 1 }))[0]).toMatchObject({
    endedAt: 2000,
    end: { kind: 'ended-by-user' },
  });
});

test('the newest come first, so many at a time, and further back from a time', async () => {
  const { history } = open();
  for (let at = 1; at <= 5; at += 1) history.started(entry(`k${at}`, { startedAt: at }));
  expect(await keysOf(history, { limit: 2 })).toEqual(['k5', 'k4']);
  expect(await keysOf(history, { limit: 2, before: 4 })).toEqual(['k3', 'k2']);
});

test.each([
  ['a part of the node name', 'EB-1', ['web']],
  ['the reason', 'inc-22', ['web']],
  ['the session id', 'ops-0', ['db']],
  ['a percent sign as itself', '%', ['db']],
  ['an underscore as itself', 'a_b', ['db']],
  ['a backslash as itself', String.raw`\x`, ['db']],
  ['an apostrophe as itself', "o'h", ['web']],
  ['nothing that is there', 'nobody', []],
  ['no text at all', '', ['web', 'db']],
])('a search finds %s', async (_name, text, found) => {
  const { history } = open();
  history.started(entry('web', { startedAt: 2000, nodeName: 'web-1', reason: "INC-22 o'hara" }));
  history.started(entry('db', { nodeName: 'db', target: 'i-9', reason: String.raw`100% a_b \x` }));
  history.learned('db', { sessionId: 'ops-0' });
  expect(await keysOf(history, { text })).toEqual(found);
});

test('clearing forgets what has ended and keeps what is live', async () => {
  const { history } = open();
  history.started(entry('live'));
  history.started(entry('ended'));
  history.ended('ended', { kind: 'ended-by-user' }, 1);
  await history.clear();
  expect(await keysOf(history)).toEqual(['live']);
});

test('a damaged file is kept under another name, and history begins anew', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'history.sqlite');
  writeFileSync(path, 'no database '.repeat(1000));
  const { history } = open(path);
  expect((await history.open())?.detail).toContain('history.kept-1970-01-01T00-00-00-000Z.sqlite');
  expect(await keysOf(history)).toEqual([]);
  const kept = join(folder, 'history.kept-1970-01-01T00-00-00-000Z.sqlite');
  expect(readFileSync(kept, 'utf8')).toBe('no database '.repeat(1000));
});

test('a file from a newer version is kept under another name', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'history.sqlite');
  const newer = new DatabaseSync(path);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  const { history } = open(path);
  expect(await keysOf(history)).toEqual([]);
  expect(readdirSync(folder)).toContain('history.kept-1970-01-01T00-00-00-000Z.sqlite');
});

test('a file that another program has locked is not taken for a damaged one', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'history.sqlite');
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  other.exec('CREATE TABLE t (a); BEGIN EXCLUSIVE');
  const { history } = open(path);
  await expect(history.list({ limit: 1 })).rejects.toMatchObject({ data: { code: 'storage-failed' } });
  expect(readdirSync(folder).filter((name) => name.includes('kept'))).toEqual([]);
});

test('where the file cannot be had, sessions are noted nowhere and reading says so', async () => {
  const { history } = open(join(temporaryFolder(), 'no-such-folder', 'history.sqlite'));
  history.started(entry('k'));
  history.ended('k', { kind: 'ended-by-user' }, 1);
  await expect(history.list({ limit: 1 })).rejects.toMatchObject({ data: { code: 'storage-failed' } });
});

test.skipIf(process.platform === 'win32')('the file is readable by its owner alone', async () => {
  const { history, path } = open();
  history.started(entry('k'));
  await history.list({ limit: 1 });
  expect([path, `${path}-wal`].map((name) => statSync(name).mode & 0o777)).toEqual([0o600, 0o600]);
});
