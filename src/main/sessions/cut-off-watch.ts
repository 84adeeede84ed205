import { cutOffsOf } from '../../shared/cut-offs.ts';
import type { Approval } from '../../shared/models.ts';
import type { CutOff, SessionTerms } from '../../shared/session-terms.ts';

/** While a warning stands, activity is looked for so often: it is what takes the warning back. */
const lookAgainMs = 1_000;

export interface CutOffWatchOptions {
  terms: SessionTerms;
  approval?: Approval | undefined;
  /** When input or output last passed, epoch milliseconds; undefined where that is not known. */
  readActiveAt(): Promise<number | undefined>;
  now(): number;
  /** Runs something later; the result cancels it. */
  setTimer(run: () => void, delayMs: number): () => void;
  /** It is time to say that the service is about to end the session; undefined takes it back. */
  onWarning(cutOff: CutOff | undefined): void;
}

/**
 * Looks out for the moments at which the service ends a session. It sleeps until the earliest of them can be near, since
 * activity only puts them off, and asks then.
 */
export class CutOffWatch {
  readonly #options: CutOffWatchOptions;
  #cancelTimer: () => void = () => {};
  #warning: CutOff | undefined;
  #isStopped = false;

  constructor(options: CutOffWatchOptions) {
    this.#options = options;
    void this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
  }

  async #look(): Promise<void> {
    const { terms, approval, readActiveAt, now, setTimer } = this.#options;
    const activeAt = await readActiveAt();
    if (this.#isStopped) return;
    // A session outlives its approval: there is nothing to warn of any more.
    const inSight = cutOffsOf(terms, activeAt, approval).filter(
      ({ kind, at }) => kind !== 'approval' || at > now(),
    );
    if (inSight.length === 0) {
      this.#warn(undefined);
      return;
    }
    const due = inSight.find(({ warnFrom }) => warnFrom <= now());
    this.#warn(due);
    const wait =
      due === undefined ? Math.min(...inSight.map(({ warnFrom }) => warnFrom)) - now() : lookAgainMs;
    this.#cancelTimer = setTimer(() => void this.#look(), Math.max(lookAgainMs, wait));
  }

  /** Undefined: nothing is near. */
  #warn(due: CutOff | undefined): void {
    const warning = due === undefined ? undefined : { kind: due.kind, at: due.at };
    if (warning?.kind === this.#warning?.kind && warning?.at === this.#warning?.at) return;
    this.#warning = warning;
    this.#options.onWarning(warning);
  }
}
