import type { EntryList } from './pool.ts';

const DIGIT_BITS = 8;
const DIGITS = 1 << DIGIT_BITS;
const WORD_BITS = 32;
/** Longer runs of scores that agree in their upper halves are sorted by digits: insertion would be quadratic. */
const MAX_INSERTION_RUN = 16;

/**
 * The entries by score, highest first, ties by `ties` ascending; NaN comes last. `scores` and `ties` are columns of the
 * pool. Sorts digits of the scores, since a sort that calls a comparator costs ten times as much.
 */
export function orderByScore(list: EntryList, scores: Float64Array, ties: Int32Array): EntryList {
  const halves = new ScoreHalves(list, scores);
  const order = identity(list.length);
  radix(order, halves.upper);
  if (!settleRuns(order, halves, list, ties)) {
    const tieKeys = new Uint32Array(list.length);
    for (let i = 0; i < list.length; i++) tieKeys[i] = ((ties[list[i] ?? 0] ?? 0) ^ 0x80000000) >>> 0;
    radix(order, tieKeys);
    radix(order, halves.lower);
    radix(order, halves.upper);
  }
  for (let i = 0; i < order.length; i++) order[i] = list[order[i] ?? 0] ?? 0;
  return order;
}

/** The entries by score, highest first; ties stay in the order of the list, and NaN comes last. */
export function stableByScore(list: EntryList, scores: Float64Array): EntryList {
  const own = new Float64Array(list.length);
  for (let i = 0; i < list.length; i++) own[i] = scores[list[i] ?? 0] ?? Number.NaN;
  const places = identity(list.length);
  const order = orderByScore(places, own, places);
  for (let i = 0; i < order.length; i++) order[i] = list[order[i] ?? 0] ?? 0;
  return order;
}

/** The bits of scores as two unsigned columns that ascend where the score falls. */
class ScoreHalves {
  readonly upper: Uint32Array;
  readonly lower: Uint32Array;

  constructor(list: EntryList, scores: Float64Array) {
    const values = new Float64Array(list.length);
    const words = new Uint32Array(values.buffer);
    this.upper = new Uint32Array(list.length);
    this.lower = new Uint32Array(list.length);
    for (let i = 0; i < list.length; i++) {
      const score = scores[list[i] ?? 0] ?? Number.NaN;
      // Minus zero must equal zero, and adding zero makes it so.
      values[i] = Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score + 0;
      const low = words[2 * i] ?? 0;
      const high = words[2 * i + 1] ?? 0;
      const negative = high >>> 31 === 1;
      this.upper[i] = negative ? high : ~high ^ 0x80000000;
      this.lower[i] = negative ? low : ~low;
    }
  }
}

function identity(length: number): Int32Array {
  const order = new Int32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  return order;
}

/** Sorts `order` by its keys ascending, stably, least digit first; a digit that all share costs one pass less. */
function radix(order: Int32Array, keys: Uint32Array): void {
  let from: Int32Array = order;
  let to: Int32Array = new Int32Array(order.length);
  const counts = new Int32Array(DIGITS);
  for (let shift = 0; shift < WORD_BITS; shift += DIGIT_BITS) {
    counts.fill(0);
    for (let i = 0; i < keys.length; i++) {
      const digit = ((keys[i] ?? 0) >>> shift) & (DIGITS - 1);
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
    if (counts[((keys[0] ?? 0) >>> shift) & (DIGITS - 1)] === keys.length) continue;
    startsOf(counts);
    for (let i = 0; i < from.length; i++) {
      const at = from[i] ?? 0;
      const digit = ((keys[at] ?? 0) >>> shift) & (DIGITS - 1);
      const place = counts[digit] ?? 0;
      counts[digit] = place + 1;
      to[place] = at;
    }
    [from, to] = [to, from];
  }
  if (from !== order) order.set(from);
}

function startsOf(counts: Int32Array): void {
  let start = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit] ?? 0;
    counts[digit] = start;
    start += count;
  }
}

/** Puts runs of equal upper halves in order; false where one is too long for it. */
function settleRuns(
  order: Int32Array,
  { upper, lower }: ScoreHalves,
  list: EntryList,
  ties: Int32Array,
): boolean {
  let start = 0;
  for (let i = 1; i < order.length; i++) {
    const at = order[i] ?? 0;
    if (upper[at] !== upper[order[i - 1] ?? 0]) {
      start = i;
      continue;
    }
    if (i - start >= MAX_INSERTION_RUN) return false;
    const low = lower[at] ?? 0;
    const tie = ties[list[at] ?? 0] ?? 0;
    let place = i;
    while (place > start) {
      const before = order[place - 1] ?? 0;
      const beforeLow = lower[before] ?? 0;
      if (beforeLow < low || (beforeLow === low && (ties[list[before] ?? 0] ?? 0) <= tie)) break;
      order[place] = before;
      place--;
    }
    order[place] = at;
  }
  return true;
}
