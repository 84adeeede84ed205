import type { ChannelState } from '../../ssm/channel/channel-types.ts';

/**
 * How long a connection may be gone before anybody is told, in ms. Nearly all cuts are mended in a fraction of it, with
 * nothing to be seen but a short wait; two lines for each would be worse than the cut.
 */
const toldAfterMs = 1_500;

export interface LostConnectionTeller {
  lost(): void;
  regained(): void;
}

/** Tells of a connection that stays away, and of its return if its loss was told. */
export class LostConnection {
  readonly #teller: LostConnectionTeller;
  #timer: NodeJS.Timeout | undefined;
  #isTold = false;

  constructor(teller: LostConnectionTeller) {
    this.#teller = teller;
  }

  get isTold(): boolean {
    return this.#isTold;
  }

  stateChanged(state: ChannelState['kind']): void {
    if (state === 'reconnecting') {
      if (this.#isTold) return;
      this.#timer ??= setTimeout(() => {
        this.#isTold = true;
        this.#teller.lost();
      }, toldAfterMs);
      return;
    }
    this.stop();
    // Told elsewhere, with what is to be done about it.
    if (state === 'needs-credentials') this.#isTold = true;
    if (state !== 'live' || !this.#isTold) return;
    this.#isTold = false;
    this.#teller.regained();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
