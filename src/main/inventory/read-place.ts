import type { ControlPlane, NodePage } from '../../aws/control-plane.ts';
import type { InstanceFacts } from '../../aws/instances.ts';
import type { ManagedNode } from '../../shared/inventory.ts';
import { type SlowDownOptions, withSlowDown } from './slow-down.ts';

/** As many as fit one call to EC2. */
const namesAtOnce = 100;

export interface PlaceReader {
  /** A page of Systems Manager's list, as it arrives. */
  onPage(nodes: ManagedNode[]): void;
  /** The list is complete; names and tags may still come. */
  onListed(): void;
  onFacts(facts: InstanceFacts[]): void;
  /** False once nobody wants the list any more: what is under way is given up. */
  isWanted(): boolean;
  slowDown: SlowDownOptions;
}

/**
 * Reads one list: Systems Manager's pages one after the other, and beside them EC2's names and tags of what has come so far.
 * Rejects where the list cannot be read; answers why names and tags could not, if that was so.
 */
export async function readPlace(
  controlPlane: Pick<ControlPlane, 'listNodes' | 'describeInstances'>,
  reader: PlaceReader,
): Promise<unknown> {
  const { onPage, onListed, onFacts, isWanted, slowDown } = reader;
  const unnamed: string[] = [];
  let isListed = false;
  let wakeNames = (): void => {};

  const readNames = async (): Promise<unknown> => {
    while (isWanted()) {
      if (unnamed.length === 0) {
        if (isListed) return undefined;
        await new Promise<void>((resolve) => (wakeNames = resolve));
        continue;
      }
      const ids = unnamed.splice(0, namesAtOnce);
      try {
        onFacts(await withSlowDown(() => controlPlane.describeInstances(ids), slowDown));
      } catch (error) {
        return error;
      }
    }
    return undefined;
  };
  const naming = readNames();

  const more = (): void => {
    wakeNames();
    wakeNames = () => {};
  };
  try {
    let next: NodePage = { nodes: [], nextToken: '' };
    while (next.nextToken !== undefined && isWanted()) {
      const from = next.nextToken === '' ? undefined : next.nextToken;
      next = await withSlowDown(() => firstPage(controlPlane.listNodes(from)), slowDown);
      onPage(next.nodes);
      for (const { id } of next.nodes) if (id.startsWith('i-')) unnamed.push(id);
      more();
    }
    if (isWanted()) onListed();
  } finally {
    isListed = true;
    more();
  }
  return naming;
}

async function firstPage(pages: AsyncIterable<NodePage>): Promise<NodePage> {
  for await (const page of pages) return page;
  return { nodes: [] };
}
