/**
 * The last bytes of a session's output, addressed by their place in the whole stream: byte 0 is the first that the
 * session ever printed. What lies further back than the capacity is forgotten.
 */
export class OutputRing {
  readonly #capacity: number;
  #bytes: Uint8Array;
  #end = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    // Most tabs print little; 20 of them should not cost 20 full rings.
    this.#bytes = new Uint8Array(Math.min(capacity, 16 * 1024));
  }

  /** One past the last byte. */
  get end(): number {
    return this.#end;
  }

  /** The oldest byte that is still held. */
  get start(): number {
    return Math.max(0, this.#end - this.#bytes.length);
  }

  append(bytes: Uint8Array): void {
    this.#growFor(bytes.length);
    const size = this.#bytes.length;
    const kept = bytes.length > size ? bytes.subarray(bytes.length - size) : bytes;
    const at = (this.#end + bytes.length - kept.length) % size;
    const first = Math.min(kept.length, size - at);
    this.#bytes.set(kept.subarray(0, first), at);
    this.#bytes.set(kept.subarray(first), 0);
    this.#end += bytes.length;
  }

  /** A copy in a buffer of its own: what is posted to the page is cloned together with its whole buffer. */
  copy(from: number, to: number): Uint8Array<ArrayBuffer> {
    const length = to - from;
    const copied = new Uint8Array(length);
    const at = from % this.#bytes.length;
    const first = Math.min(length, this.#bytes.length - at);
    copied.set(this.#bytes.subarray(at, at + first));
    copied.set(this.#bytes.subarray(0, length - first), first);
    return copied;
  }

  /** Grows only before anything has been forgotten, when the held bytes still lie in one piece from place 0. */
  #growFor(more: number): void {
    const wanted = this.#end + more;
    if (this.#bytes.length >= this.#capacity || wanted <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.min(this.#capacity, 2 ** Math.ceil(Math.log2(wanted))));
    grown.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = grown;
  }
}
