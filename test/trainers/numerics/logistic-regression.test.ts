import { describe, expect, it } from 'vitest';
import { uniformsOf } from '../../../src/domain/random.ts';
import {
  type ElasticNet,
  fitLogisticRegression,
  type Observations,
} from '../../../src/trainers/numerics/logistic-regression.ts';

const NETS: readonly ElasticNet[] = [
  { penalty: 0.1, absoluteShare: 0.01 },
  { penalty: 0.05, absoluteShare: 0.5 },
  { penalty: 0.03, absoluteShare: 1 },
  { penalty: 0, absoluteShare: 0 },
];

/** Labels that two of three features tell something about. */
function observations(rows: number): Observations {
  const values = new Float64Array(rows * 3);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const draw = uniformsOf(7, 'observation', row);
    const [a, b, c] = [draw(0) * 4, draw(1), draw(2) * 100];
    values.set([a, b, c], row * 3);
    labels[row] = draw(3) < 1 / (1 + Math.exp(3 - a - 2 * b)) ? 1 : 0;
  }
  return { features: 3, values, labels };
}

/** The slow way: small steps down the gradient, each followed by the penalty's own. Scaled coefficients, intercept last. */
function oracle(
  { features, values, labels }: Observations,
  { penalty, absoluteShare }: ElasticNet,
): number[] {
  const rows = labels.length;
  const column = (j: number): number[] => Array.from(labels, (_, row) => values[row * features + j] ?? 0);
  const scaled = Array.from({ length: features }, (_, j) => {
    const all = column(j);
    const mean = all.reduce((sum, x) => sum + x, 0) / rows;
    const deviation = Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (rows - 1));
    return all.map((x) => x / deviation);
  });
  const columns = [...scaled, new Array<number>(rows).fill(1)];
  const point = new Array<number>(features + 1).fill(0);
  // A bound on the curvature: a quarter of the trace.
  const most = columns.reduce((sum, all) => sum + all.reduce((s, x) => s + x * x, 0) / rows, 0);
  const size = 1 / (most / 4 + penalty);
  for (let step = 0; step < 12_000; step++) {
    const errors = Array.from(labels, (label, row) => {
      const margin = columns.reduce((sum, all, j) => sum + (all[row] ?? 0) * (point[j] ?? 0), 0);
      return 1 / (1 + Math.exp(-margin)) - label;
    });
    for (const [j, all] of columns.entries()) {
      const isIntercept = j === features;
      const slope = all.reduce((sum, x, row) => sum + x * (errors[row] ?? 0), 0) / rows;
      const own = point[j] ?? 0;
      const moved = own - size * (slope + (isIntercept ? 0 : penalty * (1 - absoluteShare) * own));
      const by = isIntercept ? 0 : size * penalty * absoluteShare;
      point[j] = Math.sign(moved) * Math.max(0, Math.abs(moved) - by);
    }
  }
  return point;
}

describe('logistic regression', () => {
  it.each(NETS)('finds what slow descent finds with %j', (net) => {
    const data = observations(60);
    const fitted = fitLogisticRegression(data, net);
    const expected = oracle(data, net);
    expect(fitted.converged).toBe(true);
    const scaled = fitted.coefficients.map((value, j) => value * (fitted.deviations[j] ?? 0));
    for (const [j, value] of [...scaled, fitted.intercept].entries()) {
      expect(Math.abs(value - (expected[j] ?? Number.NaN))).toBeLessThan(1e-7);
    }
  });

  it('counts a row as often as it stands', () => {
    const data = observations(40);
    const times = Float64Array.from({ length: 40 }, (_, row) => 1 + (row % 3));
    const rows = [...times].flatMap((count, row) => new Array<number>(count).fill(row));
    const spread = {
      features: 3,
      values: Float64Array.from(rows.flatMap((row) => [...data.values.subarray(row * 3, row * 3 + 3)])),
      labels: Uint8Array.from(rows, (row) => data.labels[row] ?? 0),
    };
    const [net] = NETS;
    if (net === undefined) throw new Error('there is no net');
    const one = fitLogisticRegression({ ...data, multiplicity: times }, net);
    const other = fitLogisticRegression(spread, net);
    expect(Math.abs(one.objective - other.objective)).toBeLessThan(1e-12);
    for (const [j, value] of one.coefficients.entries()) {
      expect(Math.abs(value - (other.coefficients[j] ?? 0))).toBeLessThan(1e-10);
    }
  });

  it('leaves a feature out that a large penalty makes not worth its cost, or that never changes', () => {
    const data = observations(60);
    const { coefficients, intercept } = fitLogisticRegression(data, { penalty: 10, absoluteShare: 1 });
    const positive = data.labels.filter((label) => label === 1).length;
    expect([...coefficients]).toEqual([0, 0, 0]);
    expect(intercept).toBeCloseTo(Math.log(positive / (60 - positive)), 12);
    const same = { ...data, values: data.values.map((value, at) => (at % 3 === 2 ? 0.1 : value)) };
    const fitted = fitLogisticRegression(same, { penalty: 0.1, absoluteShare: 0 });
    expect(fitted.coefficients[2]).toBe(0);
    expect(fitted.converged).toBe(true);
  });

  it('says that it did not arrive where a line parts the labels and nothing holds the coefficients back', () => {
    const values = Float64Array.of(0, 1, 2, 3);
    const data = { features: 1, values, labels: Uint8Array.of(0, 0, 1, 1) };
    expect(fitLogisticRegression(data, { penalty: 0, absoluteShare: 0 }).converged).toBe(false);
  });

  it('refuses what has no answer', () => {
    const [net] = NETS;
    if (net === undefined) throw new Error('there is no net');
    const fitted = (values: number[], labels: number[]) => () =>
      fitLogisticRegression(
        { features: 1, values: Float64Array.from(values), labels: Uint8Array.from(labels) },
        net,
      );
    expect(fitted([1, 2], [1, 1])).toThrow('both labels');
    expect(fitted([1, Number.NaN], [0, 1])).toThrow('not finite');
    expect(fitted([1], [0, 1])).toThrow('do not go together');
  });
});
