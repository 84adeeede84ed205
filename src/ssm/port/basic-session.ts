/**
 * Whose the bytes are in a session that carries one connection at a time (protocol notes, section 6.5).
 *
 *                 join                 part: DisconnectToPort
 *     waiting ───────────► joined ─────────────────────────────► parted
 *                            ▲                                    │   ▲
 *                            └── sent ── rejoining ◄──── join ────┘   │
 *                                            └────────── part ────────┘
 *
 * The agent dials at the start and again with the first output of ours after a DisconnectToPort; it never says that the
 * server has hung up. So
 *
 * - what comes before the first local connection is for that one, and is held (`waiting`);
 * - what comes between our DisconnectToPort and the first bytes of the next local connection is left over from the old
 *   one, and is dropped (`parted`, `rejoining`): the agent cannot have dialled again;
 * - the first bytes of the next connection wait until DisconnectToPort is acknowledged, so that what the agent sent
 *   before is behind us. Leftovers that are lost on the way and repeated after that cannot be told from new bytes.
 */
type Phase =
  | { kind: 'waiting' }
  | { kind: 'joined' }
  | { kind: 'parted' | 'rejoining'; isAcknowledged: boolean };

export class BasicSession {
  #phase: Phase = { kind: 'waiting' };
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #partings = 0;

  /** Output that waits for the first local connection, in bytes. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Whether the local connection's bytes may be sent. */
  get acceptsInput(): boolean {
    return this.#phase.kind === 'joined' || (this.#phase.kind === 'rejoining' && this.#phase.isAcknowledged);
  }

  /** A local connection is there; the result is what has been held for it. */
  join(): Uint8Array[] {
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    if (this.#phase.kind === 'waiting') this.#phase = { kind: 'joined' };
    else if (this.#phase.kind === 'parted') this.#phase = { ...this.#phase, kind: 'rejoining' };
    return held;
  }

  /** Bytes of the local connection have been given to the data channel. */
  sent(): void {
    if (this.#phase.kind === 'rejoining') this.#phase = { kind: 'joined' };
  }

  /**
   * The local connection is gone. The result is the number of this parting where the agent is to be told by DisconnectToPort,
   * undefined where it has no connection to close: nothing has been sent since the last one.
   */
  part(): number | undefined {
    if (this.#phase.kind === 'joined') {
      this.#phase = { kind: 'parted', isAcknowledged: false };
      this.#partings += 1;
      return this.#partings;
    }
    if (this.#phase.kind === 'rejoining') this.#phase = { ...this.#phase, kind: 'parted' };
    return undefined;
  }

  /** The DisconnectToPort of that parting has been acknowledged. */
  partingAcknowledged(parting: number): void {
    if (parting !== this.#partings) return;
    if (this.#phase.kind === 'parted' || this.#phase.kind === 'rejoining')
      this.#phase = { kind: this.#phase.kind, isAcknowledged: true };
  }

  /** Output of the agent: for the local connection, held for the first one, or left over from one that is gone. */
  receive(bytes: Uint8Array): 'deliver' | 'held' | 'dropped' {
    if (this.#phase.kind === 'joined') return 'deliver';
    if (this.#phase.kind !== 'waiting') return 'dropped';
    // A copy: a view would keep the block it came in alive, which may be many times its size.
    this.#held.push(Uint8Array.prototype.slice.call(bytes));
    this.#heldBytes += bytes.length;
    return 'held';
  }
}
