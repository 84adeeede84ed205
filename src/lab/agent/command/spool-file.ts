import { closeSync, createReadStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** The file to which a command writes both its outputs, read back once it has finished. */
export class SpoolFile {
  /** For the command to write to. */
  readonly descriptor: number;
  readonly #folder: string;
  readonly #path: string;
  #reader: Readable | undefined;
  #isClosed = false;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'nodewharf-lab-'));
    this.#path = join(this.#folder, 'output');
    // Appending, so that both outputs of the command write at the end.
    this.descriptor = openSync(this.#path, 'a', 0o600);
  }

  read(): Readable {
    this.#reader = createReadStream(this.#path);
    return this.#reader;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reader?.destroy();
    closeSync(this.descriptor);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
