import { describe, expect, it } from 'vitest';
import { uniformsOf } from '../../../src/domain/random.ts';
import { pairedInterval } from '../../../src/trainers/evaluation/paired-interval.ts';

function values(count: number, seed: number, shift = 0): Float64Array {
  const draw = uniformsOf(seed, 'test.values', 0);
  return Float64Array.from({ length: count }, (_, i) => draw(i) + shift);
}

describe('pairedInterval', () => {
  it('is as wide as theory says', () => {
    const difference = pairedInterval(values(400, 1), values(400, 2), 1);
    // Two uniform numbers: the variance of their difference is 1/6.
    const half = 1.96 * Math.sqrt(1 / 6 / 400);
    expect(difference.high - difference.mean).toBeCloseTo(half, 2);
    expect(difference.mean - difference.low).toBeCloseTo(half, 2);
  });

  it('sees a small difference where users are the same', () => {
    const base = values(200, 3);
    const better = base.map((value, i) => value + (i % 3 === 0 ? 0.02 : 0));
    const { low, high } = pairedInterval(better, base, 1);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeLessThan(0.02);
  });

  it('holds the truth about as often as it says', () => {
    let held = 0;
    for (let seed = 0; seed < 100; seed++) {
      const { low, high } = pairedInterval(values(60, 1000 + seed), values(60, 2000 + seed, 0.1), seed);
      if (low <= -0.1 && high >= -0.1) held++;
    }
    expect(held).toBeGreaterThan(87);
    expect(held).toBeLessThanOrEqual(100);
  });

  it('is the same for the same seed, and another for another', () => {
    const [left, right] = [values(50, 5), values(50, 6)];
    expect(pairedInterval(left, right, 9)).toEqual(pairedInterval(left, right, 9));
    expect(pairedInterval(left, right, 9)).not.toEqual(pairedInterval(left, right, 10));
  });

  it('refuses values that do not belong together', () => {
    expect(() => pairedInterval(values(3, 1), values(4, 1), 1)).toThrow(RangeError);
    expect(() => pairedInterval(values(0, 1), values(0, 1), 1)).toThrow(RangeError);
  });
});
