import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ManagedNode, managedNodeSchema } from '../../shared/inventory.ts';
import type { Profile } from '../../shared/models.ts';
import type { Place } from '../../shared/places.ts';
import { writeFileAtomically } from '../storage/atomic-file.ts';

const keptHeadSchema = z.strictObject({
  version: z.literal(2),
  /** Of what decides which nodes are seen: a profile that points elsewhere now has no use for them. */
  source: z.string(),
  region: z.string().optional(),
  accountId: z.string().optional(),
  nodeCount: z.number().int(),
  /** Epoch milliseconds. */
  fetchedAt: z.number(),
});

/** What is kept of a list beside its nodes. */
export type KeptHead = Omit<z.infer<typeof keptHeadSchema>, 'version' | 'source' | 'nodeCount'>;

export interface KeptStart {
  head: KeptHead & { nodeCount: number };
  /** The first of them, by name; there may be more in the file. */
  nodes: ManagedNode[];
}

const nodesPerLine = 50;
/** Holds the head and a line of nodes, even where each has many tags. */
const startBytes = 64 * 1024;

/**
 * The last node lists, on disk, one file a place, so that they are there before anything was fetched. Only a cache: a file that
 * is missing, of another version or makes no sense counts as absent.
 *
 *     {"version":2,"source":…,"fetchedAt":…}      the head
 *     [{"id":"i-…"},…]                            nodes in the order of their names, fifty a line
 *
 * A start reads the beginning of each file and no more: what is on the first screen is there, however many nodes follow.
 */
export class InventoryCache {
  readonly #folder: string;
  #lastWrite: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether this is the first start: no list was ever kept. */
  get isNew(): boolean {
    return !existsSync(this.#folder);
  }

  readStart(place: Place, source: string): KeptStart | undefined {
    try {
      const [headLine = '', nodeLine = '[]'] = wholeLines(readBeginning(this.#path(place.id)));
      const { version: _version, source: keptSource, ...head } = keptHeadSchema.parse(JSON.parse(headLine));
      return keptSource === source ? { head, nodes: parseNodes(nodeLine) } : undefined;
    } catch {
      return undefined;
    }
  }

  /** All nodes, some at a time, so that a large list does not keep the thread. Ends early where the file makes no sense. */
  async *readNodes(place: Place): AsyncIterable<ManagedNode[]> {
    const text = await readFile(this.#path(place.id), 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      if (line === '') continue;
      let nodes: ManagedNode[];
      try {
        nodes = parseNodes(line);
      } catch {
        return;
      }
      yield nodes;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Rejects with Node's file system errors. @param nodes in the order in which they are to be found again */
  write(place: Place, source: string, head: KeptHead, nodes: readonly ManagedNode[]): Promise<void> {
    const lines = [
      JSON.stringify({ version: 2, source, ...head, nodeCount: nodes.length } satisfies z.infer<
        typeof keptHeadSchema
      >),
    ];
    for (let at = 0; at < nodes.length; at += nodesPerLine)
      lines.push(JSON.stringify(nodes.slice(at, at + nodesPerLine)));
    return this.#next(async () => {
      mkdirSync(this.#folder, { recursive: true });
      await writeFileAtomically(this.#path(place.id), `${lines.join('\n')}\n`);
    });
  }

  remove(place: Place): Promise<void> {
    return this.#next(() => rm(this.#path(place.id), { force: true }));
  }

  /** Resolves when every write asked for so far has succeeded or failed. */
  settled(): Promise<void> {
    return this.#lastWrite;
  }

  #next(write: () => Promise<void>): Promise<void> {
    const written = this.#lastWrite.then(write);
    this.#lastWrite = written.catch(() => {});
    return written;
  }

  #path(placeId: string): string {
    return join(this.#folder, `${encodeURIComponent(placeId)}.jsonl`);
  }
}

/** What decides which nodes a profile sees in a place, as one word. */
export function sourceOf({ credentials, network }: Profile, { region }: Place): string {
  const endpoint = network?.endpoints?.ssm;
  const source = JSON.stringify([credentials.kind, Object.values(credentials), region, endpoint]);
  return createHash('sha256').update(source).digest('hex');
}

function readBeginning(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(startBytes);
    return bytes.toString('utf8', 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

/** The last part is cut somewhere, or empty. */
const wholeLines = (text: string): string[] => text.split('\n').slice(0, -1);

const nodesSchema = z.array(managedNodeSchema);
const parseNodes = (line: string): ManagedNode[] => nodesSchema.parse(JSON.parse(line));
