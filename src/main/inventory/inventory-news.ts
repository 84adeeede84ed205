import type { InventoryChange, InventoryHead, ManagedNode } from '../../shared/inventory.ts';

/** A large fleet arrives in hundreds of pages; the screen has no use for more news than this. */
const everyMs = 250;
/** One message of this many nodes keeps the page for some milliseconds only. */
const nodesPerMessage = 1000;
/** Between the messages of one large piece of news. */
const nextMessageMs = 20;

export interface InventoryNewsOptions {
  tell(changes: InventoryChange[]): void;
  setTimer(run: () => void, delayMs: number): () => void;
}

interface Pending {
  head: InventoryHead;
  changed: Map<string, ManagedNode>;
  removed: Set<string>;
}

/** News of all lists on their way to the page, gathered. */
export class InventoryNews {
  readonly #options: InventoryNewsOptions;
  readonly #pending = new Map<string, Pending>();
  #cancelTimer: (() => void) | undefined;

  constructor(options: InventoryNewsOptions) {
    this.#options = options;
  }

  /** @param isUrgent whether it is told now, with all that waits */
  add({ head, changed, removed }: InventoryChange, isUrgent: boolean): void {
    const pending = this.#pending.get(head.id) ?? { head, changed: new Map(), removed: new Set() };
    this.#pending.set(head.id, pending);
    pending.head = head;
    for (const id of removed) {
      pending.changed.delete(id);
      pending.removed.add(id);
    }
    for (const node of changed) {
      pending.removed.delete(node.id);
      pending.changed.set(node.id, node);
    }
    if (isUrgent || this.#cancelTimer === undefined) this.#flush();
  }

  /** Nothing more is told of this list. */
  drop(placeId: string): void {
    this.#pending.delete(placeId);
  }

  #flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    let room = nodesPerMessage;
    const changes: InventoryChange[] = [];
    for (const [id, pending] of this.#pending) {
      if (room <= 0) break;
      const changed = [...pending.changed.values()].slice(0, room);
      room -= changed.length;
      changes.push({ head: pending.head, changed, removed: [...pending.removed] });
      pending.removed.clear();
      for (const node of changed) pending.changed.delete(node.id);
      if (pending.changed.size === 0) this.#pending.delete(id);
    }
    if (changes.length === 0) return;
    this.#options.tell(changes);
    this.#cancelTimer = this.#options.setTimer(
      () => this.#flush(),
      this.#pending.size > 0 ? nextMessageMs : everyMs,
    );
  }
}
