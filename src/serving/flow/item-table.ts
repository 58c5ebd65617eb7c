import type { CandidatePool, EntryList } from './pool.ts';

/** A table by item number is used up to so many slots for each candidate; filling a larger one costs more than a map. */
const MAX_SLOTS_PER_ENTRY = 32;
/** Small tables are always worth it. */
const FREE_SLOTS = 8_192;

/** The first entry of each item of a list. */
export interface FirstEntries {
  /** The entry noted for the item of `entry`; where there is none, notes this one and returns it. */
  firstOf(entry: number): number;
}

/** Where item numbers are small an array, else a map. */
export function firstEntries(pool: CandidatePool, list: EntryList): FirstEntries {
  let slots = 0;
  for (let i = 0; i < list.length; i++) slots = Math.max(slots, (pool.item[list[i] ?? 0] ?? 0) + 1);
  return slots <= Math.max(FREE_SLOTS, list.length * MAX_SLOTS_PER_ENTRY)
    ? new DenseEntries(pool.item, slots)
    : new SparseEntries(pool.item);
}

class DenseEntries implements FirstEntries {
  readonly #item: Int32Array;
  /** Entry number plus one; 0: none. */
  readonly #entries: Int32Array;

  constructor(item: Int32Array, slots: number) {
    this.#item = item;
    this.#entries = new Int32Array(slots);
  }

  firstOf(entry: number): number {
    const item = this.#item[entry] ?? 0;
    const known = this.#entries[item] ?? 0;
    if (known !== 0) return known - 1;
    this.#entries[item] = entry + 1;
    return entry;
  }
}

class SparseEntries implements FirstEntries {
  readonly #item: Int32Array;
  readonly #entries = new Map<number, number>();

  constructor(item: Int32Array) {
    this.#item = item;
  }

  firstOf(entry: number): number {
    const item = this.#item[entry] ?? 0;
    const known = this.#entries.get(item);
    if (known !== undefined) return known;
    this.#entries.set(item, entry);
    return entry;
  }
}
