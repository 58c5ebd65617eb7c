/** Rows of features with a label each. */
export interface Observations {
  /** How many features a row has. */
  readonly features: number;
  /** Row after row. */
  readonly values: Float64Array;
  /** 1 or 0 for each row. */
  readonly labels: Uint8Array;
  /** How often each row stands; left out: once. */
  readonly multiplicity?: Float64Array | undefined;
}

export interface ElasticNet {
  /** What coefficients cost. */
  readonly penalty: number;
  /** Which share of it is for their absolute values; the rest is for half of their squares. 0 to 1. */
  readonly absoluteShare: number;
}

export interface LogisticRegression {
  /** Of the features as they are; 0 for one that is the same in all rows. */
  readonly coefficients: Float64Array;
  readonly intercept: number;
  /** The mean loss with the penalty. */
  readonly objective: number;
  /** The sample deviation of each feature. */
  readonly deviations: Float64Array;
  /** False where the steps ran out: without a penalty, labels that a line parts have no finite optimum. */
  readonly converged: boolean;
}

/** A handful of Newton steps is the rule; more means that there is no optimum to reach. */
const MAX_STEPS = 100;
/** Sweeps over the coordinates of one step; a few dozen where features say nearly the same. */
const MAX_SWEEPS = 1_000;
const MAX_HALVINGS = 40;
/** A Newton step squares the distance to the optimum: after one of this size the next is below rounding. */
const LAST_STEP = 1e-9;
const SWEEP_TOLERANCE = 1e-14;
/** As a share of the mean: rounding leaves such a deviation to a feature that never changes. */
const LEAST_DEVIATION = 1e-12;
/** What rounding may add to an objective that does not grow. */
const ROUNDING = 8 * Number.EPSILON;

/**
 * The logistic regression with an intercept that minimises the mean logarithmic loss plus the penalty
 * (spec/taar-training.md section 11.7). Features are divided by their sample deviation, not centred; the penalty is on
 * the coefficients of what comes out, and none on the intercept. Proximal Newton steps by coordinate descent: no random
 * start, the same rows in the same order give the same bits.
 * @throws RangeError where a value is not finite, or not both labels stand
 */
export function fitLogisticRegression(data: Observations, net: ElasticNet): LogisticRegression {
  checkObservations(data);
  const deviations = deviationsOf(data);
  const problem: Problem = { ...scaled(data, deviations), net };
  let point = startOf(problem);
  let objective = objectiveAt(problem, point);
  let converged = false;
  for (let steps = 0; steps < MAX_STEPS && !converged; steps++) {
    const step = stepAt(problem, point);
    const moved = lineSearch(problem, { point, step, objective });
    if (moved === undefined) break;
    ({ point, objective } = moved);
    converged = step.every((move) => Math.abs(move) <= LAST_STEP);
  }
  const intercept = point[data.features] ?? 0;
  const coefficients = deviations.map((deviation, j) => (deviation === 0 ? 0 : (point[j] ?? 0) / deviation));
  return { coefficients, intercept, objective, deviations, converged };
}

/** The rows in scaled features, each with a last one that is 1; a point is a coefficient for each. */
interface Problem {
  readonly width: number;
  readonly rows: Float64Array;
  readonly labels: Uint8Array;
  /** The share of each row in the mean. */
  readonly shares: Float64Array;
  readonly net: ElasticNet;
}

function checkObservations({ features, values, labels, multiplicity }: Observations): void {
  if (values.length !== labels.length * features)
    throw new RangeError('values and labels do not go together');
  if (multiplicity !== undefined && multiplicity.length !== labels.length) {
    throw new RangeError('multiplicity and labels do not go together');
  }
  if (!values.every(Number.isFinite)) throw new RangeError('a feature is not finite');
  if (!labels.includes(0) || !labels.includes(1)) throw new RangeError('both labels are needed');
}

function deviationsOf({ features, values, labels, multiplicity }: Observations): Float64Array {
  const deviations = new Float64Array(features);
  const times = (row: number): number => multiplicity?.[row] ?? 1;
  for (let j = 0; j < features; j++) {
    let [count, sum, squares] = [0, 0, 0];
    for (let row = 0; row < labels.length; row++) {
      count += times(row);
      sum += times(row) * (values[row * features + j] ?? 0);
    }
    for (let row = 0; row < labels.length; row++) {
      squares += times(row) * ((values[row * features + j] ?? 0) - sum / count) ** 2;
    }
    const deviation = Math.sqrt(squares / (count - 1));
    deviations[j] = deviation <= Math.abs(sum / count) * LEAST_DEVIATION ? 0 : deviation;
  }
  return deviations;
}

function scaled(data: Observations, deviations: Float64Array): Omit<Problem, 'net'> {
  const { features, values, labels, multiplicity } = data;
  const width = features + 1;
  const rows = new Float64Array(labels.length * width).fill(1);
  for (let row = 0; row < labels.length; row++) {
    for (const [j, deviation] of deviations.entries()) {
      rows[row * width + j] = deviation === 0 ? 0 : (values[row * features + j] ?? 0) / deviation;
    }
  }
  const counts = multiplicity ?? new Float64Array(labels.length).fill(1);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return { width, rows, labels, shares: counts.map((count) => count / total) };
}

/** The best that can be said without a feature. */
function startOf({ width, labels, shares }: Problem): Float64Array {
  let positive = 0;
  for (const [row, label] of labels.entries()) positive += label * (shares[row] ?? 0);
  const start = new Float64Array(width);
  start[width - 1] = Math.log(positive / (1 - positive));
  return start;
}

function marginOf({ width, rows }: Problem, row: number, point: Float64Array): number {
  let margin = 0;
  for (let j = 0; j < width; j++) margin += (rows[row * width + j] ?? 0) * (point[j] ?? 0);
  return margin;
}

function objectiveAt(problem: Problem, point: Float64Array): number {
  const { width, labels, shares, net } = problem;
  let sum = 0;
  for (const [row, label] of labels.entries()) {
    const margin = marginOf(problem, row, point);
    // ln(1 + e^m), without overflow.
    const loss = Math.max(margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))) - label * margin;
    sum += (shares[row] ?? 0) * loss;
  }
  let [absolute, squares] = [0, 0];
  for (const value of point.subarray(0, width - 1)) {
    absolute += Math.abs(value);
    squares += value * value;
  }
  return sum + net.penalty * (net.absoluteShare * absolute + ((1 - net.absoluteShare) / 2) * squares);
}

/** The move that minimises the objective with its smooth part replaced by its second-order expansion. */
function stepAt(problem: Problem, point: Float64Array): Float64Array {
  const { width, net } = problem;
  const { gradient, curvature } = expansionAt(problem, point);
  const threshold = net.penalty * net.absoluteShare;
  const step = new Float64Array(width);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let farthest = 0;
    for (let j = 0; j < width; j++) {
      const own = curvature[j * width + j] ?? 0;
      if (own === 0) continue;
      let slope = gradient[j] ?? 0;
      for (let k = 0; k < width; k++) slope += (curvature[j * width + k] ?? 0) * (step[k] ?? 0);
      const at = (point[j] ?? 0) + (step[j] ?? 0);
      const wanted = shrunk(own * at - slope, j === width - 1 ? 0 : threshold) / own;
      step[j] = (step[j] ?? 0) + wanted - at;
      farthest = Math.max(farthest, Math.abs(wanted - at));
    }
    if (farthest <= SWEEP_TOLERANCE) break;
  }
  return step;
}

/** Gradient and matrix of second derivatives of the loss with the squared part of the penalty. */
function expansionAt(problem: Problem, point: Float64Array) {
  const { width, rows, labels, shares, net } = problem;
  const gradient = new Float64Array(width);
  const curvature = new Float64Array(width * width);
  for (const [row, label] of labels.entries()) {
    const chance = 1 / (1 + Math.exp(-marginOf(problem, row, point)));
    const share = shares[row] ?? 0;
    for (let j = 0; j < width; j++) {
      const value = share * (rows[row * width + j] ?? 0);
      gradient[j] = (gradient[j] ?? 0) + (chance - label) * value;
      for (let k = 0; k < width; k++) {
        const at = j * width + k;
        curvature[at] = (curvature[at] ?? 0) + chance * (1 - chance) * value * (rows[row * width + k] ?? 0);
      }
    }
  }
  const squared = net.penalty * (1 - net.absoluteShare);
  for (let j = 0; j < width - 1; j++) {
    gradient[j] = (gradient[j] ?? 0) + squared * (point[j] ?? 0);
    curvature[j * width + j] = (curvature[j * width + j] ?? 0) + squared;
  }
  return { gradient, curvature };
}

function shrunk(value: number, by: number): number {
  return Math.sign(value) * Math.max(0, Math.abs(value) - by);
}

/** Halves the step until the objective does not grow; undefined where it always does. */
function lineSearch(
  problem: Problem,
  from: { readonly point: Float64Array; readonly step: Float64Array; readonly objective: number },
): { point: Float64Array; objective: number } | undefined {
  for (let halvings = 0, size = 1; halvings < MAX_HALVINGS; halvings++, size /= 2) {
    const point = from.point.map((value, j) => value + size * (from.step[j] ?? 0));
    const objective = objectiveAt(problem, point);
    if (objective <= from.objective * (1 + ROUNDING)) return { point, objective };
  }
  return undefined;
}
