import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kernel } from '../../../../src/domain/kernel.ts';
import { buildCurve, type Curve } from '../../../../src/serving/addons/similarity/curve.ts';
import {
  SIMILARITY_KERNEL,
  startSimilarity,
} from '../../../../src/serving/addons/similarity/similarity-kernel.ts';

const X = fc.oneof(
  fc.integer({ min: -3, max: 6 }),
  fc.double({ noNaN: true, min: -10, max: 10 }),
  fc.constantFrom(1, 1 + Number.EPSILON, 1 - Number.EPSILON, 1e-300, 1e15, 0.1, 0.2, 0.30000000000000004),
);

function curveOf(distances: readonly number[]) {
  const ones = new Float64Array(distances.length).fill(1);
  return buildCurve({ distances: Float64Array.from(distances), numerators: ones, denominators: ones });
}

const kernel = new Kernel(SIMILARITY_KERNEL);

/** As the compiled loops find it, on a curve without donors. */
function nearestPoint(curve: Curve, distance: number): number {
  const none = new Uint32Array(1);
  const index = {
    donors: 0,
    stride: 0,
    continuous: new Float64Array(0),
    hasGap: new Uint8Array(0),
    categorical: new Int32Array(0),
    itemStarts: none,
    items: none,
    curve,
  };
  return startSimilarity(kernel, index, 0).call.nearestPoint(distance);
}

/** TAAR's linear search. */
function slowNearest(distances: readonly number[], distance: number): number {
  const gaps = distances.map((x) => Math.abs(distance - x));
  return gaps.indexOf(Math.min(...gaps));
}

describe('the nearest point of a curve', () => {
  it('is the one that a linear search finds first, whatever the order of the points', () => {
    fc.assert(
      fc.property(fc.array(X, { minLength: 1, maxLength: 30 }), X, (distances, distance) => {
        expect(nearestPoint(curveOf(distances), distance)).toBe(slowNearest(distances, distance));
      }),
      { numRuns: 2_000 },
    );
  });

  it('weighs nothing from the reach of the curve on', () => {
    const bit = fc.constantFrom(0, 1, 3);
    const points = fc.array(fc.tuple(X, bit, bit), { minLength: 1, maxLength: 12 });
    const far = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(points, far, (list, further) => {
        const curve = buildCurve({
          distances: Float64Array.from(list, ([x]) => x),
          numerators: Float64Array.from(list, ([, numerator]) => numerator),
          denominators: Float64Array.from(list, ([, , denominator]) => denominator),
        });
        const distance = (curve.bounds[2] ?? 0) + further;
        if (distance > 10) return;
        expect(curve.weights[nearestPoint(curve, distance)]).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the first one where the distance is no number', () => {
    expect(nearestPoint(curveOf([3, 1, 2]), Number.NaN)).toBe(0);
  });

  it('weighs nothing up to a likelihood ratio of 1, and marks a division by 0', () => {
    const points = {
      distances: Float64Array.of(0, 1, 2, 3),
      numerators: Float64Array.of(2, 1, 0, 1),
      denominators: Float64Array.of(1, 1, 1, 0),
    };
    expect([...buildCurve(points).weights]).toEqual([Math.log(2), 0, 0, -1]);
  });
});
