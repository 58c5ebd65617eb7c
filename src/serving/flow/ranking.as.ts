/**
 * The inner loops of weighted-sums.ts, which says what they mean. Their memory begins with addresses and sizes in the
 * order of the columns there. Doubles throughout, each sum in the order of the list.
 */
const enum Slot {
  size,
  list,
  item,
  source,
  sourceScore,
  score,
  merged,
  weights,
  slots,
  kept,
  stepOf,
  starts,
  ordered,
  heights,
}

/** With more moves than that for each entry, sorting by digits is cheaper than moving. */
const MAX_MOVES_PER_ENTRY: usize = 4;

@inline
function slot(name: Slot): usize {
  return load<u32>(<usize>name << 2);
}

/**
 * Adds the weighted scores of each item: one entry is kept for each, the others are merged into it. `slots` holds 0 for
 * every item, before and after. Returns how many are kept, -1 where a source of the list has no weight, or -2 where an
 * item is beyond the table.
 */
export function sumUp(length: usize, size: usize, tableSize: u32): i32 {
  const list = slot(Slot.list);
  const item = slot(Slot.item);
  const source = slot(Slot.source);
  const sourceScore = slot(Slot.sourceScore);
  const score = slot(Slot.score);
  const merged = slot(Slot.merged);
  const weights = slot(Slot.weights);
  const slots = slot(Slot.slots);
  const kept = slot(Slot.kept);
  memory.fill(merged, 0xff, size << 2);
  let count: usize = 0;
  let fault = 0;
  for (let i: usize = 0; i < length; i++) {
    const entry = <usize>load<u32>(list + (i << 2));
    const weight = load<f64>(weights + (<usize>load<u32>(source + (entry << 2)) << 3));
    const number = load<u32>(item + (entry << 2));
    if (weight != weight || number >= tableSize) {
      fault = number >= tableSize ? -2 : -1;
      break;
    }
    const part = weight * load<f64>(sourceScore + (entry << 3));
    const known = slots + (<usize>number << 2);
    const first = load<u32>(known);
    if (first == 0) {
      store<u32>(known, <u32>entry + 1);
      store<u32>(kept + (count++ << 2), <u32>entry);
      // A sum that begins at 0 turns -0 into 0.
      store<f64>(score + (entry << 3), 0 + part);
    } else {
      let last = <usize>first - 1;
      const sum = score + (last << 3);
      store<f64>(sum, load<f64>(sum) + part);
      for (let next = load<i32>(merged + (last << 2)); next != -1; next = load<i32>(merged + (last << 2))) {
        last = <usize>next;
      }
      store<u32>(merged + (last << 2), <u32>entry);
    }
  }
  for (let i: usize = 0; i < count; i++) {
    const entry = <usize>load<u32>(kept + (i << 2));
    store<u32>(slots + (<usize>load<u32>(item + (entry << 2)) << 2), 0);
  }
  return fault == 0 ? <i32>count : fault;
}

@inline
function heightOf(score: f64, mean: f64, spread: f64): f64 {
  const above = score - mean;
  return above / (abs(above) + spread);
}

/**
 * Orders the first `count` of `kept` by their scores, highest first, ties by item: parts them by height, in steps from
 * the highest to the lowest, and then moves each to its place among those close to it. Heights tell close scores apart
 * even where a few are far above the others; that rounding may turn two round does no harm, as all are settled. Returns
 * false where too many are close, or a score is not finite.
 */
export function order(count: usize): bool {
  const kept = slot(Slot.kept);
  const score = slot(Slot.score);
  let highest = -Infinity;
  let lowest = Infinity;
  let sum = 0.0;
  let squares = 0.0;
  for (let i: usize = 0; i < count; i++) {
    const value = load<f64>(score + (<usize>load<u32>(kept + (i << 2)) << 3));
    highest = max(highest, value);
    lowest = min(lowest, value);
    sum += value;
    squares += value * value;
  }
  const mean = sum / <f64>count;
  const spread = sqrt(abs(squares / <f64>count - mean * mean));
  const top = heightOf(highest, mean, spread);
  const stepsPerHeight = <f64>count / (top - heightOf(lowest, mean, spread));
  if (!(stepsPerHeight < Infinity)) return false;
  return part(count, mean, spread, top, stepsPerHeight);
}

function part(count: usize, mean: f64, spread: f64, top: f64, stepsPerHeight: f64): bool {
  const kept = slot(Slot.kept);
  const score = slot(Slot.score);
  const stepOf = slot(Slot.stepOf);
  const starts = slot(Slot.starts);
  const ordered = slot(Slot.ordered);
  const heights = slot(Slot.heights);
  memory.fill(starts, 0, (count + 1) << 2);
  let pairs: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const value = load<f64>(score + (<usize>load<u32>(kept + (i << 2)) << 3));
    const step = <usize>max(0, min((top - heightOf(value, mean, spread)) * stepsPerHeight, <f64>count));
    store<u32>(stepOf + (i << 2), <u32>step);
    const before = <usize>load<u32>(starts + (step << 2));
    store<u32>(starts + (step << 2), <u32>before + 1);
    pairs += before;
  }
  // About half of the pairs in a step stand the wrong way round.
  if (pairs > 2 * count * MAX_MOVES_PER_ENTRY) return false;
  let start: u32 = 0;
  for (let at = starts; at <= starts + (count << 2); at += 4) {
    const entries = load<u32>(at);
    store<u32>(at, start);
    start += entries;
  }
  for (let i: usize = 0; i < count; i++) {
    const at = starts + (<usize>load<u32>(stepOf + (i << 2)) << 2);
    const place = <usize>load<u32>(at);
    store<u32>(at, <u32>place + 1);
    const entry = load<u32>(kept + (i << 2));
    store<u32>(ordered + (place << 2), entry);
    store<f64>(heights + (place << 3), load<f64>(score + (<usize>entry << 3)));
  }
  settle(count, ordered, heights);
  return true;
}

/** Moves each to its place among those before it. */
function settle(count: usize, ordered: usize, scores: usize): void {
  const item = slot(Slot.item);
  for (let i: usize = 1; i < count; i++) {
    const value = load<f64>(scores + (i << 3));
    let before = load<f64>(scores + ((i - 1) << 3));
    if (before > value) continue;
    const entry = load<u32>(ordered + (i << 2));
    const tie = load<i32>(item + (<usize>entry << 2));
    let place = i;
    while (
      before < value ||
      (before == value &&
        load<i32>(item + (<usize>load<u32>(ordered + ((place - 1) << 2)) << 2)) > tie)
    ) {
      store<u32>(ordered + (place << 2), load<u32>(ordered + ((place - 1) << 2)));
      store<f64>(scores + (place << 3), before);
      if (--place == 0) break;
      before = load<f64>(scores + ((place - 1) << 3));
    }
    store<u32>(ordered + (place << 2), entry);
    store<f64>(scores + (place << 3), value);
  }
}
