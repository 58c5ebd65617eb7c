/**
 * The inner loops of similarity-recommender.ts, which says what they mean and lays out their memory: an array of
 * addresses and sizes comes first, in the order of SLOTS in similarity-memory.ts. Doubles throughout, each sum from left
 * to right; two donors side by side, which changes no result.
 */
const enum Slot {
  donors,
  stride,
  continuous,
  categorical,
  distances,
  points,
  pointDistances,
  pointPlaces,
  weights,
  ranks,
  cellCount,
  cells,
  bounds,
  rankCount,
  first,
  next,
  donorWeights,
  rankWeights,
  itemStarts,
  items,
  sums,
  found,
  scores,
}

const DISTANCE_FLOOR: f64 = 0.001;
/** Times 0 to 3 it is 0, 1/3, 2/3 and 1 to the last bit. */
const CATEGORY_SHARE: f64 = 1.0 / 3.0;

@inline
function slot(name: Slot): usize {
  return load<u32>(<usize>name << 2);
}

@inline
function relativeDifference(x: v128, absX: v128, at: usize): v128 {
  const y = v128.load(at);
  const smallest = f64x2.splat(5e-324);
  return f64x2.div(f64x2.abs(f64x2.sub(x, y)), f64x2.pmax(f64x2.add(absX, f64x2.abs(y)), smallest));
}

@inline
function differs(category: v128, at: usize): v128 {
  return v128.not(i32x4.eq(v128.load64_zero(at), category));
}

/** Writes each donor's distance from a client. */
export function measure(
  city: i32,
  locale: i32,
  os: i32,
  x0: f64,
  x1: f64,
  x2: f64,
  x3: f64,
  x4: f64,
): void {
  const stride = slot(Slot.stride);
  const columns = slot(Slot.continuous);
  const categories = slot(Slot.categorical);
  const distances = slot(Slot.distances);
  const column = stride << 3;
  const category = stride << 2;
  const cities = i32x4.splat(city);
  const locales = i32x4.splat(locale);
  const systems = i32x4.splat(os);
  const v0 = f64x2.splat(x0);
  const v1 = f64x2.splat(x1);
  const v2 = f64x2.splat(x2);
  const v3 = f64x2.splat(x3);
  const v4 = f64x2.splat(x4);
  const a0 = f64x2.abs(v0);
  const a1 = f64x2.abs(v1);
  const a2 = f64x2.abs(v2);
  const a3 = f64x2.abs(v3);
  const a4 = f64x2.abs(v4);
  for (let donor: usize = 0; donor < stride; donor += 2) {
    const n = columns + (donor << 3);
    const c = categories + (donor << 2);
    // Each comparison gives -1 or 0.
    const different = i32x4.neg(
      i32x4.add(
        i32x4.add(differs(cities, c), differs(locales, c + category)),
        differs(systems, c + 2 * category),
      ),
    );
    let canberra = relativeDifference(v0, a0, n);
    canberra = f64x2.add(canberra, relativeDifference(v1, a1, n + column));
    canberra = f64x2.add(canberra, relativeDifference(v2, a2, n + 2 * column));
    canberra = f64x2.add(canberra, relativeDifference(v3, a3, n + 3 * column));
    canberra = f64x2.add(canberra, relativeDifference(v4, a4, n + 4 * column));
    const hamming = f64x2.mul(f64x2.convert_low_i32x4_s(different), f64x2.splat(CATEGORY_SHARE));
    v128.store(
      distances + (donor << 3),
      f64x2.mul(f64x2.add(canberra, f64x2.splat(DISTANCE_FLOOR)), hamming),
    );
  }
}

/** The place of the curve's point that is nearest to a distance, the first of equally near ones; 0 for NaN. */
export function nearestPoint(distance: f64): u32 {
  if (distance != distance) return 0;
  const points = <i32>slot(Slot.points);
  const distances = slot(Slot.pointDistances);
  const places = slot(Slot.pointPlaces);
  let right = <i32>load<u32>(slot(Slot.cells) + (cellAt(distance) << 2));
  // The cell is only about right, since its bounds are rounded.
  while (right > 0 && load<f64>(distances + ((<usize>right - 1) << 3)) >= distance) right--;
  while (right < points && load<f64>(distances + (<usize>right << 3)) < distance) right++;
  let left = right - 1;
  const toLeft = left >= 0 ? distance - load<f64>(distances + (<usize>left << 3)) : Infinity;
  const toRight = right < points ? load<f64>(distances + (<usize>right << 3)) - distance : Infinity;
  const nearest = min(toLeft, toRight);
  let place = load<u32>(places + (<usize>(toLeft == nearest ? left : right) << 2));
  // Rounding can make several points equally near.
  while (left >= 0 && distance - load<f64>(distances + (<usize>left << 3)) == nearest) {
    place = min(place, load<u32>(places + (<usize>left << 2)));
    left--;
  }
  while (right < points && load<f64>(distances + (<usize>right << 3)) - distance == nearest) {
    place = min(place, load<u32>(places + (<usize>right << 2)));
    right++;
  }
  return place;
}

@inline
function cellAt(distance: f64): usize {
  const bounds = slot(Slot.bounds);
  const cells = <f64>(<u32>slot(Slot.cellCount));
  const cell = (distance - load<f64>(bounds)) * load<f64>(bounds, 8);
  return cell > 0 ? <usize>min(cell, cells - 1) : 0;
}

/**
 * Puts every donor with a positive weight in the list of its rank. Returns -1, or the place of a point that counts and
 * has no weight.
 */
export function choose(): i32 {
  const donors = <i32>slot(Slot.donors);
  const distances = slot(Slot.distances);
  const weights = slot(Slot.weights);
  const ranks = slot(Slot.ranks);
  const first = slot(Slot.first);
  const next = slot(Slot.next);
  const donorWeights = slot(Slot.donorWeights);
  const rankWeights = slot(Slot.rankWeights);
  const end = load<f64>(slot(Slot.bounds), 16);
  memory.fill(first, 0xff, slot(Slot.rankCount) << 2);
  memory.fill(donorWeights, 0, <usize>donors << 3);
  for (let donor = 0; donor < donors; donor++) {
    const distance = load<f64>(distances + (<usize>donor << 3));
    if (distance >= end) continue;
    const place = nearestPoint(distance);
    const weight = load<f64>(weights + (<usize>place << 3));
    if (weight > 0) {
      const rank = <usize>load<u32>(ranks + (<usize>place << 2));
      store<i32>(next + (<usize>donor << 2), load<i32>(first + (rank << 2)));
      store<i32>(first + (rank << 2), donor);
      store<f64>(rankWeights + (rank << 3), weight);
      store<f64>(donorWeights + (<usize>donor << 3), weight);
    } else if (weight < 0) return <i32>place;
  }
  return -1;
}

/** Adds each donor's weight to its add-ons, the heaviest donor first, and writes what was found; how many there are. */
export function sumUp(): i32 {
  const ranks = slot(Slot.rankCount);
  const first = slot(Slot.first);
  const next = slot(Slot.next);
  const rankWeights = slot(Slot.rankWeights);
  const itemStarts = slot(Slot.itemStarts);
  const items = slot(Slot.items);
  const sums = slot(Slot.sums);
  const found = slot(Slot.found);
  const scores = slot(Slot.scores);
  let count: usize = 0;
  for (let rank: usize = 0; rank < ranks; rank++) {
    const weight = load<f64>(rankWeights + (rank << 3));
    for (let donor = load<i32>(first + (rank << 2)); donor != -1; ) {
      const starts = itemStarts + (<usize>donor << 2);
      const end = items + (<usize>load<u32>(starts, 4) << 2);
      for (let at = items + (<usize>load<u32>(starts) << 2); at < end; at += 4) {
        const item = <usize>load<u32>(at);
        const sum = load<f64>(sums + (item << 3));
        // All weights are above 0, so a sum of 0 is an add-on that had none.
        if (sum == 0) store<u32>(found + (count++ << 2), <u32>item);
        store<f64>(sums + (item << 3), sum + weight);
      }
      donor = load<i32>(next + (<usize>donor << 2));
    }
  }
  for (let i: usize = 0; i < count; i++) {
    const sum = sums + (<usize>load<u32>(found + (i << 2)) << 3);
    store<f64>(scores + (i << 3), load<f64>(sum));
    store<f64>(sum, 0);
  }
  return <i32>count;
}
