import { seededRandom } from '../../ssm/support/random.ts';

/** Random choices that follow from one seed. */
export class Dice {
  readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  oneOf<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  is(chance: number): boolean {
    return this.random() < chance;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Uint8Array.from({ length }, () => this.below(256)));
  }

  /** Any JSON value, with `names` as the members of its objects. */
  json(names: readonly string[], depth = 4): unknown {
    const kind = this.random();
    if (depth === 0 || kind < 0.45) {
      return this.oneOf([
        null,
        true,
        -1,
        0,
        1.5,
        1e300,
        2 ** 53,
        '',
        'text',
        'x'.repeat(500),
        '\u0000',
        ...names,
      ]);
    }
    const length = this.below(4);
    if (kind < 0.6) return Array.from({ length }, () => this.json(names, depth - 1));
    return Object.fromEntries(
      Array.from({ length }, () => [
        this.oneOf([...names, '__proto__', 'constructor']),
        this.json(names, depth - 1),
      ]),
    );
  }
}
