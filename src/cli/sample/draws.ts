import { type Uniforms, uniformsOf } from '../../domain/random.ts';

/** Draws in a fixed order from the uniforms of one entity, so that the same seed gives the same entity. */
export class Draws {
  readonly #uniforms: Uniforms;
  #counter = 0;

  constructor(seed: number, purpose: string, entity: string | number) {
    this.#uniforms = uniformsOf(seed, purpose, entity);
  }

  /** A number in [0, 1). */
  next(): number {
    return this.#uniforms(this.#counter++);
  }

  /** True with this probability. */
  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** One entry, in proportion to its weight. @throws where there is none */
  pick<T extends { readonly weight: number }>(entries: readonly T[]): T {
    let rest = this.next() * entries.reduce((sum, { weight }) => sum + weight, 0);
    for (const entry of entries) {
      rest -= entry.weight;
      if (rest < 0) return entry;
    }
    const last = entries.at(-1);
    if (last === undefined) throw new Error('nothing to pick from');
    return last;
  }

  /** Up to `count` different entries, in proportion to their weights. */
  pickSome<T extends { readonly weight: number }>(entries: readonly T[], count: number): T[] {
    const rest = [...entries];
    const picked: T[] = [];
    while (picked.length < count && rest.length > 0) {
      const entry = this.pick(rest);
      picked.push(entry);
      rest.splice(rest.indexOf(entry), 1);
    }
    return picked;
  }

  /** A random (version 4) UUID in lower case. */
  uuid(): string {
    const hex = Array.from({ length: 8 }, () => this.between(0, 0xffff).toString(16).padStart(4, '0'));
    const [a, b, c, d = '', e = '', f, g, h] = hex;
    const variant = ((Number.parseInt(e.slice(0, 1), 16) & 0x3) | 0x8).toString(16);
    return `${a}${b}-${c}-4${d.slice(1)}-${variant}${e.slice(1)}-${f}${g}${h}`;
  }
}
