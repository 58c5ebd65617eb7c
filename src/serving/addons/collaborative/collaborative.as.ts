/**
 * The inner loops of collaborative-recommender.ts, which says what they mean. Their memory begins with addresses and
 * sizes in the order of the columns in collaborative-kernel.ts. Doubles throughout, each sum from left to right; eight
 * rows side by side, which changes no result.
 */
const enum Slot {
  candidates,
  factors,
  blocks,
  user,
  rows,
  itemOf,
  isShared,
  isInstalled,
  placeOf,
  scores,
  items,
}

@inline
function slot(name: Slot): usize {
  return load<u32>(<usize>name << 2);
}

/** Writes the score of each candidate. `blocks` holds eight candidates after eight: factor after factor of all eight. */
export function scoreAll(): void {
  const candidates = slot(Slot.candidates);
  const factors = slot(Slot.factors);
  const user = slot(Slot.user);
  const end = user + (factors << 3);
  let scores = slot(Slot.scores);
  let at = slot(Slot.blocks);
  for (let i: usize = 0; i < candidates; i += 8) {
    let sum0 = f64x2.splat(0);
    let sum1 = f64x2.splat(0);
    let sum2 = f64x2.splat(0);
    let sum3 = f64x2.splat(0);
    for (let factor = user; factor < end; factor += 8) {
      const weight = v128.load64_splat(factor);
      sum0 = f64x2.add(sum0, f64x2.mul(weight, v128.load(at)));
      sum1 = f64x2.add(sum1, f64x2.mul(weight, v128.load(at, 16)));
      sum2 = f64x2.add(sum2, f64x2.mul(weight, v128.load(at, 32)));
      sum3 = f64x2.add(sum3, f64x2.mul(weight, v128.load(at, 48)));
      at += 64;
    }
    v128.store(scores, sum0);
    v128.store(scores, sum1, 16);
    v128.store(scores, sum2, 32);
    v128.store(scores, sum3, 48);
    scores += 64;
  }
}

/**
 * Leaves one score for each item that is not installed, in the order of its first candidate with the score of its last;
 * how many there are.
 */
export function placeAll(): i32 {
  const candidates = slot(Slot.candidates);
  const rows = slot(Slot.rows);
  const itemOf = slot(Slot.itemOf);
  const isShared = slot(Slot.isShared);
  const isInstalled = slot(Slot.isInstalled);
  const placeOf = slot(Slot.placeOf);
  const scores = slot(Slot.scores);
  const items = slot(Slot.items);
  let places: usize = 0;
  let anyShared = false;
  for (let i: usize = 0; i < candidates; i++) {
    if (load<u8>(isInstalled + load<u32>(rows + (i << 2)))) continue;
    const item = <usize>load<u32>(itemOf + (i << 2));
    const score = load<f64>(scores + (i << 3));
    if (load<u8>(isShared + i)) {
      anyShared = true;
      const known = <usize>load<u32>(placeOf + (item << 2));
      if (known > 0) {
        store<f64>(scores + ((known - 1) << 3), score);
        continue;
      }
      store<u32>(placeOf + (item << 2), <u32>places + 1);
    }
    store<f64>(scores + (places << 3), score);
    store<u32>(items + (places << 2), <u32>item);
    places++;
  }
  if (anyShared) {
    for (let i: usize = 0; i < places; i++) store<u32>(placeOf + (<usize>load<u32>(items + (i << 2)) << 2), 0);
  }
  return <i32>places;
}
