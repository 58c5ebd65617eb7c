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
   * The lambda of a row with n entries, which could have N, is `lambda * (n + countOffset * N) ** countExponent`.
   * PER_COUNT as Spark has it (and TAAR), PLAIN as in the first papers, or between.
   */
  readonly countExponent: number;
  /** Left out: 0. About 1 / alpha regularises what a row is not, in the measure in which that counts as seen. */
  readonly countOffset?: number | undefined;
}

/** Lambda times the number of entries. */
export const PER_COUNT = 1;
/** The same lambda for all. */
export const PLAIN = 0;

/** Lambda times the square root of the number of entries. */
export const PER_ROOT = 0.5;

/** The lambda of a row. @param count its entries, more than 0 @param possible how many it could have */
export function lambdaOf(options: AlsOptions, count: number, possible: number): number {
  const { lambda, countExponent, countOffset = 0 } = options;
  if (countExponent === PLAIN) return lambda;
  const base = count + countOffset * possible;
  return countExponent === PER_COUNT ? lambda * base : lambda * base ** countExponent;
}

/** The factors of all users and items, row after row; rows without an entry are 0. */
export interface AlsFactors<A extends Float32Array | Float64Array> {
  readonly factors: number;
  readonly users: A;
  readonly items: A;
}
