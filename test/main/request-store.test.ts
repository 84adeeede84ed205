import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type KeptRequest, RequestStore } from '../../src/main/approvals/request-store.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const request: KeptRequest = {
  requestId: 'oi-0123456789ab',
  profileId: 'p',
  region: 'eu-west-1',
  target: 'i-1',
  reason: 'disk full',
  askedAt: 7,
};
const other: KeptRequest = { ...request, requestId: 'oi-0123456789ac', target: 'i-2' };

const storeIn = (folder: string) => new RequestStore(join(folder, 'access-requests.json'), 0);

test('a request without a decision is there at the next start, and one with a decision is not', async () => {
  const folder = temporaryFolder();
  const store = storeIn(folder);
  store.save(request);
  store.save(other);
  store.remove(request.requestId);
  store.remove('oi-ffffffffffff');
  await store.settled();
  expect(storeIn(folder).list()).toEqual([other]);
  expect(JSON.parse(readFileSync(join(folder, 'access-requests.json'), 'utf8'))).toEqual({
    version: 1,
    requests: [other],
  });
});

test('a node has one request: the latest', async () => {
  const store = storeIn(temporaryFolder());
  const again = { ...request, requestId: 'oi-0123456789ad' };
  store.save(request);
  store.save(again);
  expect(store.list()).toEqual([again]);
  await store.settled();
});

test('a request of the week before last is not looked for any more', async () => {
  const folder = temporaryFolder();
  const store = storeIn(folder);
  store.save(request);
  await store.settled();
  const later = new RequestStore(join(folder, 'access-requests.json'), 14 * 24 * 3_600_000);
  expect(later.list()).toEqual([]);
});

test('a file that makes no sense is set aside and told, and new requests are kept', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'access-requests.json'), '{"version":1,"requests":[{"requestId":"../x"}]}');
  const store = storeIn(folder);
  expect([store.problem !== undefined, store.list()]).toEqual([true, []]);
  store.save(request);
  await store.settled();
  expect(storeIn(folder).list()).toEqual([request]);
});

test('the oldest are forgotten beyond two hundred', async () => {
  const store = storeIn(temporaryFolder());
  for (let number = 0; number < 205; number += 1)
    store.save({ ...request, target: `i-${number}`, askedAt: number });
  expect([store.list().length, store.list()[0]?.askedAt]).toEqual([200, 5]);
  await store.settled();
});
