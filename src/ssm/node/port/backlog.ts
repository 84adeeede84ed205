import type { PortLimits } from '../../port/reading-policy.ts';
import { SpoolFile } from './spool-file.ts';

/** What the backlogs of one tunnel share: their bounds, and what they use of them. */
export interface TunnelStore {
  readonly limits: PortLimits;
  memoryBytes: number;
  spooledBytes: number;
  /** A file could not be written, for instance on a full disk: from now on memory is all there is. */
  isSpoolBroken: boolean;
}

export function makeTunnelStore(limits: PortLimits): TunnelStore {
  return { limits, memoryBytes: 0, spooledBytes: 0, isSpoolBroken: false };
}

/** Kept ready for the local program in front of a file, and read from a file at once. */
const readyBytes = 512 * 1024;
const appendBytes = 1024 * 1024;
/** A file goes when it has been read to its end, so a reader that never catches up uses little more than its backlog. */
const fileBytes = 16 * 1024 * 1024;

/**
 * Bytes that one local program has not taken yet, first in, first out.
 *
 *     push ──► back ──► files ──► front ──► take
 *              (memory)           (memory)
 *
 * While there is room in memory the files stay away, and `push` adds to the front. What has gone to the back reaches the
 * front by itself, and `onReady` says so.
 */
export class Backlog {
  readonly #store: TunnelStore;
  readonly #onReady: () => void;
  readonly #onFailed: (error: unknown) => void;
  #front: Uint8Array[] = [];
  #frontBytes = 0;
  #files: SpoolFile[] = [];
  #fileBytes = 0;
  #back: Uint8Array[] = [];
  #backBytes = 0;
  #isWorking = false;
  #isClosed = false;

  /** `onFailed`: bytes in a file cannot be read back, so the connection has a hole and must not go on. */
  constructor(store: TunnelStore, onReady: () => void, onFailed: (error: unknown) => void) {
    this.#store = store;
    this.#onReady = onReady;
    this.#onFailed = onFailed;
  }

  get bytes(): number {
    return this.#frontBytes + this.#fileBytes + this.#backBytes;
  }

  /** Takes `bytes` over; they must not change. */
  push(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#store.memoryBytes += bytes.length;
    if (this.#mustGoToBack(bytes.length)) {
      this.#back.push(bytes);
      this.#backBytes += bytes.length;
      void this.#work();
    } else {
      this.#front.push(bytes);
      this.#frontBytes += bytes.length;
    }
  }

  #mustGoToBack(length: number): boolean {
    if (this.#fileBytes > 0 || this.#backBytes > 0 || this.#isWorking) return true;
    const { limits, memoryBytes } = this.#store;
    const isMuch =
      this.#frontBytes + length > limits.connectionMemoryBytes || memoryBytes > limits.tunnelMemoryBytes;
    return isMuch && this.#frontBytes >= Math.min(readyBytes, limits.connectionMemoryBytes / 2);
  }

  /** The first chunk, or undefined where nothing is ready now. */
  take(): Uint8Array | undefined {
    const chunk = this.#front.shift();
    if (chunk === undefined) return undefined;
    this.#frontBytes -= chunk.length;
    this.#store.memoryBytes -= chunk.length;
    if (this.#fileBytes + this.#backBytes > 0) void this.#work();
    return chunk;
  }

  /** Drops everything, the files too. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#store.memoryBytes -= this.#frontBytes + this.#backBytes;
    this.#store.spooledBytes -= this.#fileBytes;
    this.#front = [];
    this.#back = [];
    this.#frontBytes = 0;
    this.#backBytes = 0;
    this.#fileBytes = 0;
    // What is being written or read closes its file itself when it is done.
    if (!this.#isWorking) void this.#closeFiles();
  }

  /** Moves bytes towards the front for as long as there is something to move; one at a time. */
  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      // The last decision and the word that nobody works any more must not be parted by a turn of the event loop: what is
      // taken in between would go unnoticed.
      for (let move = this.#nextMove(); move !== undefined; move = this.#nextMove()) await move();
    } catch (error) {
      if (!this.#isClosed) this.#onFailed(error);
    } finally {
      this.#isWorking = false;
      if (this.#isClosed) void this.#closeFiles();
    }
  }

  /** Undefined when none is possible or needed. Reading comes first: the local program waits for it. */
  #nextMove(): (() => Promise<void> | void) | undefined {
    if (this.#isClosed) return undefined;
    const isWanted = this.#frontBytes < readyBytes;
    if (this.#fileBytes > 0 && isWanted) return () => this.#readFile();
    if (this.#backBytes === 0) return undefined;
    if (this.#fileBytes === 0 && isWanted) return () => this.#moveBackToFront();
    const { isSpoolBroken, spooledBytes, limits } = this.#store;
    const length = Math.min(this.#backBytes, appendBytes);
    return isSpoolBroken || spooledBytes + length > limits.spoolBytes ? undefined : () => this.#writeFile();
  }

  async #readFile(): Promise<void> {
    const file = this.#files[0] as SpoolFile;
    const bytes = await file.take(readyBytes);
    if (file.bytes === 0) {
      this.#files.shift();
      await file.close();
    }
    if (this.#isClosed) return;
    this.#fileBytes -= bytes.length;
    this.#store.spooledBytes -= bytes.length;
    this.#store.memoryBytes += bytes.length;
    this.#front.push(bytes);
    this.#frontBytes += bytes.length;
    this.#onReady();
  }

  #moveBackToFront(): void {
    this.#front.push(...this.#back);
    this.#frontBytes += this.#backBytes;
    this.#back = [];
    this.#backBytes = 0;
    this.#onReady();
  }

  async #writeFile(): Promise<void> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (const chunk of this.#back) {
      if (length > 0 && length + chunk.length > appendBytes) break;
      chunks.push(chunk);
      length += chunk.length;
    }
    try {
      let file = this.#files.at(-1);
      if (file === undefined || file.writtenBytes >= fileBytes) {
        file = await SpoolFile.create();
        this.#files.push(file);
      }
      await file.append(Buffer.concat(chunks, length));
    } catch {
      this.#store.isSpoolBroken = true;
      return;
    }
    if (this.#isClosed) return;
    this.#back.splice(0, chunks.length);
    this.#backBytes -= length;
    this.#store.memoryBytes -= length;
    this.#fileBytes += length;
    this.#store.spooledBytes += length;
    this.#onReady();
  }

  async #closeFiles(): Promise<void> {
    const files = this.#files;
    this.#files = [];
    await Promise.all(files.map((file) => file.close()));
  }
}
