import type { Inventory, ManagedNode, Profile } from '../../shared/models.ts';
import { matchNode, type NodeQuery } from './filter.ts';

export interface FoundNode {
  readonly profile: Profile;
  readonly node: ManagedNode;
  readonly score: number;
  readonly marks: readonly number[];
}

/** The best matches over all profiles, online ones first among equals. */
export function searchNodes(
  profiles: readonly Profile[],
  inventories: Readonly<Record<string, Inventory>>,
  query: NodeQuery,
  limit: number,
): FoundNode[] {
  const found: FoundNode[] = [];
  for (const profile of profiles) {
    for (const node of inventories[profile.id]?.nodes ?? []) {
      const match = matchNode(node, profile.environment, query);
      if (match === undefined) continue;
      found.push({ profile, node, score: match.score + (node.online ? 1 : 0), marks: match.marks });
    }
  }
  return found.sort((a, b) => b.score - a.score).slice(0, limit);
}
