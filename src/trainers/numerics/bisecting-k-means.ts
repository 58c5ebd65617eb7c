import { uniformsOf } from '../../domain/random.ts';
import type { Interactions } from './interactions.ts';

export interface BisectingOptions {
  /** At most; fewer where no more cluster can be split. */
  readonly clusters: number;
  /** Rounds of moving rows and centres in one split. */
  readonly iterations: number;
  readonly seed: number;
}

export interface Clustering {
  readonly clusters: number;
  /** The cluster of each row. */
  readonly clusterOf: Uint32Array;
  /** Squared distances of rows from the means of their clusters, summed. */
  readonly squaredError: number;
}

interface Cluster {
  readonly rows: Uint32Array;
  readonly centre: Float64Array;
  readonly error: number;
  /** Names its draws. */
  readonly path: string;
}

/**
 * Splits rows into clusters in two, the one with the largest squared error next (spec/taar-training.md section 10.4). A
 * row's vector has the weight of each of its items, and 0 elsewhere. Rows in the same order give the same clusters.
 */
export function bisectingKMeans(
  rows: Interactions,
  itemWeights: Float64Array,
  options: BisectingOptions,
): Clustering {
  const space = new RowSpace(rows, itemWeights);
  const whole: Cluster[] = [];
  let divisible = [
    space.clusterOf(
      Uint32Array.from({ length: rows.users }, (_, row) => row),
      '',
    ),
  ];
  while (divisible.length > 0 && whole.length + divisible.length < options.clusters) {
    const largest = divisible.reduce((a, b) => (b.error > a.error ? b : a));
    divisible = divisible.filter((cluster) => cluster !== largest);
    const halves = split(space, largest, options);
    if (halves === undefined) whole.push(largest);
    else divisible.push(...halves);
  }
  const all = [...whole, ...divisible];
  const clusterOf = new Uint32Array(rows.users);
  for (const [number, cluster] of all.entries()) {
    for (const row of cluster.rows) clusterOf[row] = number;
  }
  return { clusters: all.length, clusterOf, squaredError: errorOf(all) };
}

type Halves = readonly [Cluster, Cluster];

/** Begins with a plane of drawn direction through the mean. Undefined where all rows end on one side. */
function split(
  space: RowSpace,
  cluster: Cluster,
  { iterations, seed }: BisectingOptions,
): Halves | undefined {
  const draw = uniformsOf(seed, 'split', cluster.path);
  const away = cluster.centre.map((_, item) => draw(item) - 0.5);
  let sides = space.nearer(
    cluster.rows,
    cluster.centre.map((x, i) => x - (away[i] ?? 0)),
    cluster.centre.map((x, i) => x + (away[i] ?? 0)),
  );
  for (let iteration = 1; iteration < iterations; iteration++) {
    const [left, right] = sides;
    if (left.length === 0 || right.length === 0) return undefined;
    const next = space.nearer(cluster.rows, space.centreOf(left), space.centreOf(right));
    const isSame = next[0].length === left.length && next[0].every((row, i) => row === left[i]);
    sides = next;
    if (isSame) break;
  }
  const [left, right] = sides;
  if (left.length === 0 || right.length === 0) return undefined;
  return [space.clusterOf(left, `${cluster.path}0`), space.clusterOf(right, `${cluster.path}1`)];
}

function errorOf(clusters: readonly Cluster[]): number {
  return clusters.reduce((sum, { error }) => sum + error, 0);
}

/** Rows as points. */
class RowSpace {
  readonly #rows: Interactions;
  readonly #weights: Float64Array;

  constructor(rows: Interactions, weights: Float64Array) {
    this.#rows = rows;
    this.#weights = weights;
  }

  clusterOf(rows: Uint32Array, path: string): Cluster {
    const centre = this.centreOf(rows);
    const length = dot(centre, centre);
    // |x - c|² = |c|² + the sum over x's items of w (w - 2c)
    const slope = this.#weights.map((weight, item) => weight * (weight - 2 * (centre[item] ?? 0)));
    let error = 0;
    for (const row of rows) {
      const squared = length + this.#sumOver(row, slope);
      error += this.#times(row) * Math.max(0, squared);
    }
    return { rows, centre, error, path };
  }

  /** The mean of rows. */
  centreOf(rows: Uint32Array): Float64Array {
    const { starts, itemOf } = this.#rows;
    const having = new Float64Array(this.#weights.length);
    let all = 0;
    for (const row of rows) {
      const times = this.#times(row);
      all += times;
      for (let i = starts[row] ?? 0; i < (starts[row + 1] ?? 0); i++) {
        const item = itemOf[i] ?? 0;
        having[item] = (having[item] ?? 0) + times;
      }
    }
    return having.map((count, item) => (all === 0 ? 0 : (count / all) * (this.#weights[item] ?? 0)));
  }

  /** The rows nearer to one point than to the other; those between them to the first. */
  nearer(rows: Uint32Array, one: Float64Array, other: Float64Array): readonly [Uint32Array, Uint32Array] {
    const slope = this.#weights.map((weight, i) => weight * ((other[i] ?? 0) - (one[i] ?? 0)));
    const middle = (dot(other, other) - dot(one, one)) / 2;
    const isOther = Uint8Array.from(rows, (row) => (this.#sumOver(row, slope) > middle ? 1 : 0));
    return [rows.filter((_, i) => isOther[i] === 0), rows.filter((_, i) => isOther[i] === 1)];
  }

  /** The sum of numbers over a row's items. */
  #sumOver(row: number, numbers: Float64Array): number {
    const { starts, itemOf } = this.#rows;
    let sum = 0;
    for (let i = starts[row] ?? 0, end = starts[row + 1] ?? 0; i < end; i++) {
      sum += numbers[itemOf[i] ?? 0] ?? 0;
    }
    return sum;
  }

  #times(row: number): number {
    return this.#rows.multiplicity?.[row] ?? 1;
  }
}

function dot(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
}
