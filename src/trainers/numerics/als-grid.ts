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
 * Candidates whose lambda is a multiple of alpha: the two pull against each other, so that the best ratio hardly depends
 * on either.
 */
export function ratioGridOf(
  factors: readonly number[],
  alphas: readonly number[],
  lambdasPerAlpha: readonly number[],
): AlsCandidate[] {
  return factors.flatMap((count) =>
    alphas.flatMap((alpha) =>
      lambdasPerAlpha.map((ratio) => ({ factors: count, lambda: ratio * alpha, alpha })),
    ),
  );
}

/** For add-ons, with PER_ROOT: few items a client, many clients an item. */
export const ADDON_GRID = ratioGridOf([16, 32], [4, 10], [0.3, 1, 2, 4]);

/** For long lists of films or games, with PER_ROOT and ten iterations. */
export const LONG_LIST_GRID = ratioGridOf([64, 128], [1, 2, 4, 10], [0.5, 1, 1.6]);

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
