import { stableByScore } from './order.ts';
import type { CandidatePool, EntryList } from './pool.ts';
import type { UniformSource } from './query.ts';

/** Up to so many draws each walks block sums of the weights; for more, one sort of random keys is cheaper. */
const MAX_WALKED_DRAWS = 128;
/** Weights in a block: a draw looks at each block, at the weights of one of them, and sums that one anew. */
const BLOCK = 32;

/** What was drawn: places in the list of weights, in the order of drawing, and the probability of each draw. */
export interface Draw {
  readonly places: Int32Array;
  /** Of this place, given those drawn before it. */
  readonly probabilities: Float64Array;
}

/**
 * Draws `count` places without replacement, each time with probability weight / sum of the weights left (the law of
 * Plackett and Luce). Weights are finite and positive.
 */
export function drawByWeight(weights: Float64Array, count: number, uniforms: UniformSource): Draw {
  const draws = Math.min(count, weights.length);
  return draws <= MAX_WALKED_DRAWS
    ? drawByWalking(weights.slice(), draws, uniforms)
    : drawByKeys(weights, draws, uniforms);
}

/** Takes its own copy of the weights: what is drawn becomes 0. */
function drawByWalking(left: Float64Array, draws: number, uniforms: UniformSource): Draw {
  const places = new Int32Array(draws);
  const probabilities = new Float64Array(draws);
  const blocks = new Float64Array(Math.ceil(left.length / BLOCK));
  for (let block = 0; block < blocks.length; block++) blocks[block] = sumOf(left, block);
  for (let i = 0; i < draws; i++) {
    // Summed anew each time: subtracting what was drawn would leave a rest of rounding errors.
    let sum = 0;
    for (let block = 0; block < blocks.length; block++) sum += blocks[block] ?? 0;
    const place = placeAt(left, blocks, uniforms() * sum);
    places[i] = place;
    probabilities[i] = (left[place] ?? 0) / sum;
    left[place] = 0;
    const block = Math.floor(place / BLOCK);
    blocks[block] = sumOf(left, block);
  }
  return { places, probabilities };
}

function sumOf(left: Float64Array, block: number): number {
  const end = Math.min(left.length, (block + 1) * BLOCK);
  let sum = 0;
  for (let place = block * BLOCK; place < end; place++) sum += left[place] ?? 0;
  return sum;
}

/** The place where the running sum passes the target. */
function placeAt(left: Float64Array, blocks: Float64Array, target: number): number {
  const [block, rest] = passing(blocks, 0, blocks.length, target);
  const from = block * BLOCK;
  return passing(left, from, Math.min(left.length, from + BLOCK), rest)[0];
}

/** Where the sum passes the target, and what is left of it there; the last weight where rounding lets it pass none. */
function passing(weights: Float64Array, from: number, to: number, target: number): [number, number] {
  let rest = target;
  let last = from;
  for (let at = from; at < to; at++) {
    const weight = weights[at] ?? 0;
    if (weight === 0) continue;
    if (rest < weight) return [at, rest];
    last = at;
    rest -= weight;
  }
  return [last, weights[last] ?? 0];
}

/** Orders by exponential waiting times of rate `weight`, which gives the same law. */
function drawByKeys(weights: Float64Array, draws: number, uniforms: UniformSource): Draw {
  const keys = new Float64Array(weights.length);
  const all = new Int32Array(weights.length);
  for (let place = 0; place < weights.length; place++) {
    all[place] = place;
    // 1 - u lies in (0, 1]: its logarithm is finite.
    keys[place] = Math.log(1 - uniforms()) / (weights[place] ?? 1);
  }
  const order = stableByScore(all, keys);
  const probabilities = new Float64Array(order.length);
  let left = 0;
  for (let i = order.length - 1; i >= 0; i--) {
    const weight = weights[order[i] ?? 0] ?? 0;
    left += weight;
    probabilities[i] = weight / left;
  }
  return { places: order.subarray(0, draws), probabilities: probabilities.subarray(0, draws) };
}

/**
 * The list with the drawn entries first, in the order of drawing, and the probability of each noted in the pool; what
 * was not drawn follows as it stood.
 * @param places of the drawn entries in the list
 */
export function drawnFirst(
  pool: CandidatePool,
  list: EntryList,
  places: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): EntryList {
  const ordered = pool.newList(list.length);
  const drawn = Int32Array.from(places).sort();
  for (let i = 0; i < places.length; i++) {
    const entry = list[places[i] ?? 0] ?? 0;
    pool.setProbability(entry, probabilities[i] ?? Number.NaN);
    ordered[i] = entry;
  }
  let end = drawn.length;
  let from = 0;
  for (let i = 0; i <= drawn.length; i++) {
    const place = drawn[i] ?? list.length;
    ordered.set(list.subarray(from, place), end);
    end += place - from;
    from = place + 1;
  }
  return ordered;
}
