import { type EndingSignal, exitCodeForSignal } from '../exit-code.ts';

/**
 * Whatever asks the program to end, from its first line to its last. The session in between may take a signal for itself:
 * Ctrl-C means the remote command, not the program that runs it.
 */
export class Interrupts {
  /** Resolves with an exit code. */
  readonly raised: Promise<number>;
  #end: (code: number) => void = () => {};
  #claim: (signal: EndingSignal) => boolean = () => false;

  constructor() {
    this.raised = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  raise(signal: EndingSignal): void {
    if (!this.#claim(signal)) this.#end(exitCodeForSignal(signal));
  }

  /** Something failed that nobody caught. */
  crash(code: number): void {
    this.#end(code);
  }

  /** @param claim says whether a signal has been dealt with */
  claimWith(claim: (signal: EndingSignal) => boolean): void {
    this.#claim = claim;
  }
}
