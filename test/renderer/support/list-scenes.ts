import type { Inventory } from '../../../src/shared/inventory.ts';
import type { HistoryEntry, Profile } from '../../../src/shared/models.ts';
import type { Workspace } from '../../../src/shared/workspace.ts';
import { makeFleet } from './fleet.ts';
import {
  denied,
  hour,
  lab,
  labNodes,
  list,
  namesDenied,
  node,
  production,
  productionNodes,
  staging,
  stagingNodes,
  unread,
} from './scene-values.ts';

/** Lists in each state that one can be in. */
export function listStatesScene(): Partial<Workspace> {
  const other = (id: string, name: string, region: string): Profile => ({
    ...staging,
    id,
    name,
    environment: 'development',
    region,
  });
  const data = other('eu', 'Data platform', 'eu-central-1');
  const slow = other('slow', 'Slow', 'eu-north-1');
  const customer = other('new', 'Customer B', 'ap-south-1');
  const sandbox = other('empty', 'Sandbox', 'sa-east-1');
  const old = other('old', 'Two Regions', 'us-west-2');
  const many: Profile = { ...old, moreRegions: ['us-east-2'] };
  return {
    profiles: [production, staging, data, slow, customer, sandbox, many],
    inventories: [
      list(production, productionNodes.slice(0, 2), { gaps: [{ part: 'names', error: namesDenied }] }),
      unread(staging, { kind: 'failed', error: denied }),
      unread(data, { kind: 'loading', found: 0 }),
      list(slow, stagingNodes, {
        state: { kind: 'loading', found: 350, waitsUntil: Date.now() + 600_000 },
      }),
      unread(customer, { kind: 'idle' }),
      list(sandbox, []),
      list(many, stagingNodes, { state: { kind: 'idle' }, fetchedAt: Date.now() - 26 * hour }),
    ],
  };
}

/** Ten thousand nodes of many profiles, some of them favourites, others used lately. */
export function fleetScene(): { workspace: Partial<Workspace>; history: HistoryEntry[] } {
  const fleet = makeFleet(10_000, Date.now());
  return {
    history: fleetHistory(fleet.inventories),
    workspace: {
      profiles: [...fleet.profiles, lab],
      inventories: [...fleet.inventories, list(lab, labNodes)],
      favourites: fleet.inventories.slice(0, 2).flatMap(({ head, nodes }) => {
        const [first] = nodes;
        return first === undefined ? [] : [{ profileId: head.profileId, target: first.id }];
      }),
    },
  };
}

/** The latest shells, for the recent nodes. */
const fleetHistory = (inventories: readonly Inventory[]): HistoryEntry[] =>
  inventories.slice(3, 6).flatMap(({ head, nodes }) => {
    const [, second] = nodes;
    return second === undefined
      ? []
      : [
          {
            key: second.id,
            kind: 'shell',
            profileId: head.profileId,
            profileName: head.profileId,
            environment: 'other',
            region: head.region ?? '',
            target: second.id,
            nodeName: second.name,
            startedAt: Date.now() - hour,
            endedAt: Date.now(),
          },
        ];
  });

/** One list of ten thousand nodes, the first one with a name that has no end. */
export const manyNodesScene = (): Partial<Workspace> => ({
  inventories: [
    list(production, [
      node('i-0long', longName),
      ...Array.from({ length: 10_000 }, (_none, at) =>
        node(`i-${(0xabc00000000 + at * 7919).toString(16).padStart(17, '0')}`, `web-${at + 1}`, {
          online: at % 9 !== 4,
          lastPingAt: Date.now() - (at % 50) * hour,
        }),
      ),
    ]),
    list(staging, stagingNodes),
  ],
});

export const longName = 'reporting-warehouse-ingest-worker-eu-west-1a-blue-generation-2026-09-canary-01x80';
