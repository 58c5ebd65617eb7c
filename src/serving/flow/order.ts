import type { EntryList } from './pool.ts';

const DIGIT_BITS = 9;
const DIGITS = 1 << DIGIT_BITS;
const WORD_BITS = 32;
const SIGN = 1 << 31;
/** A coarse sort of two digits comes first; what it leaves in disorder is close to its place. */
const COARSE_BITS = 2 * DIGIT_BITS;
/** With more moves than that for each entry, sorting all digits is cheaper than moving. */
const MAX_MOVES_PER_ENTRY = 4;

/**
 * The entries by score, highest first, ties by `ties` ascending; NaN comes last. `scores` and `ties` are columns of the
 * pool. Sorts digits of the scores, since a sort that calls a comparator costs several times as much.
 */
export function orderByScore(list: EntryList, scores: Float64Array, ties: Int32Array): EntryList {
  const keys = new ScoreKeys(list, scores);
  const order = identity(list.length);
  radix(order, keys.coarse(), COARSE_BITS);
  if (!settle(order, keys, list, ties)) {
    radix(order, unsigned(tiesOf(list, ties)), WORD_BITS);
    radix(order, unsigned(keys.lower), WORD_BITS);
    radix(order, unsigned(keys.upper), WORD_BITS);
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

/** Do the entries stand as `orderByScore` would put them? */
export function isOrderedByScore(list: EntryList, scores: Float64Array, ties: Int32Array): boolean {
  let before = Number.POSITIVE_INFINITY;
  let tieBefore = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < list.length; i++) {
    const entry = list[i] ?? 0;
    const score = scores[entry] ?? Number.NaN;
    const tie = ties[entry] ?? 0;
    // With NaN on either side this is false, and the list is sorted to be safe.
    if (!(score < before || (score === before && tie >= tieBefore))) return false;
    before = score;
    tieBefore = tie;
  }
  return true;
}

/** The bits of scores as two signed columns that ascend where the score falls; signed ones compare faster. */
class ScoreKeys {
  readonly upper: Int32Array;
  readonly lower: Int32Array;

  constructor(list: EntryList, scores: Float64Array) {
    const value = new Float64Array(1);
    const words = new Int32Array(value.buffer);
    this.upper = new Int32Array(list.length);
    this.lower = new Int32Array(list.length);
    for (let i = 0; i < list.length; i++) {
      const score = scores[list[i] ?? 0] ?? Number.NaN;
      // Minus zero must equal zero, and adding zero makes it so.
      value[0] = Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score + 0;
      const low = words[0] ?? 0;
      const high = words[1] ?? 0;
      this.upper[i] = high < 0 ? high ^ SIGN : ~high;
      this.lower[i] = high < 0 ? low ^ SIGN : ~low ^ SIGN;
    }
  }

  /** As much of the upper halves as fits into the coarse bits. */
  coarse(): Int32Array {
    let lowest = this.upper[0] ?? 0;
    let highest = lowest;
    for (let i = 0; i < this.upper.length; i++) {
      const key = this.upper[i] ?? 0;
      if (key < lowest) lowest = key;
      if (key > highest) highest = key;
    }
    const shift = Math.max(0, WORD_BITS - Math.clz32(highest - lowest) - COARSE_BITS);
    const coarse = new Int32Array(this.upper.length);
    for (let i = 0; i < coarse.length; i++) coarse[i] = ((this.upper[i] ?? 0) - lowest) >>> shift;
    return coarse;
  }
}

/** Signed keys as radix sorts them: by their bits without a sign. */
function unsigned(keys: Int32Array): Int32Array {
  const flipped = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) flipped[i] = (keys[i] ?? 0) ^ SIGN;
  return flipped;
}

function tiesOf(list: EntryList, ties: Int32Array): Int32Array {
  const keys = new Int32Array(list.length);
  for (let i = 0; i < list.length; i++) keys[i] = ties[list[i] ?? 0] ?? 0;
  return keys;
}

function identity(length: number): Int32Array {
  const order = new Int32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  return order;
}

/** Sorts `order` by the bits of its keys ascending, stably, least digit first; a digit that all share costs half a pass. */
function radix(order: Int32Array, keys: Int32Array, bits: number): void {
  let from: Int32Array = order;
  let to: Int32Array = new Int32Array(order.length);
  const counts = new Int32Array(DIGITS);
  for (let shift = 0; shift < bits; shift += DIGIT_BITS) {
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

/** Moves each to its place among those close before it; false where that would take too many moves. */
function settle(order: Int32Array, { upper, lower }: ScoreKeys, list: EntryList, ties: Int32Array): boolean {
  let moves = order.length * MAX_MOVES_PER_ENTRY;
  for (let i = 1; i < order.length; i++) {
    const at = order[i] ?? 0;
    const high = upper[at] ?? 0;
    let place = i;
    for (; place > 0; place--) {
      const before = order[place - 1] ?? 0;
      const highBefore = upper[before] ?? 0;
      if (highBefore < high) break;
      if (highBefore === high && !isAfter(before, at, lower, list, ties)) break;
      order[place] = before;
      if (--moves < 0) {
        order[place - 1] = at;
        return false;
      }
    }
    order[place] = at;
  }
  return true;
}

/** Does `a` come after `b`, whose upper halves are equal? */
function isAfter(a: number, b: number, lower: Int32Array, list: EntryList, ties: Int32Array): boolean {
  const lowA = lower[a] ?? 0;
  const lowB = lower[b] ?? 0;
  if (lowA !== lowB) return lowA > lowB;
  return (ties[list[a] ?? 0] ?? 0) > (ties[list[b] ?? 0] ?? 0);
}
