import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawByWeight } from '../../../src/serving/flow/draw.ts';
import { uniformsFrom } from './question.ts';

const weights = fc.array(fc.double({ min: 1e-4, max: 10, noNaN: true }), { minLength: 1, maxLength: 300 });

describe('drawing by weight', () => {
  it('draws each place once, and says with which probability', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 0, max: 300 }), fc.integer(), (weights, count, seed) => {
        const { places, probabilities } = drawByWeight(Float64Array.from(weights), count, uniformsFrom(seed));
        expect(places).toHaveLength(Math.min(count, weights.length));
        expect(new Set(places).size).toBe(places.length);
        const left = new Set(weights.keys());
        for (const [i, place] of places.entries()) {
          const sum = [...left].reduce((sum, at) => sum + (weights[at] ?? 0), 0);
          expect(probabilities[i]).toBeCloseTo((weights[place] ?? 0) / sum, 9);
          left.delete(place);
        }
      }),
    );
  });

  it.each([
    ['a few places', 1],
    ['all places of a long list', 200],
  ])('follows the law of Plackett and Luce for %s', (_what, draws) => {
    const weights = Float64Array.from({ length: 200 }, (_, i) => (i < 2 ? 100 : 1));
    const uniforms = uniformsFrom(3);
    const rounds = 4_000;
    const firsts = new Map<number, number>();
    for (let i = 0; i < rounds; i++) {
      const first = drawByWeight(weights, draws, uniforms).places[0] ?? -1;
      firsts.set(first, (firsts.get(first) ?? 0) + 1 / rounds);
    }
    expect(firsts.get(0)).toBeCloseTo(100 / 398, 1);
    expect(firsts.get(1)).toBeCloseTo(100 / 398, 1);
  });

  it.each([0, 1 - Number.EPSILON / 2])('draws something left at a uniform of %d', (uniform) => {
    const { places } = drawByWeight(Float64Array.from([0.1, 0.2, 0.3]), 3, () => uniform);
    expect([...places].sort()).toEqual([0, 1, 2]);
  });
});
