/** Stretches of a stream that have not arrived although later ones have, in order. */
export class Gaps {
  #stretches: { from: number; to: number }[] = [];

  get bytes(): number {
    return this.#stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  add(from: number, to: number): void {
    this.#stretches.push({ from, to });
  }

  /** Removes what `from` to `to` fills. @returns how many bytes that were */
  fill(from: number, to: number): number {
    if (this.#stretches.length === 0) return 0;
    let filled = 0;
    this.#stretches = this.#stretches.flatMap((gap) => {
      const start = Math.max(gap.from, from);
      const end = Math.min(gap.to, to);
      if (start >= end) return [gap];
      filled += end - start;
      return [
        { from: gap.from, to: start },
        { from: end, to: gap.to },
      ].filter((rest) => rest.from < rest.to);
    });
    return filled;
  }
}
