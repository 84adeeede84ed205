/** How many of the latest samples are kept; a key-by-key measurement of a few minutes fits. */
const keptSamples = 4096;

/**
 * Times the program's own echo, pty write to pty read, so that a measurement of the whole way can tell which part of
 * it is the far side's.
 */
export class EchoClock {
  readonly #samples: number[] = [];
  #writtenAt: number | undefined;

  get samples(): readonly number[] {
    return this.#samples;
  }

  onWrite(now: number): void {
    this.#writtenAt ??= now;
  }

  onRead(now: number): void {
    if (this.#writtenAt === undefined) return;
    if (this.#samples.length >= keptSamples) this.#samples.shift();
    this.#samples.push(now - this.#writtenAt);
    this.#writtenAt = undefined;
  }
}
