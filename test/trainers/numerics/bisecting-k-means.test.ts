import { describe, expect, it } from 'vitest';
import { bisectingKMeans } from '../../../src/trainers/numerics/bisecting-k-means.ts';
import { interactionsOf } from './interactions.ts';

const OPTIONS = { clusters: 3, iterations: 20, seed: 1 };
/** Three tastes that share nothing. */
const SETS = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 1],
  [3, 4],
  [6, 7],
  [0, 2],
  [4, 5],
  [7, 8],
];
const EVEN = new Float64Array(9).fill(1);

function partsOf(clusterOf: Uint32Array): string[] {
  const parts = new Map<number, number[]>();
  for (const [row, cluster] of clusterOf.entries()) parts.set(cluster, [...(parts.get(cluster) ?? []), row]);
  return [...parts.values()].map(String).sort();
}

/** By loops over whole vectors. */
function errorOf(
  sets: readonly (readonly number[])[],
  clusterOf: Uint32Array,
  weights: Float64Array,
): number {
  const points = sets.map((set) => Array.from(weights, (w, item) => (set.includes(item) ? w : 0)));
  let error = 0;
  for (const cluster of new Set(clusterOf)) {
    const own = points.filter((_, row) => clusterOf[row] === cluster);
    for (const point of own) {
      for (const [item, x] of point.entries()) {
        const mean = own.reduce((sum, other) => sum + (other[item] ?? 0), 0) / own.length;
        error += (x - mean) ** 2;
      }
    }
  }
  return error;
}

describe('bisecting k-means', () => {
  it('finds tastes that share nothing, for most directions to begin in', () => {
    const rows = interactionsOf(SETS, 9);
    const found = [1, 2, 3, 4, 5].map((seed) =>
      partsOf(bisectingKMeans(rows, EVEN, { ...OPTIONS, seed }).clusterOf),
    );
    const tastes = ['0,3,6', '1,4,7', '2,5,8'];
    expect(found.filter((parts) => String(parts) === String(tastes)).length).toBeGreaterThanOrEqual(3);
  });

  it('tells the squared error that a count by hand gives', () => {
    const weights = Float64Array.from({ length: 9 }, (_, item) => 0.5 + item / 3);
    for (const clusters of [1, 2, 4]) {
      const { clusterOf, squaredError } = bisectingKMeans(interactionsOf(SETS, 9), weights, {
        ...OPTIONS,
        clusters,
      });
      expect(squaredError).toBeCloseTo(errorOf(SETS, clusterOf, weights), 9);
    }
  });

  it('treats a row that stands for three as three rows', () => {
    const once = interactionsOf(SETS, 9, [3, 1, 1, 1, 1, 1, 1, 1, 1]);
    const thrice = interactionsOf([...SETS, [0, 1, 2], [0, 1, 2]], 9);
    const [short, long] = [once, thrice].map((rows) => bisectingKMeans(rows, EVEN, OPTIONS));
    expect(short?.squaredError).toBeCloseTo(long?.squaredError ?? 0, 9);
    expect([...(short?.clusterOf ?? [])]).toEqual([...(long?.clusterOf.slice(0, 9) ?? [])]);
  });

  it('makes fewer clusters where equal rows cannot be split, and one of nothing', () => {
    const equal = bisectingKMeans(interactionsOf([[0, 1], [0, 1], [2]], 3), EVEN.slice(0, 3), {
      ...OPTIONS,
      clusters: 20,
    });
    expect(equal.clusters).toBe(2);
    expect(equal.squaredError).toBeCloseTo(0, 9);
    expect(bisectingKMeans(interactionsOf([], 3), EVEN.slice(0, 3), OPTIONS).clusters).toBe(1);
  });
});
