import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { Tunnel, TunnelInput } from '../../shared/tunnels.ts';
import { type LoadProblem, loadProblem } from '../storage/load-problem.ts';
import { VersionedFile } from '../storage/versioned-file.ts';
import { type TunnelFile, tunnelFileFormat } from './tunnel-file.ts';

/** The saved tunnels, in the order they were made. Owns `tunnels.json`. */
export class TunnelStore {
  readonly #file: VersionedFile<TunnelFile>;
  readonly #onChanged: (tunnels: Tunnel[]) => void;
  #kept: Tunnel[];
  /** What was wrong with the file at the start. */
  readonly problem: LoadProblem | undefined;

  constructor(path: string, now: number, onChanged: (tunnels: Tunnel[]) => void) {
    this.#file = new VersionedFile(path, tunnelFileFormat);
    this.#onChanged = onChanged;
    const loaded = this.#file.load(now);
    this.problem = loadProblem(loaded, tunnelFileFormat.holds, dirname(path));
    this.#kept = loaded.kind === 'loaded' ? loaded.value.tunnels : [];
  }

  list(): Tunnel[] {
    return this.#kept;
  }

  /** Throws `not-found`, where `attempted` says what for. */
  get(id: string, attempted: string): Tunnel {
    const found = this.#kept.find((tunnel) => tunnel.id === id);
    if (found !== undefined) return found;
    throw new AppError({
      code: 'not-found',
      attempted,
      message: 'There is no such tunnel; it may have been removed.',
      hint: '',
      retryable: false,
    });
  }

  /** Replaces the tunnel with this id, or adds one. Resolves when it is on the disk. */
  async save(id: string | undefined, input: TunnelInput): Promise<Tunnel> {
    if (id !== undefined) this.get(id, `Save the tunnel ${input.name}`);
    const kept: Tunnel = { ...input, id: id ?? randomUUID() };
    await this.#replace(
      id === undefined
        ? [...this.#kept, kept]
        : this.#kept.map((tunnel) => (tunnel.id === id ? kept : tunnel)),
    );
    return kept;
  }

  async remove(id: string): Promise<void> {
    this.get(id, 'Remove a tunnel');
    await this.#replace(this.#kept.filter((tunnel) => tunnel.id !== id));
  }

  settled(): Promise<void> {
    return this.#file.settled();
  }

  /** What is on screen is what is on the disk: a change that cannot be kept does not happen. */
  async #replace(tunnels: Tunnel[]): Promise<void> {
    const before = this.#kept;
    // At once, so that two changes asked for together both see each other.
    this.#kept = tunnels;
    try {
      await this.#file.save({ version: 2, tunnels });
    } catch (error) {
      if (this.#kept === tunnels) this.#kept = before;
      throw error;
    }
    this.#onChanged(this.list());
  }
}
