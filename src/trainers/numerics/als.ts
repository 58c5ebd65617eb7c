import { type AlsFactors, type AlsOptions, lambdaOf } from './als-options.ts';
import { countsOf, possibleOf, type Side, sidesOf } from './als-sides.ts';
import type { Interactions } from './interactions.ts';
import { solveInPlace } from './normal-equations.ts';

/**
 * Alternating least squares for implicit feedback in plain doubles (spec/taar-training.md section 9.5): what the fast
 * version is measured against, and what runs where it cannot.
 * @param start the first factors of all users, row after row (`startingUsers`); those without an entry are not used
 * @param onIteration sees the factors after each iteration, items first
 */
export function fitPlainAls(
  interactions: Interactions,
  options: AlsOptions,
  start: Float64Array,
  onIteration?: (factors: AlsFactors<Float64Array>, iteration: number) => void,
): AlsFactors<Float64Array> {
  const { factors, iterations } = options;
  const sides = sidesOf(interactions);
  let fitted: AlsFactors<Float64Array> = {
    factors,
    users: withoutIdle(start, factors, countsOf(sides.users)),
    items: new Float64Array(interactions.items * factors),
  };
  for (let iteration = 0; iteration < iterations; iteration++) {
    const items = solveSide(sides.items, fitted.users, options);
    fitted = { factors, items, users: solveSide(sides.users, items, options) };
    onIteration?.(fitted, iteration);
  }
  return fitted;
}

/**
 * What the iterations make smaller: the squared errors of all pairs, weighted by confidence, and the regularisation.
 * Right where no entry stands twice.
 */
export function objective(
  interactions: Interactions,
  { factors, users, items }: AlsFactors<Float32Array | Float64Array>,
  options: AlsOptions,
): number {
  const sides = sidesOf(interactions);
  const { starts, itemOf, multiplicity } = interactions;
  const [ofUsers, ofItems] = [gram(users, factors, multiplicity), gram(items, factors, undefined)];
  // The squares of all predictions, without going through all pairs.
  let sum = ofUsers.reduce((total, value, i) => total + value * (ofItems[i] ?? 0), 0);
  for (let user = 0; user < interactions.users; user++) {
    let own = 0;
    for (let i = starts[user] ?? 0; i < (starts[user + 1] ?? 0); i++) {
      const score = dot(users, user, items, itemOf[i] ?? 0, factors);
      own += (1 + options.alpha) * (1 - score) ** 2 - score ** 2;
    }
    sum += own * (multiplicity?.[user] ?? 1);
  }
  return (
    sum + penalty(sides.users, users, options, multiplicity) + penalty(sides.items, items, options, undefined)
  );
}

/** How much a user is thought to want an item: near 1 yes, near 0 no. */
export function predict(
  { factors, users, items }: AlsFactors<Float32Array | Float64Array>,
  user: number,
  item: number,
): number {
  return dot(users, user, items, item, factors);
}

function withoutIdle(rows: Float64Array, factors: number, counts: Float64Array): Float64Array {
  const kept = rows.slice();
  for (const [row, count] of counts.entries()) {
    if (count === 0) kept.fill(0, row * factors, (row + 1) * factors);
  }
  return kept;
}

/** The factors of a side's destinations: those that have entries. */
function solveSide(side: Side, source: Float64Array, options: AlsOptions): Float64Array {
  const { factors, alpha } = options;
  const { destinations, starts, sourceOf, weights } = side;
  const all = gram(source, factors, weights);
  const [counts, possible] = [countsOf(side), possibleOf(side)];
  const solved = new Float64Array(destinations * factors);
  const matrix = new Float64Array(factors * factors);
  for (let d = 0; d < destinations; d++) {
    const count = counts[d] ?? 0;
    if (count === 0) continue;
    matrix.set(all);
    const right = solved.subarray(d * factors, (d + 1) * factors);
    for (let i = starts[d] ?? 0; i < (starts[d + 1] ?? 0); i++) {
      const s = sourceOf[i] ?? 0;
      const weight = weights?.[s] ?? 1;
      const row = source.subarray(s * factors, (s + 1) * factors);
      addOuter(matrix, row, alpha * weight);
      for (let k = 0; k < factors; k++) right[k] = (right[k] ?? 0) + (1 + alpha) * weight * (row[k] ?? 0);
    }
    const lambda = lambdaOf(options, count, possible);
    for (let k = 0; k < factors; k++) matrix[k * factors + k] = (matrix[k * factors + k] ?? 0) + lambda;
    solveInPlace(matrix, right);
  }
  return solved;
}

/** The sum of all rows' outer products, each as often as its weight says; both triangles. */
function gram(
  rows: Float32Array | Float64Array,
  factors: number,
  weights: Float64Array | undefined,
): Float64Array {
  const matrix = new Float64Array(factors * factors);
  for (let row = 0; row * factors < rows.length; row++) {
    addOuter(matrix, rows.subarray(row * factors, (row + 1) * factors), weights?.[row] ?? 1);
  }
  for (let i = 0; i < factors; i++) {
    for (let j = 0; j < i; j++) matrix[j * factors + i] = matrix[i * factors + j] ?? 0;
  }
  return matrix;
}

/** Adds to the lower triangle. */
function addOuter(matrix: Float64Array, row: Float32Array | Float64Array, weight: number): void {
  const size = row.length;
  for (let i = 0; i < size; i++) {
    const left = weight * (row[i] ?? 0);
    for (let j = 0; j <= i; j++) matrix[i * size + j] = (matrix[i * size + j] ?? 0) + left * (row[j] ?? 0);
  }
}

function penalty(
  side: Side,
  rows: Float32Array | Float64Array,
  options: AlsOptions,
  multiplicity: Float64Array | undefined,
): number {
  const possible = possibleOf(side);
  let sum = 0;
  for (const [row, count] of countsOf(side).entries()) {
    if (count === 0) continue;
    const squares = dot(rows, row, rows, row, options.factors);
    sum += lambdaOf(options, count, possible) * squares * (multiplicity?.[row] ?? 1);
  }
  return sum;
}

function dot(
  left: Float32Array | Float64Array,
  leftRow: number,
  right: Float32Array | Float64Array,
  rightRow: number,
  size: number,
): number {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += (left[leftRow * size + k] ?? 0) * (right[rightRow * size + k] ?? 0);
  return sum;
}
