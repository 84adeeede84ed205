import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Bytes of one slow connection on disk, written at one end and read at the other.
 *
 * What passes through a tunnel is not for the disk of this computer. So each file is encrypted with AES-256-CTR under a key
 * of its own that exists in memory only, and is taken out of the folder as soon as it is open. Where the system does
 * not allow that, on Windows, it is removed when it is closed.
 */
export class SpoolFile {
  readonly #handle: FileHandle;
  readonly #leftover: string | undefined;
  readonly #cipher;
  readonly #decipher;
  #written = 0;
  #read = 0;

  private constructor(handle: FileHandle, leftover: string | undefined) {
    this.#handle = handle;
    this.#leftover = leftover;
    const key = randomBytes(32);
    const counter = randomBytes(16);
    this.#cipher = createCipheriv('aes-256-ctr', key, counter);
    this.#decipher = createDecipheriv('aes-256-ctr', key, counter);
  }

  static async create(folder: string = tmpdir()): Promise<SpoolFile> {
    const path = join(folder, `nodewharf-spool-${randomBytes(8).toString('hex')}`);
    const handle = await open(path, 'wx+', 0o600);
    const isUnlinked = await unlink(path).then(
      () => true,
      () => false,
    );
    return new SpoolFile(handle, isUnlinked ? undefined : path);
  }

  /** Bytes written so far; they take so much of the disk until the file is closed. */
  get writtenBytes(): number {
    return this.#written;
  }

  /** Bytes written and not yet read. */
  get bytes(): number {
    return this.#written - this.#read;
  }

  /** Appends. After a rejection, for instance of a full disk, nothing more may be written: the cipher has moved on. */
  async append(bytes: Uint8Array): Promise<void> {
    const sealed = this.#cipher.update(bytes);
    let done = 0;
    while (done < sealed.length) {
      const { bytesWritten } = await this.#handle.write(
        sealed,
        done,
        sealed.length - done,
        this.#written + done,
      );
      done += bytesWritten;
    }
    this.#written += sealed.length;
  }

  /** The next bytes, at most `limit`, and at most what is there. */
  async take(limit: number): Promise<Uint8Array> {
    const sealed = Buffer.allocUnsafe(Math.min(limit, this.bytes));
    const { bytesRead } = await this.#handle.read(sealed, 0, sealed.length, this.#read);
    if (bytesRead === 0 && sealed.length > 0) throw new Error('A spool file has become shorter.');
    this.#read += bytesRead;
    return this.#decipher.update(sealed.subarray(0, bytesRead));
  }

  /** Gives the disk space back. Never rejects. */
  async close(): Promise<void> {
    await this.#handle.close().catch(() => {});
    if (this.#leftover !== undefined) await unlink(this.#leftover).catch(() => {});
  }
}
