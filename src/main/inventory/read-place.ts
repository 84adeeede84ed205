import type { ControlPlane, NodePage } from '../../aws/control-plane.ts';
import type { InstanceFacts } from '../../aws/instances.ts';
import { AppError } from '../../shared/errors.ts';
import type { ListPart, ManagedNode } from '../../shared/inventory.ts';
import { targetKind } from '../../shared/targets.ts';
import { type SlowDownOptions, withSlowDown } from './slow-down.ts';

/** As many as fit one call to EC2. */
const namesAtOnce = 50;

export interface PlaceReader {
  /** A page of Systems Manager's list, or the containers of some tasks, as they arrive. */
  onPage(nodes: ManagedNode[]): void;
  /** Systems Manager's list is complete; names, tags and containers may still come. */
  onListed(): void;
  /** All containers have come, but for those of these clusters, by name, which could not be looked into. */
  onContainersListed(besides: readonly string[]): void;
  onFacts(facts: InstanceFacts[]): void;
  /** False once nobody wants the list any more: what is under way is given up. */
  isWanted(): boolean;
  slowDown: SlowDownOptions;
}

/** A part of a list that could not be read. */
export interface FailedPart {
  part: ListPart;
  error: unknown;
}

type Calls = Pick<ControlPlane, 'listNodes' | 'describeInstances' | 'listHybridTags' | 'listContainers'>;

/**
 * Reads one list: Systems Manager's pages one after the other, and beside them EC2's names and tags of what has come so far,
 * the tags of hybrid nodes where there are any, and the containers of ECS. Rejects where Systems Manager's list cannot be read,
 * once all the rest has come; answers which of the rest could not be read.
 */
export async function readPlace(
  calls: Calls,
  withContainers: boolean,
  reader: PlaceReader,
): Promise<FailedPart[]> {
  const names = new Names(calls, reader);
  const naming = names.read();
  const hybrids: string[] = [];
  const failed: FailedPart[] = [];
  let containers: Promise<FailedPart[]> | undefined;
  // Credentials that do not exist are not looked for twice: the first page shows that there are some.
  const beginContainers = (): void => {
    containers ??= withContainers ? readContainers(calls, reader) : noContainers(reader);
  };
  try {
    await readNodes(calls, reader, (nodes) => {
      beginContainers();
      const ids = nodes.map(({ id }) => id);
      names.add(ids.filter((id) => targetKind(id) === 'ec2'));
      hybrids.push(...ids.filter((id) => targetKind(id) === 'hybrid'));
    });
    names.finish();
    if (hybrids.length > 0 && reader.isWanted())
      failed.push(...(await readHybridTags(calls, reader, hybrids)));
  } catch (error) {
    // Somebody who works with containers only may not list nodes.
    if (error instanceof AppError && error.data.code === 'access-denied') beginContainers();
    throw error;
  } finally {
    names.finish();
    failed.push(...(await naming), ...((await containers) ?? []));
  }
  return failed;
}

async function readNodes(
  calls: Calls,
  { onPage, onListed, isWanted, slowDown }: PlaceReader,
  onNodes: (nodes: readonly ManagedNode[]) => void,
): Promise<void> {
  let next: NodePage = { nodes: [], nextToken: '' };
  while (next.nextToken !== undefined && isWanted()) {
    const from = next.nextToken === '' ? undefined : next.nextToken;
    next = await withSlowDown(() => firstPage(calls.listNodes(from)), slowDown);
    onPage(next.nodes);
    onNodes(next.nodes);
  }
  if (isWanted()) onListed();
}

/** Names and tags of EC2, asked for beside the pages that bring the instances. */
class Names {
  readonly #calls: Calls;
  readonly #reader: PlaceReader;
  readonly #unnamed: string[] = [];
  #isListed = false;
  #wake = (): void => {};

  constructor(calls: Calls, reader: PlaceReader) {
    this.#calls = calls;
    this.#reader = reader;
  }

  add(ids: readonly string[]): void {
    this.#unnamed.push(...ids);
    this.#wake();
  }

  /** No more will come. */
  finish(): void {
    this.#isListed = true;
    this.#wake();
  }

  /** Never rejects. */
  async read(): Promise<FailedPart[]> {
    const { onFacts, isWanted, slowDown } = this.#reader;
    while (isWanted()) {
      if (this.#unnamed.length === 0) {
        if (this.#isListed) return [];
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const ids = this.#unnamed.splice(0, namesAtOnce);
      try {
        onFacts(await withSlowDown(() => this.#calls.describeInstances(ids), slowDown));
      } catch (error) {
        return [{ part: 'names', error }];
      }
    }
    return [];
  }
}

/** Never rejects. A node that is not among those with tags has none any more. */
async function readHybridTags(
  calls: Calls,
  { onFacts, isWanted }: PlaceReader,
  ids: readonly string[],
): Promise<FailedPart[]> {
  const without = new Set(ids);
  try {
    for await (const facts of calls.listHybridTags()) {
      if (!isWanted()) return [];
      onFacts(facts);
      for (const { id } of facts) without.delete(id);
    }
  } catch (error) {
    return [{ part: 'hybrid-tags', error }];
  }
  onFacts([...without].map((id) => ({ id, tags: [] })));
  return [];
}

/** Those that were listed before somebody said that they are not wanted go. */
function noContainers({ onContainersListed }: PlaceReader): Promise<FailedPart[]> {
  onContainersListed([]);
  return Promise.resolve([]);
}

/** Never rejects. */
async function readContainers(
  calls: Calls,
  { onPage, onContainersListed, isWanted }: PlaceReader,
): Promise<FailedPart[]> {
  const failed = new Map<string, unknown>();
  try {
    for await (const page of calls.listContainers()) {
      if (!isWanted()) return [];
      if ('nodes' in page) onPage(page.nodes);
      else failed.set(page.cluster, page.error);
    }
  } catch (error) {
    return [{ part: 'containers', error }];
  }
  onContainersListed([...failed.keys()]);
  // One of them stands for all: mostly it is the same right that is missing.
  return [...failed.values()].slice(0, 1).map((error) => ({ part: 'containers', error }));
}

async function firstPage(pages: AsyncIterable<NodePage>): Promise<NodePage> {
  for await (const page of pages) return page;
  return { nodes: [] };
}
