import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FavouriteStore } from '../../src/main/favourites/favourite-store.ts';
import type { Favourite } from '../../src/shared/favourites.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const web: Favourite = { profileId: 'p', target: 'i-1' };
const db: Favourite = { profileId: 'q', target: 'i-2' };

function storeIn(folder: string): { store: FavouriteStore; told: Favourite[][] } {
  const told: Favourite[][] = [];
  const store = new FavouriteStore(join(folder, 'favourites.json'), 0, (favourites) => told.push(favourites));
  return { store, told };
}

test('a star is kept, told, and there at the next start', async () => {
  const folder = temporaryFolder();
  const { store, told } = storeIn(folder);
  await store.save(web, true);
  await store.save(db, true);
  await store.save(web, true);
  expect(told).toEqual([[web], [web, db], [db, web]]);
  expect(storeIn(folder).store.list()).toEqual([db, web]);
});

test('a star that is taken away is gone, and one that was not there changes nothing', async () => {
  const { store } = storeIn(temporaryFolder());
  await store.save(web, true);
  await store.save(db, false);
  await store.save(web, false);
  expect(store.list()).toEqual([]);
});

test('the favourites of a profile go with it', async () => {
  const { store, told } = storeIn(temporaryFolder());
  await store.save(web, true);
  await store.save(db, true);
  await store.forget('p');
  expect(store.list()).toEqual([db]);
  await store.forget('p');
  expect(told.length).toBe(3);
});

test('the file holds node and profile, and nothing else', async () => {
  const folder = temporaryFolder();
  const { store } = storeIn(folder);
  await store.save(web, true);
  expect(JSON.parse(readFileSync(join(folder, 'favourites.json'), 'utf8'))).toEqual({
    version: 1,
    favourites: [web],
  });
});
