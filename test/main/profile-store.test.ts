import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Profile, ProfileInput } from '../../src/shared/models.ts';
import { ProfileStore } from '../../src/main/profiles/profile-store.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const staging: ProfileInput = {
  name: 'Staging',
  environment: 'staging',
  credentials: { kind: 'shared-profile', profileName: 'acme' },
  region: 'eu-west-1',
};

function open(path: string): { store: ProfileStore; told: Profile[][] } {
  const told: Profile[][] = [];
  return { store: new ProfileStore(path, 0, (profiles) => told.push(profiles)), told };
}

const newPath = (): string => join(temporaryFolder(), 'profiles.json');

test('at the first start there is the local lab and nothing else', () => {
  expect(open(newPath()).store.list()).toEqual([
    { id: 'local-lab', name: 'Local lab', environment: 'lab', credentials: { kind: 'lab' }, builtIn: true },
  ]);
});

test('a saved profile is there after a restart, and was told to the page', async () => {
  const path = newPath();
  const { store, told } = open(path);
  const saved = await store.save(undefined, staging);
  expect(saved).toEqual({ ...staging, id: saved.id, builtIn: false });
  expect(told).toEqual([store.list()]);
  expect(open(path).store.list()).toEqual(store.list());
});

test('saving with an id replaces that profile and keeps the order', async () => {
  const { store } = open(newPath());
  const first = await store.save(undefined, staging);
  await store.save(undefined, { ...staging, name: 'Other' });
  await store.save(first.id, { ...staging, name: 'Renamed' });
  expect(store.list().map(({ name }) => name)).toEqual(['Local lab', 'Renamed', 'Other']);
});

test('changes asked for together are all kept', async () => {
  const path = newPath();
  const { store } = open(path);
  await Promise.all(['a', 'b', 'c'].map((name) => store.save(undefined, { ...staging, name })));
  expect(
    open(path)
      .store.list()
      .map(({ name }) => name),
  ).toEqual(['Local lab', 'a', 'b', 'c']);
});

test('a removed profile is gone after a restart', async () => {
  const path = newPath();
  const { store } = open(path);
  const { id } = await store.save(undefined, staging);
  await store.remove(id);
  expect(
    open(path)
      .store.list()
      .map((profile) => profile.id),
  ).toEqual(['local-lab']);
});

test('the built-in profile can be edited, but not removed and not led away from the lab', async () => {
  const { store } = open(newPath());
  await expect(store.remove('local-lab')).rejects.toMatchObject({ data: { code: 'bad-request' } });
  await expect(store.save('local-lab', staging)).rejects.toMatchObject({ data: { code: 'bad-request' } });
  const lab: ProfileInput = {
    name: 'My lab',
    environment: 'lab',
    credentials: { kind: 'lab' },
    reason: 'practice',
  };
  await store.save('local-lab', lab);
  expect(store.list()).toEqual([{ ...lab, id: 'local-lab', builtIn: true }]);
});

test.each(['save', 'remove'] as const)('to %s a profile that is not there says so', async (action) => {
  const { store } = open(newPath());
  const asked = action === 'save' ? store.save('nobody', staging) : store.remove('nobody');
  await expect(asked).rejects.toMatchObject({ data: { code: 'not-found' } });
});

test('a damaged file is kept beside the new one, and the problem names it', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'profiles.json');
  writeFileSync(path, '{"version":1,"profiles":[{"id":"x"');
  const { store } = open(path);
  const keptAs = 'profiles.kept-1970-01-01T00-00-00-000Z.json';
  expect(store.problem).toEqual({
    message: 'The saved profiles could not be read: the file is not JSON.',
    detail: expect.stringContaining(keptAs) as string,
  });
  await store.save(undefined, staging);
  expect(readdirSync(folder).toSorted()).toEqual(['profiles.json', keptAs].toSorted());
  expect(readFileSync(join(folder, keptAs), 'utf8')).toBe('{"version":1,"profiles":[{"id":"x"');
});

test('a change that cannot be written does not happen', async () => {
  const path = newPath();
  const { store, told } = open(path);
  mkdirSync(`${path}.new`);
  await expect(store.save(undefined, staging)).rejects.toMatchObject({ data: { code: 'storage-failed' } });
  expect(store.list().map(({ id }) => id)).toEqual(['local-lab']);
  expect(told).toEqual([]);
});
