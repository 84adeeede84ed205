import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { KeptProfile, Profile, ProfileInput } from '../../shared/models.ts';
import type { Proxy } from '../../shared/network.ts';
import { type LoadProblem, loadProblem } from '../storage/load-problem.ts';
import { VersionedFile } from '../storage/versioned-file.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { type ProfileFile, profileFileFormat } from './profile-file.ts';

export const localLabId = 'local-lab';

const localLab: KeptProfile = {
  id: localLabId,
  name: 'Local lab',
  environment: 'lab',
  credentials: { kind: 'lab' },
};

/** The saved profiles, in the order they were made, the built-in one first. Owns `profiles.json`. */
export class ProfileStore {
  readonly #file: VersionedFile<ProfileFile>;
  readonly #secrets: SecretStore;
  readonly #onChanged: (profiles: Profile[]) => void;
  #kept: KeptProfile[];
  /** What was wrong with the file at the start. */
  readonly problem: LoadProblem | undefined;

  constructor(path: string, now: number, secrets: SecretStore, onChanged: (profiles: Profile[]) => void) {
    this.#file = new VersionedFile(path, profileFileFormat);
    this.#secrets = secrets;
    this.#onChanged = onChanged;
    const loaded = this.#file.load(now);
    this.problem = loadProblem(loaded, profileFileFormat.holds, dirname(path));
    const kept = loaded.kind === 'loaded' ? loaded.value.profiles : [];
    this.#kept = kept.some(({ id }) => id === localLabId) ? kept : [localLab, ...kept];
  }

  list(): Profile[] {
    return this.#kept.map((kept) => this.#toProfile(kept));
  }

  /** Rejects with `not-found`, where `attempted` says what for. */
  get(id: string, attempted: string): Profile {
    const found = this.#kept.find((profile) => profile.id === id);
    if (found === undefined) throw profileNotFound(attempted);
    return this.#toProfile(found);
  }

  /** The password for the proxy of a profile, as it was typed. Throws `storage-failed` where it cannot be read. */
  proxyPassword(id: string): string | undefined {
    return this.#secrets.read(proxySecret(id));
  }

  /**
   * Replaces the profile with this id, or adds one. Resolves when it is on the disk.
   *
   * A password that is kept goes to the proxy it was typed for and to no other: it is forgotten when that changes.
   */
  async save(id: string | undefined, input: ProfileInput, proxyPassword?: string): Promise<Profile> {
    const attempted = `Save the profile ${input.name}`;
    if (id === localLabId && input.credentials.kind !== 'lab') throw builtInKeepsItsLab(attempted);
    const before = id === undefined ? undefined : this.get(id, attempted);
    const kept: KeptProfile = { ...input, id: id ?? randomUUID() };
    const isSameProxy = JSON.stringify(proxyOf(before)) === JSON.stringify(proxyOf(kept));
    const password = proxyPassword ?? (isSameProxy ? undefined : '');
    if (password !== undefined) await this.#secrets.keep(proxySecret(kept.id), password);
    await this.#replace(
      id === undefined
        ? [...this.#kept, kept]
        : this.#kept.map((profile) => (profile.id === id ? kept : profile)),
    );
    return this.#toProfile(kept);
  }

  async remove(id: string): Promise<void> {
    const profile = this.get(id, 'Remove a profile');
    if (profile.builtIn) throw builtInStays(`Remove the profile ${profile.name}`);
    await this.#replace(this.#kept.filter((each) => each.id !== id));
    await this.#secrets.forget(proxySecret(id));
  }

  async settled(): Promise<void> {
    await Promise.all([this.#file.settled(), this.#secrets.settled()]);
  }

  #toProfile(kept: KeptProfile): Profile {
    const hasPassword = this.#secrets.has(proxySecret(kept.id));
    return {
      ...kept,
      builtIn: kept.id === localLabId,
      ...(hasPassword ? { hasProxyPassword: true } : {}),
    };
  }

  /** What is on screen is what is on the disk: a change that cannot be kept does not happen. */
  async #replace(profiles: KeptProfile[]): Promise<void> {
    const before = this.#kept;
    // At once, so that two changes asked for together both see each other.
    this.#kept = profiles;
    try {
      await this.#file.save({ version: 3, profiles });
    } catch (error) {
      if (this.#kept === profiles) this.#kept = before;
      throw error;
    }
    this.#onChanged(this.list());
  }
}

const proxySecret = (profileId: string): string => `proxy ${profileId}`;

/** The proxy that a password would be for. */
function proxyOf(profile: ProfileInput | undefined): Extract<Proxy, { kind: 'url' }> | undefined {
  const proxy = profile?.network?.proxy;
  return proxy?.kind === 'url' ? proxy : undefined;
}

function profileNotFound(attempted: string): AppError {
  return new AppError({
    code: 'not-found',
    attempted,
    message: 'There is no such profile; it may have been removed.',
    hint: 'Choose another profile.',
    retryable: false,
  });
}

function builtInStays(attempted: string): AppError {
  return new AppError({
    code: 'bad-request',
    attempted,
    message: 'This profile is built in.',
    hint: '',
    retryable: false,
  });
}

function builtInKeepsItsLab(attempted: string): AppError {
  return new AppError({
    code: 'bad-request',
    attempted,
    message: 'The built-in profile always uses the embedded lab.',
    hint: 'Make a new profile for other credentials.',
    retryable: false,
  });
}
