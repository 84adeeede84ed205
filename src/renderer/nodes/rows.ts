import type { Inventory, ManagedNode, Profile } from '../../shared/models.ts';
import { isEmptyQuery, type Match, matchNode, type NodeQuery } from './filter.ts';

/** The node list as one flat sequence, which is what a virtual list draws and the arrow keys walk. */
export type Row =
  | {
      readonly kind: 'group';
      readonly id: string;
      readonly profile: Profile;
      readonly inventory: Inventory;
      readonly folded: boolean;
      /** Nodes that fit the filter, of how many. */
      readonly shown: number;
      readonly total: number;
    }
  | {
      readonly kind: 'node';
      readonly id: string;
      readonly profile: Profile;
      readonly node: ManagedNode;
      readonly marks: Match['marks'];
    }
  /** What stands in a group that has no nodes to show, or whose last refresh failed. */
  | {
      readonly kind: 'note';
      readonly id: string;
      readonly profile: Profile;
      readonly inventory: Inventory;
      readonly note: 'loading' | 'failed' | 'empty' | 'never-loaded';
    };

export type NodeRow = Extract<Row, { kind: 'node' }>;

export const groupRowId = (profileId: string): string => `group ${profileId}`;
export const nodeRowId = (profileId: string, nodeId: string): string => `node ${profileId} ${nodeId}`;

/** A DOM id has no spaces. */
export const elementId = (rowId: string): string => rowId.replaceAll(' ', '·');

const never = (profileId: string): Inventory => ({ profileId, nodes: [], state: { kind: 'idle' } });

export function listRows(
  profiles: readonly Profile[],
  inventories: Readonly<Record<string, Inventory>>,
  query: NodeQuery,
  folded: readonly string[],
): readonly Row[] {
  const filtered = !isEmptyQuery(query);
  return profiles.flatMap((profile) => {
    const inventory = inventories[profile.id] ?? never(profile.id);
    const nodes = fittingNodes(profile, inventory, query);
    if (filtered && nodes.length === 0) return [];
    // A filter looks into folded groups as well: what was asked for must not be hidden.
    const isFolded = !filtered && folded.includes(profile.id);
    const group: Row = {
      kind: 'group',
      id: groupRowId(profile.id),
      profile,
      inventory,
      folded: isFolded,
      shown: nodes.length,
      total: inventory.nodes.length,
    };
    if (isFolded) return [group];
    const note = noteFor(inventory);
    return note === undefined || filtered
      ? [group, ...nodes]
      : [group, { kind: 'note', id: `note ${profile.id}`, profile, inventory, note } satisfies Row, ...nodes];
  });
}

function fittingNodes(profile: Profile, inventory: Inventory, query: NodeQuery): NodeRow[] {
  const fitting: { row: NodeRow; score: number }[] = [];
  for (const node of inventory.nodes) {
    const match = matchNode(node, profile.environment, query);
    if (match === undefined) continue;
    const id = nodeRowId(profile.id, node.id);
    fitting.push({ row: { kind: 'node', id, profile, node, marks: match.marks }, score: match.score });
  }
  // The sort is stable: with no filter all scores are equal and the service's order stays.
  return fitting.sort((a, b) => b.score - a.score).map(({ row }) => row);
}

function noteFor({ nodes, state, fetchedAt }: Inventory): Extract<Row, { kind: 'note' }>['note'] | undefined {
  if (state.kind === 'failed') return 'failed';
  if (nodes.length > 0) return undefined;
  if (state.kind === 'loading') return 'loading';
  return state.kind === 'idle' && fetchedAt === undefined ? 'never-loaded' : 'empty';
}

/** The row an arrow key leads to; notes are not stopped at. */
export function stepRow(rows: readonly Row[], current: string | undefined, by: number): Row | undefined {
  const stops = rows.filter(({ kind }) => kind !== 'note');
  const at = stops.findIndex(({ id }) => id === current);
  if (at === -1) return by > 0 ? stops[0] : stops.at(-1);
  return stops[Math.max(0, Math.min(stops.length - 1, at + by))];
}

/** Where Enter leads from the filter box when no row has been chosen: the best match. */
export const firstNode = (rows: readonly Row[]): NodeRow | undefined =>
  rows.find((row) => row.kind === 'node');
