import { type HeardOf, type Silence, silenceAfterMs, silenceOf } from '../../shared/silence.ts';

/** How often it is looked once it may be time to say something. */
const lookEveryMs = 5_000;

export interface SilenceWatchOptions {
  /** Of the current connection; undefined where there is none. */
  readHeard(): Promise<HeardOf | undefined>;
  now(): number;
  /** Runs something later; the result cancels it. */
  setTimer(run: () => void, delayMs: number): () => void;
  /** A session that stands has been silent for so long that it has to be said; undefined takes it back. */
  onSilence(silence: Silence | undefined): void;
}

/** Looks out for silence while a session stands: a blank tab must say why it is blank. */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  #cancelTimer: () => void;
  #silence: Silence | undefined;
  #isStopped = false;

  /** Begins at once, when the session has just been connected. */
  constructor(options: SilenceWatchOptions) {
    this.#options = options;
    this.#cancelTimer = this.#lookIn(silenceAfterMs);
  }

  /** What was said is taken back. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
    this.#tell(undefined);
  }

  #lookIn(ms: number): () => void {
    return this.#options.setTimer(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    const heard = await this.#options.readHeard();
    if (this.#isStopped) return;
    this.#tell(heard && silenceOf(heard, this.#options.now()));
    this.#cancelTimer = this.#lookIn(lookEveryMs);
  }

  #tell(silence: Silence | undefined): void {
    const [before, after] = [this.#silence, silence];
    if (before?.kind === after?.kind && before?.since === after?.since) return;
    this.#silence = silence;
    this.#options.onSilence(silence);
  }
}
