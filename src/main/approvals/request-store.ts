import { dirname } from 'node:path';
import { z } from 'zod';
import { idSchema, reasonSchema, targetSchema } from '../../shared/models.ts';
import { logProblem } from '../log.ts';
import { type LoadProblem, loadProblem } from '../storage/load-problem.ts';
import { type FileFormat, VersionedFile } from '../storage/versioned-file.ts';

/** A request that may still be good for keys. Its id is no secret: only the caller who asked gets them. */
const keptRequestSchema = z.strictObject({
  requestId: z.string().regex(/^oi-[0-9a-f]{12}$/),
  profileId: idSchema,
  region: z.string().max(64),
  target: targetSchema,
  reason: reasonSchema,
  /** Epoch milliseconds. */
  askedAt: z.number(),
});
export type KeptRequest = z.infer<typeof keptRequestSchema>;

const requestFileSchema = z.strictObject({ version: z.literal(1), requests: z.array(keptRequestSchema) });
type RequestFile = z.infer<typeof requestFileSchema>;

const requestFileFormat: FileFormat<RequestFile> = {
  holds: 'access requests',
  version: 1,
  schema: requestFileSchema,
  migrations: {},
};

/** Nobody has as many under way; the oldest are forgotten beyond. */
const mostRequests = 200;

/** Older ones have surely run out, milliseconds. */
const oldestMs = 7 * 24 * 3_600_000;

/**
 * Access requests that are undecided or were approved, one for each node: an approval that comes while the app is not running is not
 * lost, and one that holds is used again after a start.
 */
export class RequestStore {
  readonly #file: VersionedFile<RequestFile>;
  #requests: readonly KeptRequest[];
  /** What was wrong with the file at the start. */
  readonly problem: LoadProblem | undefined;

  constructor(path: string, now: number) {
    this.#file = new VersionedFile(path, requestFileFormat);
    const loaded = this.#file.load(now);
    this.problem = loadProblem(loaded, requestFileFormat.holds, dirname(path));
    const kept = loaded.kind === 'loaded' ? loaded.value.requests : [];
    this.#requests = kept.filter(({ askedAt }) => now - askedAt < oldestMs);
  }

  list(): readonly KeptRequest[] {
    return this.#requests;
  }

  save(request: KeptRequest): void {
    const others = this.#requests.filter((known) => !isSamePlace(known, request));
    this.#replace([...others, request].slice(-mostRequests));
  }

  remove(requestId: string): void {
    const others = this.#requests.filter((request) => request.requestId !== requestId);
    if (others.length < this.#requests.length) this.#replace(others);
  }

  settled(): Promise<void> {
    return this.#file.settled();
  }

  /** A file that cannot be written costs the memory of a request, not the request. */
  #replace(requests: readonly KeptRequest[]): void {
    this.#requests = requests;
    this.#file
      .save({ version: 1, requests: [...requests] })
      .catch((error: unknown) => logProblem('An access request cannot be kept', error));
  }
}

const isSamePlace = (one: KeptRequest, other: KeptRequest): boolean =>
  one.profileId === other.profileId && one.region === other.region && one.target === other.target;
