/** How alternating least squares is done: spec/taar-training.md section 9.5. */
export interface AlsOptions {
  /** Numbers a user and an item are described by. */
  readonly factors: number;
  /** Strength of the regularisation, before it is scaled by counts. */
  readonly lambda: number;
  /** How much more an entry weighs than its absence: confidence 1 + alpha against 1. */
  readonly alpha: number;
  readonly iterations: number;
  readonly seed: number;
  /**
   * The lambda of a row with n entries is `lambda * n ** countExponent`: PER_COUNT as Spark has it (and TAAR), PLAIN
   * as in the first papers, or between.
   */
  readonly countExponent: number;
}

/** Lambda times the number of entries. */
export const PER_COUNT = 1;
/** The same lambda for all. */
export const PLAIN = 0;

/** The lambda of a row; `count` is more than 0. */
export function lambdaOf({ lambda, countExponent }: AlsOptions, count: number): number {
  if (countExponent === PER_COUNT) return lambda * count;
  return countExponent === PLAIN ? lambda : lambda * count ** countExponent;
}

/** The factors of all users and items, row after row; rows without an entry are 0. */
export interface AlsFactors<A extends Float32Array | Float64Array> {
  readonly factors: number;
  readonly users: A;
  readonly items: A;
}
