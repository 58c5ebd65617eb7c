import { assert, constant, double, integer, array as list, oneof, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topK } from '../../../src/trainers/numerics/top-k.ts';

function best(scores: readonly number[], k: number): number[] {
  const into = new Uint32Array(k);
  return [...into.subarray(0, topK(Float64Array.from(scores), k, into))];
}

describe('topK', () => {
  it('gives what sorting gives, and of equal scores the first', () => {
    const score = oneof(
      integer({ min: -2, max: 2 }),
      double({ noNaN: true }),
      constant(Number.NEGATIVE_INFINITY),
    );
    assert(
      property(list(score, { maxLength: 60 }), integer({ min: 0, max: 25 }), (scores, k) => {
        const sorted = scores
          .map((_, place) => place)
          .filter((place) => scores[place] !== Number.NEGATIVE_INFINITY)
          .sort(
            (a, b) =>
              Number((scores[b] ?? 0) > (scores[a] ?? 0)) - Number((scores[b] ?? 0) < (scores[a] ?? 0)) ||
              a - b,
          );
        expect(best(scores, k)).toEqual(sorted.slice(0, k));
      }),
    );
  });

  it('gives fewer where there are fewer', () => {
    expect(best([1, Number.NEGATIVE_INFINITY, 3], 5)).toEqual([2, 0]);
  });
});
