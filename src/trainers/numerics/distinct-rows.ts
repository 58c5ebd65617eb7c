import type { Interactions } from './interactions.ts';

/** An item takes one or two units of a string that stands for a set. */
const UNIT = 0x10000;

/**
 * Puts equal sets of items together, each with how often it stands. The rows come in one order, whatever the order in
 * which the sets were added; empty sets are left out.
 */
export class DistinctRows {
  readonly #items: number;
  readonly #counts = new Map<string, number>();
  #rows = 0;

  /** @param items how many items there are */
  constructor(items: number) {
    this.#items = items;
  }

  /** How many sets were added, without empty ones. */
  get rows(): number {
    return this.#rows;
  }

  /** @param set item numbers, ascending, none twice */
  add(set: readonly number[], times = 1): void {
    if (set.length === 0) return;
    const key = this.#keyOf(set);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + times);
    this.#rows += times;
  }

  build(): Interactions & { readonly multiplicity: Float64Array } {
    const keys = this.#keys();
    const perItem = this.#items <= UNIT ? 1 : 2;
    const starts = new Uint32Array(keys.length + 1);
    for (const [row, key] of keys.entries()) starts[row + 1] = (starts[row] ?? 0) + key.length / perItem;
    const itemOf = new Uint32Array(starts[keys.length] ?? 0);
    let at = 0;
    for (const key of keys) {
      for (let i = 0; i < key.length; i += perItem) {
        itemOf[at++] = perItem === 1 ? key.charCodeAt(i) : key.charCodeAt(i) * UNIT + key.charCodeAt(i + 1);
      }
    }
    const multiplicity = Float64Array.from(keys, (key) => this.#counts.get(key) ?? 0);
    return { users: keys.length, items: this.#items, starts, itemOf, multiplicity };
  }

  /** Which row a set that was added has in what is built; -1 for any other set. */
  rowFinder(): (set: readonly number[]) => number {
    const rows = new Map(this.#keys().map((key, row) => [key, row]));
    return (set) => rows.get(this.#keyOf(set)) ?? -1;
  }

  #keyOf(set: readonly number[]): string {
    const units = this.#items <= UNIT ? set : set.flatMap((item) => [Math.floor(item / UNIT), item % UNIT]);
    return String.fromCharCode(...units);
  }

  /** Ascending: strings are compared by their units, which are the items. */
  #keys(): string[] {
    return [...this.#counts.keys()].sort();
  }
}

/** The items of a row. */
export function rowOf({ starts, itemOf }: Interactions, row: number): number[] {
  return Array.from(itemOf.subarray(starts[row] ?? 0, starts[row + 1] ?? 0));
}
