import type { EntryList } from './pool.ts';
import { ReusedDoubles, ReusedInts } from './reused.ts';

/** With more moves than that for each entry, sorting by digits is cheaper than moving. */
const MAX_MOVES_PER_ENTRY = 4;

/**
 * Orders entries by parting them by height, in steps from the highest score to the lowest, and then moving each to its
 * place among those close to it. Quick where no step has many; gives up where some have.
 */
export class ScoreSteps {
  readonly #stepOf = new ReusedInts();
  readonly #starts = new ReusedInts();
  readonly #scores = new ReusedDoubles();

  /** The entries as `orderByScore` gives them; undefined where that would take long this way. */
  order(list: EntryList, scores: Float64Array, ties: Int32Array): EntryList | undefined {
    const size = list.length;
    const stepOf = this.#stepOf.of(size);
    // About one entry lies in each.
    const starts = this.#starts.of(size + 1).fill(0);
    const heights = heightsOf(list, scores);
    const top = heights.of(heights.highest);
    const stepsPerHeight = size / (top - heights.of(heights.lowest));
    // Infinite scores, no scores at all, or all the same.
    if (!Number.isFinite(stepsPerHeight)) return undefined;
    let pairs = 0;
    for (let i = 0; i < size; i++) {
      const score = scores[list[i] ?? 0] ?? Number.NaN;
      const step = (top - heights.of(score)) * stepsPerHeight;
      // What is no number comes last, with the lowest ones.
      const whole = step < size ? step | 0 : size;
      stepOf[i] = whole;
      const before = starts[whole] ?? 0;
      starts[whole] = before + 1;
      pairs += before;
    }
    // About half of the pairs in a step stand the wrong way round.
    if (pairs / 2 > size * MAX_MOVES_PER_ENTRY) return undefined;
    return this.#part(list, scores, ties, stepOf, startsOf(starts));
  }

  #part(
    list: EntryList,
    scores: Float64Array,
    ties: Int32Array,
    stepOf: Int32Array,
    starts: Int32Array,
  ): EntryList {
    const ordered = new Int32Array(list.length);
    const own = this.#scores.of(list.length);
    for (let i = 0; i < list.length; i++) {
      const step = stepOf[i] ?? 0;
      const place = starts[step] ?? 0;
      starts[step] = place + 1;
      const entry = list[i] ?? 0;
      const score = scores[entry] ?? Number.NaN;
      ordered[place] = entry;
      own[place] = Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score;
    }
    settle(ordered, own, ties);
    return ordered;
  }
}

/** How high scores are: close ones are told apart even where a few are far above the others. */
class Heights {
  readonly highest: number;
  readonly lowest: number;
  readonly #mean: number;
  readonly #spread: number;

  constructor(highest: number, lowest: number, mean: number, spread: number) {
    this.highest = highest;
    this.lowest = lowest;
    this.#mean = mean;
    this.#spread = spread;
  }

  /** Between -1 and 1; rounding may let it fall where a score rises by almost nothing, so the order is settled later. */
  of(score: number): number {
    const above = score - this.#mean;
    return above / (Math.abs(above) + this.#spread);
  }
}

function heightsOf(list: EntryList, scores: Float64Array): Heights {
  let [highest, lowest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [count, sum, squares] = [0, 0, 0];
  for (let i = 0; i < list.length; i++) {
    const score = scores[list[i] ?? 0] ?? Number.NaN;
    if (Number.isNaN(score)) continue;
    if (score > highest) highest = score;
    if (score < lowest) lowest = score;
    count++;
    sum += score;
    squares += score * score;
  }
  const mean = sum / count;
  return new Heights(highest, lowest, mean, Math.sqrt(Math.abs(squares / count - mean * mean)));
}

/** Turns counts into where each begins, in place. */
export function startsOf(counts: Int32Array): Int32Array {
  let start = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit] ?? 0;
    counts[digit] = start;
    start += count;
  }
  return counts;
}

/** Moves each to its place among those before it. */
function settle(entries: Int32Array, scores: Float64Array, ties: Int32Array): void {
  for (let i = 1; i < entries.length; i++) {
    const score = scores[i] ?? 0;
    let before = scores[i - 1] ?? 0;
    if (before > score) continue;
    const entry = entries[i] ?? 0;
    const tie = ties[entry] ?? 0;
    let place = i;
    while (before < score || (before === score && (ties[entries[place - 1] ?? 0] ?? 0) > tie)) {
      entries[place] = entries[place - 1] ?? 0;
      scores[place] = before;
      if (--place === 0) break;
      before = scores[place - 1] ?? 0;
    }
    entries[place] = entry;
    scores[place] = score;
  }
}
