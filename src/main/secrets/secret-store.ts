import { dirname } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { type LoadProblem, loadProblem } from '../storage/load-problem.ts';
import { type FileFormat, VersionedFile } from '../storage/versioned-file.ts';

/** What encrypts for this user of this computer: the system's own key store. */
export interface KeyStore {
  /** False where there is none, or only one whose key anybody could know. */
  isReal(): boolean;
  encrypt(text: string): Uint8Array;
  /** Throws where the key is not the one that it was encrypted with. */
  decrypt(bytes: Uint8Array): string;
}

const secretFileSchema = z.strictObject({
  version: z.literal(1),
  /** By name: what the key store made of it, in Base64. */
  secrets: z.record(z.string(), z.base64()),
});
type SecretFile = z.infer<typeof secretFileSchema>;

const secretFileFormat: FileFormat<SecretFile> = {
  holds: 'kept passwords',
  version: 1,
  schema: secretFileSchema,
  migrations: {},
};

/**
 * What a person typed and nobody else may read, each under a name. Only its encrypted form is on the disk; without a real key
 * store of the system nothing is kept at all.
 */
export class SecretStore {
  readonly #file: VersionedFile<SecretFile>;
  readonly #keyStore: KeyStore;
  #secrets: Readonly<Record<string, string>>;
  readonly problem: LoadProblem | undefined;

  constructor(path: string, now: number, keyStore: KeyStore) {
    this.#file = new VersionedFile(path, secretFileFormat);
    this.#keyStore = keyStore;
    const loaded = this.#file.load(now);
    this.problem = loadProblem(loaded, secretFileFormat.holds, dirname(path));
    this.#secrets = loaded.kind === 'loaded' ? loaded.value.secrets : {};
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#secrets, name);
  }

  /** Undefined where there is none. Throws `storage-failed` where the key store does not give it back. */
  read(name: string): string | undefined {
    const kept = Object.hasOwn(this.#secrets, name) ? this.#secrets[name] : undefined;
    if (kept === undefined) return undefined;
    try {
      return this.#keyStore.decrypt(Buffer.from(kept, 'base64'));
    } catch {
      throw cannotRead();
    }
  }

  /** Resolves when it is on the disk. An empty text removes it. Rejects with `storage-failed` without a real key store. */
  async keep(name: string, text: string): Promise<void> {
    if (text === '') return this.forget(name);
    if (!this.#keyStore.isReal()) throw noKeyStore();
    const bytes = this.#keyStore.encrypt(text);
    await this.#replace({ ...this.#secrets, [name]: Buffer.from(bytes).toString('base64') });
  }

  async forget(name: string): Promise<void> {
    if (!this.has(name)) return;
    const { [name]: _gone, ...rest } = this.#secrets;
    await this.#replace(rest);
  }

  settled(): Promise<void> {
    return this.#file.settled();
  }

  async #replace(secrets: Readonly<Record<string, string>>): Promise<void> {
    const before = this.#secrets;
    this.#secrets = secrets;
    try {
      await this.#file.save({ version: 1, secrets });
    } catch (error) {
      if (this.#secrets === secrets) this.#secrets = before;
      throw error;
    }
  }
}

function noKeyStore(): AppError {
  return new AppError({
    code: 'storage-failed',
    attempted: 'Keep the password of the proxy',
    message: 'This system has no key store that is unlocked, and a password is not written down without one.',
    hint: 'Unlock or set up a keyring (GNOME Keyring, KWallet), or name the proxy with its password in HTTPS_PROXY.',
    retryable: true,
  });
}

function cannotRead(): AppError {
  return new AppError({
    code: 'storage-failed',
    attempted: 'Read the password of the proxy',
    message: 'The key store of this system does not give back what was kept in it.',
    hint: 'Unlock it, or type the password in the profile again.',
    retryable: true,
  });
}
