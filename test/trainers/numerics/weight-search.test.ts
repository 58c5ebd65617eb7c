import { describe, expect, it } from 'vitest';
import { searchWeights } from '../../../src/trainers/numerics/weight-search.ts';

/** How near the ratios of the weights are to these, in steps, as a ranking's score would jump. */
function nearness(...ratios: readonly number[]): (weights: Float64Array) => number {
  return (weights) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const off = ratios.reduce((sum, ratio, i) => sum + Math.abs(ratio - (weights[i] ?? 0) / total), 0);
    return -Math.round(off * 50);
  };
}

describe('the search for weights', () => {
  it.each([[[0.5, 0.3, 0.2]], [[0.9, 0.1, 0]], [[0, 0, 1]], [[0.05, 0.05, 0.9]]])(
    'comes near the best ratios %j',
    (ratios) => {
      const { weights } = searchWeights(3, nearness(...ratios));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (const [i, ratio] of ratios.entries()) {
        expect(Math.abs((weights[i] ?? 0) / total - ratio)).toBeLessThan(0.06);
      }
    },
  );

  it('keeps a start that nothing beats, and never gives weights that are all 0', () => {
    expect(searchWeights(2, () => 1)).toEqual({ weights: Float64Array.of(1, 1), score: 1 });
    const least = searchWeights(2, (weights) => -(weights[0] ?? 0) - (weights[1] ?? 0));
    expect(least.weights.some((weight) => weight > 0)).toBe(true);
  });
});
