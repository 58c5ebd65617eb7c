import { TaarError } from '../../domain/errors.ts';
import { ReusedDoubles } from '../flow/reused.ts';

/** Gives the lightest candidate a chance too, if hardly one: the distance of 1 to the next double. */
const LEAST_SHARE = Number.EPSILON;

/** Places in the order in which they were drawn. */
export interface Draw {
  readonly chosen: Uint32Array;
  /** With which probability each was drawn, given those before it. */
  readonly probabilities: Float64Array;
}

/** Draws from lists of weights, in the same memory each time; a draw never waits, so no other one can see it. */
export class TailDraw {
  readonly #shares = new ReusedDoubles();
  readonly #bounds = new ReusedDoubles();

  /**
   * Draws without replacement, each candidate in proportion to how far its weight is above the least one
   * (spec/taar-serving.md section 5.6). It takes its uniforms in [0, 1) in batches as numpy's legacy generator does: as
   * many as are still wanted, and those that hit the same candidate are lost.
   * @throws TaarError `weights-unusable` (dead-letter) for weights that are not finite, or so large that the lightest
   *   candidate has no chance at all beside them
   */
  draw(weights: ArrayLike<number>, size: number, uniform: () => number): Draw {
    const wanted = Math.max(0, Math.min(size, weights.length));
    const draw = { chosen: new Uint32Array(wanted), probabilities: new Float64Array(wanted) };
    if (wanted === 0) return draw;
    const shares = this.#shares.of(weights.length);
    writeShares(shares, weights);
    const bounds = this.#bounds.of(weights.length);
    for (let found = 0; found < wanted; ) found = drawBatch(shares, bounds, found, draw, uniform);
    return draw;
  }
}

/** Chances that add up to 1. */
function writeShares(shares: Float64Array, weights: ArrayLike<number>): void {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? 0;
    if (weight < least) least = weight;
  }
  let total = 0;
  for (let i = 0; i < shares.length; i++) {
    const share = (weights[i] ?? 0) - least + LEAST_SHARE;
    shares[i] = share;
    total += share;
  }
  if (!Number.isFinite(total)) {
    throw unusable('candidates have weights that are not finite');
  }
  // Drawing until all places are filled would never end with a candidate that cannot be drawn.
  if (LEAST_SHARE / total === 0)
    throw unusable('beside the weights of some candidates others have no chance');
  for (let i = 0; i < shares.length; i++) shares[i] = (shares[i] ?? 0) / total;
}

function unusable(what: string): TaarError {
  return new TaarError('weights-unusable', 'dead-letter', what);
}

/** One batch; how many are found after it. A candidate's share becomes 0 once it is drawn. */
function drawBatch(
  shares: Float64Array,
  bounds: Float64Array,
  before: number,
  { chosen, probabilities }: Draw,
  uniform: () => number,
): number {
  const size = shares.length;
  let total = 0;
  for (let i = 0; i < size; i++) {
    total += shares[i] ?? 0;
    bounds[i] = total;
  }
  let found = before;
  let left = total;
  for (let drawn = chosen.length - before; drawn > 0; drawn--) {
    const at = firstAbove(bounds, total, uniform());
    const share = shares[at] ?? 0;
    if (share === 0) continue;
    chosen[found] = at;
    // Rounding must not make a probability of more than 1 of the last ones.
    probabilities[found++] = share / Math.max(share, left);
    left -= share;
    shares[at] = 0;
  }
  return found;
}

/** The first place whose share of the total, up to itself, is above a number below 1. */
function firstAbove(bounds: Float64Array, total: number, number: number): number {
  let [low, high] = [0, bounds.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] ?? 0) / total > number) high = middle;
    else low = middle + 1;
  }
  return low;
}
