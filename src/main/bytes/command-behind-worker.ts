import type { CommandOutput } from '../../shared/commands.ts';
import { ChannelBehindWorker, type NewsOfSession, type Road } from './channel-behind-worker.ts';
import type { CommandBytes, CommandProgress } from './session-bytes.ts';

/** A command's bytes as main's own thread sees them: how many there are. What is kept of them is in the worker. */
export class CommandBehindWorker extends ChannelBehindWorker implements CommandBytes {
  readonly #key: string;
  readonly #road: Road;
  readonly #onProgress: (progress: CommandProgress) => void;

  constructor(key: string, road: Road, onProgress: (progress: CommandProgress) => void) {
    super('command', key, road);
    this.#key = key;
    this.#road = road;
    this.#onProgress = onProgress;
  }

  interrupt(): void {
    this.#road.post({ kind: 'interrupt', key: this.#key });
  }

  read(stdoutFrom: number, stderrFrom: number): Promise<CommandOutput> {
    return this.#road.ask({ what: 'output', key: this.#key, stdoutFrom, stderrFrom });
  }

  override receiveFromWorker(message: NewsOfSession): void {
    if (message.kind === 'command-progress') this.#onProgress(message.progress);
    else super.receiveFromWorker(message);
  }
}
