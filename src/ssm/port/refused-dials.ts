/**
 * Finds out which stream a ConnectToPortError flag means. The flag names none (trap 43).
 *
 * What helps is the agent's order. It dials for its streams one after the other, in the order in which they were opened;
 * after a failed dial it sends the flag, closes that stream, and only then dials for the next. So the flag belongs to
 * a stream
 *
 * - that had been opened before the flag came,
 * - that has brought no data, and whose FIN comes behind the flag,
 * - and that is younger than every stream of which anything had been heard before.
 *
 * The first FIN that fits takes the flag. One mistake is left: a stream that was connected, brought nothing and was closed
 * by its server just then fits as well. Telling one silent stream "refused" and the other "closed" the wrong way round
 * is all that comes of it.
 */
export class RefusedDials {
  /** For each flag that waits for its FIN: the stream opened last when it came. */
  #flags: number[] = [];
  #lastOpened = 0;
  /** The youngest stream of which something has been heard: its dial is over, and those of all older ones. */
  #lastAnswered = 0;

  opened(id: number): void {
    this.#lastOpened = id;
  }

  flag(): void {
    // One a stream is all an agent can have to say; a hostile one shall not fill the memory.
    if (this.#flags.length * idStep < this.#lastOpened) this.#flags.push(this.#lastOpened);
  }

  data(id: number): void {
    this.#answered(id);
  }

  /** Whether a FIN of stream `id` says that its dial was refused. */
  fin(id: number): boolean {
    const [upTo] = this.#flags;
    const isRefused = upTo !== undefined && id <= upTo && id > this.#lastAnswered;
    if (isRefused) this.#flags.shift();
    this.#answered(id);
    return isRefused;
  }

  /** Flags for streams older than this one have missed their FIN; they must not wait for another's. */
  #answered(id: number): void {
    if (id <= this.#lastAnswered || id > this.#lastOpened) return;
    this.#lastAnswered = id;
    while ((this.#flags[0] ?? id) < id) this.#flags.shift();
  }
}

/** A client's stream ids are 3, 5, 7 … */
const idStep = 2;
