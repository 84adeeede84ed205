/** Which slots have which value: values in lower case, each with how it is written. */
export class Postings {
  readonly #byValue = new Map<string, { written: string; slots: Set<number> }>();

  add(written: string, slot: number): void {
    const value = written.toLowerCase();
    const known = this.#byValue.get(value);
    if (known === undefined) this.#byValue.set(value, { written, slots: new Set([slot]) });
    else known.slots.add(slot);
  }

  remove(written: string, slot: number): void {
    const value = written.toLowerCase();
    const known = this.#byValue.get(value);
    if (known?.slots.delete(slot) === true && known.slots.size === 0) this.#byValue.delete(value);
  }

  get isEmpty(): boolean {
    return this.#byValue.size === 0;
  }

  /** Slots that have a value. A slot with two counts twice. */
  get size(): number {
    let size = 0;
    for (const { slots } of this.#byValue.values()) size += slots.size;
    return size;
  }

  /** Sets a one in `into` for every slot whose value is accepted. */
  mark(into: Uint8Array, accepts: (value: string) => boolean): void {
    for (const [value, { slots }] of this.#byValue) {
      if (!accepts(value)) continue;
      for (const slot of slots) into[slot] = 1;
    }
  }

  /** Values as they are written, with how many slots have them. */
  *counts(): Iterable<{ value: string; written: string; count: number }> {
    for (const [value, { written, slots }] of this.#byValue) yield { value, written, count: slots.size };
  }

  *entries(): Iterable<{ value: string; written: string; slots: ReadonlySet<number> }> {
    for (const [value, { written, slots }] of this.#byValue) yield { value, written, slots };
  }
}
