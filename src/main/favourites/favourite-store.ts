import { dirname } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { type Favourite, favouriteSchema, mostFavourites } from '../../shared/favourites.ts';
import { type LoadProblem, loadProblem } from '../storage/load-problem.ts';
import { type FileFormat, VersionedFile } from '../storage/versioned-file.ts';

const favouriteFileSchema = z.strictObject({ version: z.literal(1), favourites: z.array(favouriteSchema) });
type FavouriteFile = z.infer<typeof favouriteFileSchema>;

const favouriteFileFormat: FileFormat<FavouriteFile> = {
  holds: 'favourite nodes',
  version: 1,
  schema: favouriteFileSchema,
  migrations: {},
};

/** The nodes that were given a star. Owns `favourites.json`. */
export class FavouriteStore {
  readonly #file: VersionedFile<FavouriteFile>;
  readonly #onChanged: (favourites: Favourite[]) => void;
  #favourites: Favourite[];
  /** What was wrong with the file at the start. */
  readonly problem: LoadProblem | undefined;

  constructor(path: string, now: number, onChanged: (favourites: Favourite[]) => void) {
    this.#file = new VersionedFile(path, favouriteFileFormat);
    this.#onChanged = onChanged;
    const loaded = this.#file.load(now);
    this.problem = loadProblem(loaded, favouriteFileFormat.holds, dirname(path));
    this.#favourites = loaded.kind === 'loaded' ? loaded.value.favourites : [];
  }

  list(): Favourite[] {
    return this.#favourites;
  }

  /** Resolves when it is on the disk; what cannot be kept does not happen. */
  async save({ profileId, target }: Favourite, isFavourite: boolean): Promise<void> {
    const others = this.#favourites.filter(
      (known) => known.profileId !== profileId || known.target !== target,
    );
    if (isFavourite && others.length >= mostFavourites) throw tooMany();
    await this.#replace(isFavourite ? [...others, { profileId, target }] : others);
  }

  /** The profile is gone, and its nodes with it. */
  async forget(profileId: string): Promise<void> {
    const others = this.#favourites.filter((known) => known.profileId !== profileId);
    if (others.length < this.#favourites.length) await this.#replace(others);
  }

  settled(): Promise<void> {
    return this.#file.settled();
  }

  async #replace(favourites: Favourite[]): Promise<void> {
    const before = this.#favourites;
    // At once, so that two changes asked for together both see each other.
    this.#favourites = favourites;
    try {
      await this.#file.save({ version: 1, favourites });
    } catch (error) {
      if (this.#favourites === favourites) this.#favourites = before;
      throw error;
    }
    this.#onChanged(this.#favourites);
  }
}

function tooMany(): AppError {
  return new AppError({
    code: 'bad-request',
    attempted: 'Keep a favourite node',
    message: `There are ${mostFavourites} favourites already.`,
    hint: 'Remove some of them.',
    retryable: false,
  });
}
