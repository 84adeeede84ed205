interface Entry {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

/** A clock that a test moves: actions in the order of their times, and of their making where times are equal. */
export class Timeline {
  now = 0;
  #count = 0;
  readonly #heap: Entry[] = [];

  at(time: number, action: () => void): void {
    const entry = { at: Math.max(time, this.now), order: this.#count, action };
    this.#count += 1;
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(heap[parent] as Entry, entry)) break;
      heap[index] = heap[parent] as Entry;
      index = parent;
    }
    heap[index] = entry;
  }

  after(delay: number, action: () => void): void {
    this.at(this.now + delay, action);
  }

  /** Moves on to the next action and does it; false when there is none. */
  step(): boolean {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return false;
    if (this.#heap.length > 0) this.#sink(last);
    this.now = first.at;
    first.action();
    return true;
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
      if (isBefore(entry, heap[child] as Entry)) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = entry;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
