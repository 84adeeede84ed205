import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../src/shared/errors.ts';
import { writeFileAtomically } from '../../src/main/storage/atomic-file.ts';
import { type FileFormat, VersionedFile } from '../../src/main/storage/versioned-file.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const format: FileFormat<{ version: 3; names: string[] }> = {
  holds: 'names',
  version: 3,
  schema: z.strictObject({ version: z.literal(3), names: z.array(z.string()) }),
  migrations: {
    1: (old) => ({ version: 2, names: [(old as { name: string }).name] }),
    2: (old) => ({ version: 3, names: (old as { names: string[] }).names.map((name) => name.toUpperCase()) }),
  },
};
const now = Date.UTC(2025, 0, 2, 3, 4, 5);

function fileWith(text: string): {
  file: VersionedFile<{ version: 3; names: string[] }>;
  path: string;
  folder: string;
} {
  const folder = temporaryFolder();
  const path = join(folder, 'names.json');
  writeFileSync(path, text);
  return { file: new VersionedFile(path, format), path, folder };
}

test('a file that is not there is missing, and can be written', async () => {
  const path = join(temporaryFolder(), 'names.json');
  const file = new VersionedFile(path, format);
  expect(file.load(now)).toEqual({ kind: 'missing' });
  await file.save({ version: 3, names: ['a'] });
  expect(new VersionedFile(path, format).load(now)).toEqual({
    kind: 'loaded',
    value: { version: 3, names: ['a'] },
  });
});

test('an old version passes through every migration to the current one', () => {
  const { file } = fileWith('{"version":1,"name":"ada"}');
  expect(file.load(now)).toEqual({ kind: 'loaded', value: { version: 3, names: ['ADA'] } });
});

test.each([
  ['half of a file', '{"version":3,"nam', 'not JSON'],
  ['an empty file', '', 'not JSON'],
  ['another shape', '{"version":3,"names":[1]}', 'of an unexpected shape'],
  ['a field nobody knows', '{"version":3,"names":[],"more":1}', 'of an unexpected shape'],
  ['no version', '{"names":[]}', 'of an unexpected shape'],
  ['a version that never was', '{"version":0}', 'of an unexpected shape'],
  ['an old version that its migration cannot read', '{"version":2}', 'of an unexpected shape'],
  ['a newer version', '{"version":4,"names":[]}', 'from a newer version'],
])('%s is set aside whole, and a new file can take its place', async (_name, text, why) => {
  const { file, path, folder } = fileWith(text);
  const keptAs = 'names.kept-2025-01-02T03-04-05-000Z.json';
  expect(file.load(now)).toEqual({ kind: 'set-aside', keptAs, why });
  expect(readFileSync(join(folder, keptAs), 'utf8')).toBe(text);
  await file.save({ version: 3, names: [] });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ version: 3, names: [] });
});

test('what cannot be read is not overwritten', async () => {
  const path = join(temporaryFolder(), 'names.json');
  mkdirSync(path);
  const file = new VersionedFile(path, format);
  expect(file.load(now)).toEqual({ kind: 'unreadable', systemCode: 'EISDIR' });
  await expect(file.save({ version: 3, names: [] })).rejects.toMatchObject({
    data: { code: 'storage-failed' },
  });
  expect(statSync(path).isDirectory()).toBe(true);
});

test('writes asked for together end with the last one, and every one of them resolves', async () => {
  const { file, path } = fileWith('{"version":3,"names":[]}');
  const writes = Array.from({ length: 20 }, (_, index) => file.save({ version: 3, names: [String(index)] }));
  await Promise.all(writes);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ version: 3, names: ['19'] });
});

test('a write that fails says so, leaves the old file and no other, and does not block the next', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'names.json');
  const file = new VersionedFile(path, format);
  await file.save({ version: 3, names: ['old'] });
  // In the place of the temporary file: it cannot be opened for writing, whoever runs the test.
  mkdirSync(`${path}.new`);
  await expect(file.save({ version: 3, names: ['new'] })).rejects.toBeInstanceOf(AppError);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ version: 3, names: ['old'] });
});

test.skipIf(process.platform === 'win32')(
  'a written file is readable by its owner alone, also when the old one was not',
  async () => {
    const path = join(temporaryFolder(), 'names.json');
    writeFileSync(path, 'old');
    chmodSync(path, 0o644);
    await writeFileAtomically(path, 'new');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(existsSync(`${path}.new`)).toBe(false);
  },
);

test('an atomic write leaves no second file behind', async () => {
  const folder = temporaryFolder();
  await writeFileAtomically(join(folder, 'a'), 'text');
  expect(readdirSync(folder)).toEqual(['a']);
});
