import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TunnelStore } from '../../src/main/tunnels/tunnel-store.ts';
import type { Tunnel } from '../../src/shared/tunnels.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const old: Tunnel = {
  id: 't',
  name: 'orders',
  profileId: 'p',
  target: 'i-1',
  destination: { kind: 'node-port', port: 5432 },
  local: { host: '127.0.0.1', port: 0 },
};

test('tunnels of the first version are read, and one to a query is kept beside them', async () => {
  const path = join(temporaryFolder(), 'tunnels.json');
  writeFileSync(path, JSON.stringify({ version: 1, tunnels: [old] }));
  const store = new TunnelStore(path, 0, () => {});
  expect([store.problem, store.list()]).toEqual([undefined, [old]]);
  const { target: _node, id: _id, ...rest } = old;
  await store.save(undefined, { ...rest, targetQuery: { kind: 'name', pattern: 'db-*' } });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    version: 2,
    tunnels: [old, { targetQuery: { kind: 'name', pattern: 'db-*' } }],
  });
  expect(new TunnelStore(path, 0, () => {}).list()).toHaveLength(2);
});
