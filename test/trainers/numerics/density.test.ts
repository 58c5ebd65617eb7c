import { describe, expect, it } from 'vitest';
import { evenGrid, normalDensity } from '../../../src/trainers/numerics/density.ts';

describe('density of samples', () => {
  it('is the height of the normal density where there is one sample', () => {
    const [middle, away] = normalDensity(Float64Array.of(2), Float64Array.of(2, 2.7), 0.35);
    expect(middle).toBeCloseTo(1 / (0.35 * Math.sqrt(2 * Math.PI)), 12);
    expect((away ?? 0) / (middle ?? 1)).toBeCloseTo(Math.exp(-2), 12);
  });

  it('is 1 in all, however many samples there are', () => {
    const points = Float64Array.from({ length: 2000 }, (_, i) => i / 100 - 10);
    const density = normalDensity(Float64Array.of(0, 0.1, 3), points, 0.35);
    expect(density.reduce((sum, height) => sum + height / 100, 0)).toBeCloseTo(1, 6);
  });

  it('is taken at even steps from the smallest sample to just before the largest', () => {
    expect([...evenGrid(Float64Array.of(3, 1, 2), 4)]).toEqual([1, 1.5, 2, 2.5]);
  });
});
