import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Profile, ProfileInput } from '../../src/shared/models.ts';
import { ProfileStore } from '../../src/main/profiles/profile-store.ts';
import { type KeyStore, SecretStore } from '../../src/main/secrets/secret-store.ts';
import { mirrorKeyStore } from './support/key-store.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const staging: ProfileInput = {
  name: 'Staging',
  environment: 'staging',
  credentials: { kind: 'shared-profile', profileName: 'acme' },
  region: 'eu-west-1',
};

function open(path: string, keyStore: KeyStore = mirrorKeyStore) {
  const told: Profile[][] = [];
  const secrets = new SecretStore(join(dirname(path), 'secrets.json'), 0, keyStore);
  const store = new ProfileStore(path, 0, secrets, (profiles) => told.push(profiles));
  return { store, told };
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

test('a file of the first version is read, with what it said of endpoint and retries', async () => {
  const path = newPath();
  const old = {
    id: 'x',
    ...staging,
    endpoint: 'https://vpce.example',
    maxAttempts: 5,
    retryMode: 'adaptive',
  };
  const plain = { id: 'y', ...staging };
  writeFileSync(path, JSON.stringify({ version: 1, profiles: [old, plain] }));
  const { store } = open(path);
  const network = { endpoints: { ssm: 'https://vpce.example' }, maxAttempts: 5, retryMode: 'adaptive' };
  expect(store.list().slice(1)).toEqual([
    { id: 'x', ...staging, network, builtIn: false },
    { id: 'y', ...staging, builtIn: false },
  ]);
  expect(store.problem).toBeUndefined();
  await store.save('y', staging);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ version: 3 });
});

describe('the password of a proxy', () => {
  const proxied = (url: string): ProfileInput => ({
    ...staging,
    network: { proxy: { kind: 'url', url, username: 'ann' } },
  });
  const proxy = 'http://proxy.example:3128';

  test('is kept encrypted, survives a restart, and is known to the page only to be there', async () => {
    const path = newPath();
    const { store, told } = open(path);
    const { id } = await store.save(undefined, proxied(proxy), 'canary-password');
    expect(open(path).store.proxyPassword(id)).toBe('canary-password');
    expect(store.list().at(-1)).toMatchObject({ hasProxyPassword: true });
    const folder = dirname(path);
    const onDisk = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect([JSON.stringify(told), ...onDisk].join()).not.toContain('canary-password');
  });

  test('stays while the profile is edited, and goes when it is taken away', async () => {
    const { store } = open(newPath());
    const { id } = await store.save(undefined, proxied(proxy), 'secret');
    await store.save(id, { ...proxied(proxy), name: 'Renamed' });
    expect(store.proxyPassword(id)).toBe('secret');
    const saved = await store.save(id, proxied(proxy), '');
    expect([store.proxyPassword(id), saved.hasProxyPassword]).toEqual([undefined, undefined]);
  });

  test.each([
    ['another proxy', proxied('http://elsewhere.example:3128')],
    ['no proxy', staging],
  ])('is not sent to %s', async (_name, changed) => {
    const { store } = open(newPath());
    const { id } = await store.save(undefined, proxied(proxy), 'secret');
    await store.save(id, changed);
    expect(store.proxyPassword(id)).toBeUndefined();
  });

  test('goes with the profile', async () => {
    const path = newPath();
    const { store } = open(path);
    const { id } = await store.save(undefined, proxied(proxy), 'secret');
    await store.remove(id);
    expect(JSON.parse(readFileSync(join(dirname(path), 'secrets.json'), 'utf8'))).toEqual({
      version: 1,
      secrets: {},
    });
  });

  test('is refused, and nothing is saved, where the system has no real key store', async () => {
    const path = newPath();
    const { store } = open(path, { ...mirrorKeyStore, isReal: () => false });
    await expect(store.save(undefined, proxied(proxy), 'canary-password')).rejects.toMatchObject({
      data: { code: 'storage-failed', message: expect.stringContaining('key store') as string },
    });
    expect(readdirSync(dirname(path))).toEqual([]);
    await expect(store.save(undefined, proxied(proxy))).resolves.toBeDefined();
  });

  test('that the key store does not give back is said', async () => {
    const path = newPath();
    const { id } = await open(path).store.save(undefined, proxied(proxy), 'secret');
    const locked: KeyStore = {
      ...mirrorKeyStore,
      decrypt: () => {
        throw new Error('locked');
      },
    };
    expect(() => open(path, locked).store.proxyPassword(id)).toThrow('key store');
  });
});
