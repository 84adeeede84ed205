/** What quitting asks of the rest of main. */
export interface QuitEffects {
  isAnyLive(): boolean;
  /** The setting: whether to ask before live sessions end. */
  wantsToBeAsked(): boolean;
  /** Shows the question in the page. */
  ask(): void;
  /** Resolves when the page answers at all, whatever its user decides; pending for a page that hangs. */
  pageIsAlive(): Promise<void>;
  /** Ends all sessions and then the app. Called once. */
  finish(): void;
}

/** A page that does not react for this long will not show a question either. */
const pageLimitMs = 3_000;

/**
 * Decides when the app ends. Live sessions are worth a question; a page that cannot ask it, and a user who asks a second
 * time, are not kept.
 */
export class Quit {
  readonly #effects: QuitEffects;
  #state: 'running' | 'asked' | 'finishing' = 'running';

  constructor(effects: QuitEffects) {
    this.#effects = effects;
  }

  /** The window was closed, or the menu or the system asked the app to quit. */
  wanted(): void {
    if (this.#state === 'finishing') return;
    if (this.#state === 'asked' || !this.#effects.isAnyLive() || !this.#effects.wantsToBeAsked()) {
      this.now();
      return;
    }
    this.#state = 'asked';
    this.#effects.ask();
    const timer = setTimeout(() => {
      if (this.#state === 'asked') this.now();
    }, pageLimitMs);
    this.#effects.pageIsAlive().then(
      () => clearTimeout(timer),
      // Whatever keeps it from answering keeps it from asking.
      () => {},
    );
  }

  /** The user has answered. */
  answered(quit: boolean): void {
    if (quit) this.now();
    else if (this.#state === 'asked') this.#state = 'running';
  }

  /** Without a question: a signal, a shutdown. */
  now(): void {
    if (this.#state === 'finishing') return;
    this.#state = 'finishing';
    this.#effects.finish();
  }
}
