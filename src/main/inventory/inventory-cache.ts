import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ManagedNode, managedNodeSchema, type Profile } from '../../shared/models.ts';
import { writeFileAtomically } from '../storage/atomic-file.ts';

/** What is kept of a profile's node list. */
export interface CachedNodes {
  nodes: ManagedNode[];
  /** Epoch milliseconds. */
  fetchedAt: number;
}

const cacheFileSchema = z.strictObject({
  version: z.literal(1),
  /** Of the place the nodes were read from: a profile that points elsewhere now has no use for them. */
  place: z.string(),
  fetchedAt: z.number(),
  nodes: z.array(managedNodeSchema),
});

/**
 * The last node list of each profile, on disk, one file a profile, so that the list is painted before anything was
 * fetched. Only a cache: a file that is missing, of another version or makes no sense counts as absent.
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

  read(profile: Profile): CachedNodes | undefined {
    try {
      const { place, fetchedAt, nodes } = cacheFileSchema.parse(
        JSON.parse(readFileSync(this.#path(profile.id), 'utf8')),
      );
      return place === placeOf(profile) ? { fetchedAt, nodes } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Rejects with Node's file system errors. */
  write(profile: Profile, { fetchedAt, nodes }: CachedNodes): Promise<void> {
    const file: z.infer<typeof cacheFileSchema> = { version: 1, place: placeOf(profile), fetchedAt, nodes };
    return this.#next(async () => {
      mkdirSync(this.#folder, { recursive: true });
      await writeFileAtomically(this.#path(profile.id), JSON.stringify(file));
    });
  }

  remove(profileId: string): Promise<void> {
    return this.#next(() => rm(this.#path(profileId), { force: true }));
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

  #path(profileId: string): string {
    return join(this.#folder, `${encodeURIComponent(profileId)}.json`);
  }
}

/** What decides which nodes a profile sees. */
export function placeOf({ credentials, region, network }: Profile): string {
  const endpoint = network?.endpoints?.ssm;
  const place = JSON.stringify([credentials.kind, Object.values(credentials), region, endpoint]);
  return createHash('sha256').update(place).digest('hex');
}
