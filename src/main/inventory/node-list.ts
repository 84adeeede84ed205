import type { InstanceFacts } from '../../aws/instances.ts';
import type { ManagedNode } from '../../shared/inventory.ts';

/** What EC2 tells of a node. */
type Facts = Pick<InstanceFacts, 'tags' | 'state' | 'launchedAt' | 'privateIp'>;

/**
 * The nodes of one place while they are read anew: what was known stays until the whole list has been read, and what EC2 said
 * of a node stays until it says something else, so that no row changes its name for a moment.
 */
export class NodeList {
  readonly #nodes = new Map<string, ManagedNode>();
  readonly #seen = new Set<string>();

  get size(): number {
    return this.#nodes.size;
  }

  get(id: string): ManagedNode | undefined {
    return this.#nodes.get(id);
  }

  values(): Iterable<ManagedNode> {
    return this.#nodes.values();
  }

  /** Nodes as they were kept on disk; answers those that were not known. */
  restore(nodes: readonly ManagedNode[]): ManagedNode[] {
    const added = nodes.filter(({ id }) => !this.#nodes.has(id));
    for (const node of added) this.#nodes.set(node.id, node);
    return added;
  }

  /** The list is read from its beginning. */
  begin(): void {
    this.#seen.clear();
  }

  /** A page of Systems Manager's list; answers what is new or different in it. */
  add(page: readonly ManagedNode[]): ManagedNode[] {
    const changed: ManagedNode[] = [];
    for (const found of page) {
      this.#seen.add(found.id);
      const known = this.#nodes.get(found.id);
      // What a container is comes with it; what a node is comes later, from elsewhere.
      const isComplete = found.container !== undefined;
      const node = isComplete || known?.tags === undefined ? found : joined(found, factsIn(known));
      if (this.#put(node)) changed.push(node);
    }
    return changed;
  }

  /** What EC2 or the tagging API says; answers the nodes that it changes. */
  describe(facts: readonly InstanceFacts[]): ManagedNode[] {
    const changed: ManagedNode[] = [];
    for (const fact of facts) {
      const known = this.#nodes.get(fact.id);
      if (known === undefined) continue;
      const node = joined(known, fact);
      if (this.#put(node)) changed.push(node);
    }
    return changed;
  }

  /** A part of the list has been read as a whole; answers the ids of those of it that were not in it any more. */
  finish(isOfPart: (node: ManagedNode) => boolean): string[] {
    const gone = [...this.#nodes.values()].flatMap((node) =>
      !this.#seen.has(node.id) && isOfPart(node) ? [node.id] : [],
    );
    for (const id of gone) this.#nodes.delete(id);
    return gone;
  }

  /** Answers the ids of those that went. */
  remove(isOfPart: (node: ManagedNode) => boolean): string[] {
    const gone = [...this.#nodes.values()].filter(isOfPart).map(({ id }) => id);
    for (const id of gone) this.#nodes.delete(id);
    return gone;
  }

  /** How many of the list have been seen since it began. */
  get found(): number {
    return this.#seen.size;
  }

  #put(node: ManagedNode): boolean {
    const known = this.#nodes.get(node.id);
    this.#nodes.set(node.id, node);
    return known === undefined || !isSame(known, node);
  }
}

/** A node with what EC2 knows of it. The tag `Name` is what people call it. */
export function joined(node: ManagedNode, { tags, state, launchedAt, privateIp }: Facts): ManagedNode {
  const { id, platform, platformName, online, lastPingAt, agentVersion, hostName = node.name } = node;
  const named = tags.find(([key, value]) => key === 'Name' && value.trim() !== '')?.[1];
  return {
    id,
    name: named ?? hostName,
    ...(named === undefined || named === hostName ? {} : { hostName }),
    platform,
    platformName,
    online,
    ...(lastPingAt === undefined ? {} : { lastPingAt }),
    agentVersion,
    ipAddress: node.ipAddress === '' ? (privateIp ?? '') : node.ipAddress,
    tags,
    ...(state === undefined ? {} : { instanceState: state }),
    ...(launchedAt === undefined ? {} : { launchedAt }),
  };
}

const factsIn = ({ tags = [], instanceState, launchedAt }: ManagedNode): Facts => ({
  tags,
  ...(instanceState === undefined ? {} : { state: instanceState }),
  ...(launchedAt === undefined ? {} : { launchedAt }),
});

const comparedFields = [
  'name',
  'hostName',
  'platform',
  'platformName',
  'online',
  'agentVersion',
  'ipAddress',
  'instanceState',
  'launchedAt',
] as const satisfies (keyof ManagedNode)[];

function isSame(a: ManagedNode, b: ManagedNode): boolean {
  return (
    comparedFields.every((field) => a[field] === b[field]) &&
    // One that is online pings every few minutes, which is no news.
    (a.online || a.lastPingAt === b.lastPingAt) &&
    // That a node has none shows nothing new.
    JSON.stringify(a.tags ?? []) === JSON.stringify(b.tags ?? []) &&
    JSON.stringify(a.container) === JSON.stringify(b.container)
  );
}
