/**
 * Which element shows which row. A row that stays in sight stays in its element, and a row that comes takes one that has become
 * free: changing a few texts costs a fraction of making elements anew, for every frame of a scroll.
 */
export class RowSlots {
  #slotOf = new Map<number, number>();

  /** The slot of each of these rows, by their numbers. */
  assign(rows: readonly number[]): ReadonlyMap<number, number> {
    const next = new Map<number, number>();
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
