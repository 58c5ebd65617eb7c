import { type PairCounter, pairCounterFor } from './pair-counter.ts';

/** The numbers that each client has: client i has `items[ends[i-1], ends[i])`, distinct and below n. */
export interface ItemLists {
  readonly ends: Uint32Array;
  readonly items: Uint32Array | Uint16Array;
}

/**
 * A symmetric sparse matrix of counts: row a has the entries from `starts[a]` to `starts[a + 1]`, their columns
 * ascending and never a itself.
 */
export interface PairRows {
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly counts: Uint32Array;
}

export interface PairOptions {
  /** A pair that fewer clients have is left out. */
  readonly minCount?: number;
  /** The largest dense table, in bytes; see TRIANGLE_LIMIT_BYTES. */
  readonly triangleLimitBytes?: number;
}

/**
 * How many clients have each pair of numbers (spec/taar-training.md section 7.4): every unordered pair is counted
 * once, then mirrored. The order of clients, and of the numbers of one client, changes nothing.
 */
export function countPairs(lists: ItemLists, n: number, options: PairOptions = {}): PairRows {
  const counter = pairCounterFor(n, options.triangleLimitBytes);
  const { ends, items } = lists;
  let scratch = new Uint32Array(64);
  let start = 0;
  for (let client = 0; client < ends.length; client++) {
    const end = ends[client] ?? start;
    if (end - start > scratch.length) scratch = new Uint32Array((end - start) * 2);
    sortInto(scratch, items, start, end);
    counter.countAll(scratch, end - start);
    start = end;
  }
  return mirrored(counter, n, options.minCount ?? 1);
}

/** Insertion sort: the lists are short, and ascending already where numbers follow the order of guids. */
function sortInto(target: Uint32Array, items: Uint32Array | Uint16Array, start: number, end: number): void {
  for (let i = start; i < end; i++) {
    const item = items[i] ?? 0;
    let place = i - start;
    while (place > 0 && (target[place - 1] ?? 0) > item) {
      target[place] = target[place - 1] ?? 0;
      place--;
    }
    target[place] = item;
  }
}

/** Writes each counted pair into both of its rows; the order of `forEach` makes columns ascend in every row. */
function mirrored(counter: PairCounter, n: number, minCount: number): PairRows {
  const starts = new Uint32Array(n + 1);
  counter.forEach((smaller, larger, count) => {
    if (count < minCount) return;
    starts[smaller + 1] = (starts[smaller + 1] ?? 0) + 1;
    starts[larger + 1] = (starts[larger + 1] ?? 0) + 1;
  });
  for (let row = 0; row < n; row++) starts[row + 1] = (starts[row + 1] ?? 0) + (starts[row] ?? 0);
  const next = starts.slice();
  const columns = new Uint32Array(starts[n] ?? 0);
  const counts = new Uint32Array(columns.length);
  const put = (row: number, column: number, count: number): void => {
    const place = next[row] ?? 0;
    columns[place] = column;
    counts[place] = count;
    next[row] = place + 1;
  };
  counter.forEach((smaller, larger, count) => {
    if (count < minCount) return;
    put(smaller, larger, count);
    put(larger, smaller, count);
  });
  return { starts, columns, counts };
}
