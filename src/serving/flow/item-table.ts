import type { CandidatePool, EntryList } from './pool.ts';
import { roomFor } from './reused.ts';

/** A table by item number is used up to so many slots for each candidate; filling a larger one costs more than a map. */
const MAX_SLOTS_PER_ENTRY = 32;
/** Small tables are always worth it. */
const FREE_SLOTS = 8_192;
/** Numbers of entries that a slot holds beyond which they are counted from 0 again. */
const LAST_BASE = 2 ** 30;

/** The first entry of each item of a list. What owns it works in the same memory for each list. */
export class FirstEntries {
  #item = new Int32Array(0);
  /** By item: the entry, plus a base that is above all entries of lists before. */
  #slots = new Int32Array(0);
  #base = 1;
  #size = 0;
  /** In place of the slots, where item numbers are large. */
  #entries: Map<number, number> | undefined;

  /** Begins a list: no item has an entry. */
  begin(pool: CandidatePool, list: EntryList): this {
    const { item, size } = pool;
    this.#item = item;
    this.#base += this.#size;
    this.#size = size;
    const slots = slotsFor(item, list);
    this.#entries = slots > Math.max(FREE_SLOTS, list.length * MAX_SLOTS_PER_ENTRY) ? new Map() : undefined;
    if (this.#entries === undefined) this.#reserve(slots);
    return this;
  }

  /** The entry noted for the item of `entry`; where there is none, notes this one and returns it. */
  firstOf(entry: number): number {
    const item = this.#item[entry] ?? 0;
    if (this.#entries !== undefined) return firstIn(this.#entries, item, entry);
    const known = this.#slots[item] ?? 0;
    if (known >= this.#base) return known - this.#base;
    this.#slots[item] = this.#base + entry;
    return entry;
  }

  #reserve(slots: number): void {
    if (slots > this.#slots.length) {
      this.#slots = new Int32Array(roomFor(slots));
      this.#base = 1;
    } else if (this.#base > LAST_BASE) {
      this.#slots.fill(0);
      this.#base = 1;
    }
  }
}

function slotsFor(item: Int32Array, list: EntryList): number {
  let highest = -1;
  for (let i = 0; i < list.length; i++) {
    const number = item[list[i] ?? 0] ?? 0;
    if (number > highest) highest = number;
  }
  return highest + 1;
}

function firstIn(entries: Map<number, number>, item: number, entry: number): number {
  const known = entries.get(item);
  if (known !== undefined) return known;
  entries.set(item, entry);
  return entry;
}
