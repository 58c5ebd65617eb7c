import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOrderedByScore, orderByScore, stableByScore } from '../../../src/serving/flow/order.ts';

const score = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 1, 1 + Number.EPSILON, Number.NaN, Number.NEGATIVE_INFINITY),
  fc.integer({ min: -3, max: 3 }),
);
const rows = fc.array(fc.tuple(score, fc.integer({ min: 0, max: 50 })), { maxLength: 300 });

function value(score: number): number {
  return Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score;
}

function compare(a: number, b: number): number {
  return value(a) === value(b) ? 0 : value(a) > value(b) ? -1 : 1;
}

describe('order by score', () => {
  it('is what a comparator gives, whatever the scores', () => {
    fc.assert(
      fc.property(rows, (rows) => {
        const scores = Float64Array.from(rows, ([score]) => score);
        const ties = Int32Array.from(rows, ([, tie]) => tie);
        const list = Int32Array.from(rows, (_, i) => rows.length - 1 - i);
        const expected = [...list].sort(
          (a, b) => compare(scores[a] ?? 0, scores[b] ?? 0) || (ties[a] ?? 0) - (ties[b] ?? 0),
        );
        const pairs = (order: Iterable<number>) =>
          Array.from(order, (entry) => [value(scores[entry] ?? 0) + 0, ties[entry]]);
        expect(pairs(orderByScore(list, scores, ties))).toEqual(pairs(expected));
      }),
    );
  });

  it('keeps the order of the list among equal scores when stable', () => {
    fc.assert(
      fc.property(rows, (rows) => {
        const scores = Float64Array.from(rows, ([score]) => score);
        const list = Int32Array.from(rows, (_, i) => rows.length - 1 - i);
        const expected = [...list].sort((a, b) => compare(scores[a] ?? 0, scores[b] ?? 0));
        expect([...stableByScore(list, scores)]).toEqual(expected);
      }),
    );
  });

  it('knows its own result', () => {
    fc.assert(
      fc.property(rows, (rows) => {
        const scores = Float64Array.from(rows, ([score]) => (Number.isNaN(score) ? 0 : score));
        const ties = Int32Array.from(rows, ([, tie]) => tie);
        const list = Int32Array.from(rows, (_, i) => i);
        expect(isOrderedByScore(orderByScore(list, scores, ties), scores, ties)).toBe(true);
      }),
    );
  });
});
