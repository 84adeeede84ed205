import { randomUUID } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import type { Profile } from '../../shared/models.ts';
import { stoppedTunnel } from '../../shared/stopped-tunnel.ts';
import type { Tunnel, TunnelInput, TunnelStatus } from '../../shared/tunnels.ts';
import type { TunnelBytes, TunnelFigures } from '../bytes/session-bytes.ts';
import type { LiveSessions } from '../sessions/live-sessions.ts';
import type { SessionSurroundings } from '../sessions/session-life.ts';
import { TunnelRun } from './tunnel-run.ts';
import type { TunnelStore } from './tunnel-store.ts';

export interface TunnelsOptions {
  store: TunnelStore;
  surroundings: SessionSurroundings;
  /** The bytes of the tunnel of that session key; to be disposed of with it. */
  tunnelOf(key: string, onFigures: (figures: TunnelFigures) => void): TunnelBytes;
  /** Gives the profile of an id, as it connects to the Region that the target is in, or throws `not-found`. */
  profile(id: string, attempted: string, target: string | undefined): Profile;
  lives: LiveSessions;
  onChanged(status: TunnelStatus): void;
}

/** The saved tunnels as they run: at most one run each, the current or the last. */
export class Tunnels {
  readonly #options: TunnelsOptions;
  readonly #runs = new Map<string, TunnelRun>();

  constructor(options: TunnelsOptions) {
    this.#options = options;
  }

  statuses(): TunnelStatus[] {
    return this.#options.store.list().map(({ id }) => this.#status(id));
  }

  live(): TunnelStatus[] {
    return [...this.#runs.values()].filter(({ life }) => !life.isEnded).map((run) => run.status());
  }

  /** One that runs goes on as it was until it is started again. */
  async save(id: string | undefined, input: TunnelInput): Promise<Tunnel> {
    this.#options.profile(input.profileId, `Save the tunnel ${input.name}`, input.target);
    const saved = await this.#options.store.save(id, input);
    if (id === undefined) this.#options.onChanged(this.#status(saved.id));
    return saved;
  }

  async remove(id: string): Promise<void> {
    await this.#runs.get(id)?.stop();
    await this.#options.store.remove(id);
    this.#runs.delete(id);
    this.#options.lives.remove(id);
  }

  /** Answers before it listens; what becomes of it comes as news. */
  start(id: string): TunnelStatus {
    const { store, lives, profile: profileOf, surroundings, tunnelOf, onChanged } = this.#options;
    const tunnel = store.get(id, 'Start a tunnel');
    const attempted = `Start the tunnel ${tunnel.name}`;
    const profile = profileOf(tunnel.profileId, attempted, tunnel.target);
    lives.assertOpen(attempted);
    if (this.#runs.get(id)?.life.isEnded === false) throw alreadyRuns(attempted);
    const run = new TunnelRun({
      key: randomUUID(),
      tunnel,
      profile,
      surroundings,
      tunnelOf,
      onChanged: (status) => {
        // An earlier run may still have a warning to tell.
        if (this.#runs.get(id) === run) onChanged(status);
      },
    });
    this.#runs.set(id, run);
    lives.add(id, run.life);
    return run.status();
  }

  /** Resolves when it has ended here and nothing listens any more. */
  async stop(id: string): Promise<void> {
    this.#options.store.get(id, 'Stop a tunnel');
    await this.#runs.get(id)?.stop();
  }

  #status(id: string): TunnelStatus {
    return this.#runs.get(id)?.status() ?? stoppedTunnel(id);
  }
}

function alreadyRuns(attempted: string): AppError {
  return new AppError({
    code: 'bad-request',
    attempted,
    message: 'The tunnel runs already.',
    hint: 'Stop it first.',
    retryable: false,
  });
}
