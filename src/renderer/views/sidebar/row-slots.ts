/**
 * Which element shows which row. A row that stays in sight stays in its element, also where it moves, so that what a press is
 * aimed at never becomes another node. A row that comes takes an element that has become free: changing a few texts costs
 * a fraction of making elements anew, for every frame of a scroll.
 */
export class RowSlots {
  #slotOf = new Map<string, number>();

  /** The slot of each of these rows, by their ids. */
  assign(rows: readonly string[]): ReadonlyMap<string, number> {
    const next = new Map<string, number>();
    const taken = new Set<number>();
    for (const row of rows) {
      const slot = this.#slotOf.get(row);
      if (slot === undefined) continue;
      next.set(row, slot);
      taken.add(slot);
    }
    let free = 0;
    for (const row of rows) {
      if (next.has(row)) continue;
      while (taken.has(free)) free += 1;
      next.set(row, free);
      taken.add(free);
    }
    this.#slotOf = next;
    return next;
  }
}
