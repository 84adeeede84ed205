/** Long enough to be read as a speed, short enough to follow what happens. */
const windowMs = 3_000;

/** Bytes per second over the last few seconds, from totals that are looked at now and then. */
export class Rate {
  readonly #samples: { at: number; total: number }[] = [];

  /** @param now milliseconds of a clock that never runs backwards */
  next(total: number, now: number): number {
    this.#samples.push({ at: now, total });
    // The newest sample outside the window stays: it is where the window begins.
    while ((this.#samples[1]?.at ?? now) <= now - windowMs) this.#samples.shift();
    const first = this.#samples[0];
    if (first === undefined || first.at === now) return 0;
    return Math.round(((total - first.total) * 1000) / (now - first.at));
  }
}
