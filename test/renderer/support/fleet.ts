import type { Inventory, ManagedNode } from '../../../src/shared/inventory.ts';
import type { Environment, Profile } from '../../../src/shared/models.ts';
import { placesOf } from '../../../src/shared/places.ts';

const roles = ['web', 'api', 'worker', 'cache', 'queue', 'search', 'db', 'proxy'];
const teams = ['storefront', 'payments', 'platform', 'data', 'identity'];
const environments: Environment[] = ['production', 'staging', 'development', 'other'];
const regions = ['eu-west-1', 'us-east-1', 'ap-south-1'];
const systems: [ManagedNode['platform'], string][] = [
  ['linux', 'Amazon Linux 2023'],
  ['linux', 'Debian GNU/Linux 12'],
  ['windows', 'Microsoft Windows Server 2022'],
  ['macos', 'macOS 15.4'],
];

const profiles: Profile[] = environments.map((environment, at) => ({
  id: `fleet-${environment}`,
  builtIn: false,
  name: `Acme ${environment}`,
  environment,
  credentials: { kind: 'default-chain' },
  region: regions[at % regions.length] ?? 'eu-west-1',
  moreRegions: regions,
}));

/** Four profiles in three Regions each, the nodes spread over the twelve lists: the same for the same number. */
export function makeFleet(count: number, now: number): { profiles: Profile[]; inventories: Inventory[] } {
  const lists = profiles.flatMap((profile) =>
    placesOf(profile).map((place) => ({ profile, place, nodes: [] as ManagedNode[] })),
  );
  for (let at = 0; at < count; at += 1) {
    const list = lists[at % lists.length];
    if (list !== undefined) list.nodes.push(fleetNode(at, list.profile.environment, now));
  }
  const inventories = lists.map(
    ({ profile, place, nodes }): Inventory => ({
      head: {
        id: place.id,
        profileId: profile.id,
        ...(place.region === undefined ? {} : { region: place.region }),
        accountId: profile.environment === 'production' ? '111122223333' : '444455556666',
        nodeCount: nodes.length,
        fetchedAt: now - 180_000,
        state: { kind: 'ready' },
      },
      nodes,
    }),
  );
  return { profiles, inventories };
}

function fleetNode(at: number, environment: Environment, now: number): ManagedNode {
  const of = <T>(list: readonly T[], step: number): T => list[Math.floor(at / step) % list.length] as T;
  const [role, team, [platform, platformName]] = [of(roles, 1), of(teams, 8), of(systems, 5)];
  const online = at % 9 !== 4;
  const isHybrid = at % 11 === 0;
  const digits = ((at + 1) * 7919 + 0xabc00000000).toString(16).padStart(17, '0');
  return {
    id: `${isHybrid ? 'mi' : 'i'}-${digits}`,
    name: `${team}-${role}-${at + 1}`,
    hostName: `ip-10-${at % 200}-${at % 250}-${at % 240}`,
    platform,
    platformName,
    online,
    lastPingAt: now - (online ? 40_000 : (1 + (at % 50)) * 3_600_000),
    agentVersion: at % 7 === 0 ? '3.1.1446.0' : '3.3.1142.0',
    ipAddress: `10.${at % 200}.${at % 250}.${at % 240}`,
    ...(isHybrid
      ? {}
      : {
          tags: [
            ['Name', `${team}-${role}-${at + 1}`],
            ['Role', role],
            ['Team', team],
            ['Environment', environment],
          ],
          instanceState: online || at % 2 === 0 ? 'running' : 'stopped',
        }),
  };
}
