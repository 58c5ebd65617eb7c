/** What is chosen by trying: the other options of alternating least squares are given. */
export interface AlsCandidate {
  readonly factors: number;
  readonly lambda: number;
  readonly alpha: number;
}

/** All combinations: the last list varies fastest. Of equal candidates the first in this order is chosen. */
export function gridOf(
  factors: readonly number[],
  lambdas: readonly number[],
  alphas: readonly number[],
): AlsCandidate[] {
  return factors.flatMap((count) =>
    lambdas.flatMap((lambda) => alphas.map((alpha) => ({ factors: count, lambda, alpha }))),
  );
}

/** TAAR's grid (spec/taar-training.md section 9.5). */
export const TAAR_GRID = gridOf([15, 25, 35], [0.01, 0.1], [1, 10, 20]);

/**
 * The candidate with the highest score, of equal ones the first; undefined where no score is a number.
 * @param scores of the candidates, in their order
 */
export function bestOf(
  candidates: readonly AlsCandidate[],
  scores: readonly number[],
): AlsCandidate | undefined {
  let best = -1;
  for (const [i, score] of scores.entries()) {
    if (Number.isNaN(score)) continue;
    if (best === -1 || score > (scores[best] ?? Number.NaN)) best = i;
  }
  return candidates[best];
}
