/** Counts unordered pairs of numbers below n. Pairs come as (smaller, larger). */
export interface PairCounter {
  /** Counts each pair of distinct numbers in `items[0, length)`, which ascend. */
  countAll(items: Uint32Array, length: number): void;
  /** Calls back for every pair counted at least once, by ascending larger, then ascending smaller number. */
  forEach(visit: (smaller: number, larger: number, count: number) => void): void;
}

/** Keeps the dense triangle within a share of a training worker's memory; larger catalogues go to the hash table. */
export const TRIANGLE_LIMIT_BYTES = 128 * 2 ** 20;

const CELL_BYTES = 4;

/** The counter that suits n numbers: a dense triangle while it fits `limitBytes`, else a hash table. */
export function pairCounterFor(n: number, limitBytes = TRIANGLE_LIMIT_BYTES): PairCounter {
  return ((n * (n - 1)) / 2) * CELL_BYTES <= limitBytes ? new TriangleCounter(n) : new HashCounter(n);
}

/** One cell for each pair: the row of the larger number holds those smaller. */
class TriangleCounter implements PairCounter {
  readonly #n: number;
  readonly #cells: Uint32Array;

  constructor(n: number) {
    this.#n = n;
    this.#cells = new Uint32Array((n * (n - 1)) / 2);
  }

  countAll(items: Uint32Array, length: number): void {
    const cells = this.#cells;
    for (let i = 1; i < length; i++) {
      const larger = items[i] ?? 0;
      const row = (larger * (larger - 1)) / 2;
      for (let j = 0; j < i; j++) {
        const smaller = items[j] ?? 0;
        if (smaller < larger) cells[row + smaller] = (cells[row + smaller] ?? 0) + 1;
      }
    }
  }

  forEach(visit: (smaller: number, larger: number, count: number) => void): void {
    let cell = 0;
    for (let larger = 1; larger < this.#n; larger++) {
      for (let smaller = 0; smaller < larger; smaller++) {
        const count = this.#cells[cell++] ?? 0;
        if (count > 0) visit(smaller, larger, count);
      }
    }
  }
}

const INITIAL_SLOTS = 1 << 16;
/** Linear probing slows down beyond this share of taken slots. */
const MAX_LOAD = 0.5;

/** Open addressing on the pair's code, larger × n + smaller, plus 1 so that 0 marks a free slot. */
class HashCounter implements PairCounter {
  readonly #n: number;
  #codes = new Float64Array(INITIAL_SLOTS);
  #counts = new Uint32Array(INITIAL_SLOTS);
  #taken = 0;

  constructor(n: number) {
    this.#n = n;
  }

  countAll(items: Uint32Array, length: number): void {
    for (let i = 1; i < length; i++) {
      const larger = items[i] ?? 0;
      for (let j = 0; j < i; j++) {
        const smaller = items[j] ?? 0;
        if (smaller < larger) this.#add(larger * this.#n + smaller + 1, 1);
      }
    }
  }

  forEach(visit: (smaller: number, larger: number, count: number) => void): void {
    const codes = this.#codes.filter((code) => code > 0).sort();
    for (const code of codes) {
      const larger = Math.floor((code - 1) / this.#n);
      visit(code - 1 - larger * this.#n, larger, this.#counts[this.#slotOf(code)] ?? 0);
    }
  }

  #add(code: number, count: number): void {
    const slot = this.#slotOf(code);
    if (this.#codes[slot] === 0) {
      this.#codes[slot] = code;
      this.#taken++;
    }
    this.#counts[slot] = (this.#counts[slot] ?? 0) + count;
    if (this.#taken > this.#codes.length * MAX_LOAD) this.#grow();
  }

  /** The slot that holds the code, or the free one where it belongs. */
  #slotOf(code: number): number {
    const codes = this.#codes;
    const mask = codes.length - 1;
    const high = Math.floor(code / 2 ** 32);
    let slot = (Math.imul((code | 0) ^ high, 0x9e3779b1) >>> 7) & mask;
    while (codes[slot] !== 0 && codes[slot] !== code) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const codes = this.#codes;
    const counts = this.#counts;
    this.#codes = new Float64Array(codes.length * 2);
    this.#counts = new Uint32Array(codes.length * 2);
    this.#taken = 0;
    for (let slot = 0; slot < codes.length; slot++) {
      const code = codes[slot] ?? 0;
      if (code > 0) this.#add(code, counts[slot] ?? 0);
    }
  }
}
